"""Lists, page by page: complete and without repeats while rows arrive, in bounded memory."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Generic, TypeVar

from ..errors import ReadFailed
from ..messages import Request
from . import outcomes
from .exchange import Session
from .flow import Flow
from .records import Record

R = TypeVar("R", bound=Record)

PAGE_SIZE = 100
LARGEST_PAGE = 250
OLDEST_FIRST = "created_at:asc"
"""Order in which rows that arrive while paging come last and shift nothing."""

_REMEMBERED_PAGES = 10
_STALE_PAGES = 10


class Pages(Generic[R]):
    """The rows of one list. `turn()` is the flow that brings the next page of them."""

    def __init__(
        self,
        session: Session,
        request: Request,
        record: Callable[[Mapping[str, Any]], R],
        page_size: int,
        order_by: str | None = OLDEST_FIRST,
    ) -> None:
        self.finished = False
        self._session = session
        self._request = request
        self._order = () if order_by is None else (("order-by", order_by),)
        self._record = record
        self._page_size = page_size
        self._offset = 0
        self._stale = 0
        self._seen: OrderedDict[str, None] = OrderedDict()

    def __repr__(self) -> str:
        filters = ", ".join(sorted({name for name, _ in self._request.params})) or "none"
        state = "finished" if self.finished else "unfinished"
        return (
            f"{self._request.operation}: filters {filters}; {self._page_size} a page;"
            f" {self._offset} read, {state}"
        )

    def turn(self) -> Flow[list[R]]:
        """Fetch the next page and return those of its rows that were not returned before."""
        request = self._page()
        body = yield from self._session.exchange(request, outcomes.of_read)
        rows = _rows(body, request)
        self._offset += len(rows)
        self.finished = _is_last(body, len(rows), self._page_size)
        fresh = [record for record in map(self._record, rows) if self._is_new(record.id)]
        self._stale = 0 if fresh else self._stale + 1
        if self._stale >= _STALE_PAGES and not self.finished:
            raise ReadFailed(
                "the server keeps answering with rows it already gave", request=request
            )
        return fresh

    def _page(self) -> Request:
        paging = (("limit", str(self._page_size)), ("offset", str(self._offset)), *self._order)
        return replace(self._request, params=(*self._request.params, *paging))

    def where(self, wanted: Callable[[R], bool]) -> Flow[tuple[R, ...]]:
        """Read to the end and keep the rows that are `wanted`."""
        kept: list[R] = []
        while not self.finished:
            kept.extend(filter(wanted, (yield from self.turn())))
        return tuple(kept)

    def _is_new(self, record_id: str) -> bool:
        if record_id in self._seen:
            return False
        if record_id:
            self._seen[record_id] = None
        if len(self._seen) > self._page_size * _REMEMBERED_PAGES:
            self._seen.popitem(last=False)
        return True


def _rows(body: Any, request: Request) -> list[Mapping[str, Any]]:
    rows = body.get("results") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ReadFailed("the answer holds no list of results", request=request)
    return rows


def _is_last(body: Mapping[str, Any], count: int, page_size: int) -> bool:
    if count == 0:
        return True
    meta = body.get("meta")
    has_more = meta.get("hasMore") if isinstance(meta, dict) else None
    return not has_more if isinstance(has_more, bool) else count < page_size
