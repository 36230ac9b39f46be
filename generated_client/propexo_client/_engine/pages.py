"""Lists, page by page: complete and without repeats while rows arrive, in bounded memory."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, Generic, TypeVar

from .._json import is_array, is_object
from ..errors import NoMatch, ReadFailed, SeveralMatches
from ..messages import Request
from . import outcomes
from .exchange import Session
from .flow import Flow
from .records import Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")

PAGE_SIZE = 100
LARGEST_PAGE = 250
OLDEST_FIRST = "created_at:asc"
"""Order in which rows that arrive while paging come last and shift nothing."""

_REMEMBERED_PAGES = 10
_STALE_PAGES = 10
_MOST_ROWS = 10_000


class Pages(Generic[R]):
    """The rows of one list. `turn()` is the flow that brings the next page of them.

    `within` names the list where `results` is an object around it.
    """

    def __init__(
        self,
        session: Session,
        request: Request,
        record: Callable[[Mapping[str, Any]], R],
        page_size: int,
        order_by: str | None = OLDEST_FIRST,
        within: str = "",
    ) -> None:
        self.finished = False
        self._session = session
        self._request = request
        self._order = () if order_by is None else (("order-by", order_by),)
        self._record = record
        self._page_size = page_size
        self._within = within
        self._offset = 0
        self._stale = 0
        self._turns = 0
        self._marked: list[str] = []
        self._totals: list[int] = []
        self._seen: OrderedDict[str, None] = OrderedDict()

    def __repr__(self) -> str:
        state = "finished" if self.finished else "unfinished"
        return f"{self._subject()}; {self._page_size} a page; {self._offset} read, {state}"

    def _subject(self) -> str:
        filters = ", ".join(sorted({name for name, _ in self._request.params})) or "none"
        return f"{self._request.operation}: filters {filters}"

    def turn(self) -> Flow[list[R]]:
        """Fetch the next page and return those of its rows that were not returned before."""
        request, body, rows = yield from self._fetch(self._offset)
        self._offset += len(rows)
        self._check_progress(rows, request)
        self.finished = self._is_last(body, len(rows))
        if self.finished:
            self._check_complete(body, self._offset, request)
        fresh = [record for record in map(self._record, rows) if self._is_new(record.id)]
        self._stale = 0 if fresh else self._stale + 1
        if self._stale >= _STALE_PAGES and not self.finished:
            raise ReadFailed(
                "the server returned only duplicates for ten pages in a row", request=request
            )
        return fresh

    def every(self) -> Flow[list[R]]:
        """Read all rows in overlapping pages up to an empty one, and once more if they shifted.

        Raises `ReadFailed` when the list cannot be known to be complete.
        """
        for _ in range(2):
            rows = yield from self._sweep()
            if rows is not None:
                return [self._record(row) for row in rows]
        raise ReadFailed(
            "the list is incomplete: its rows shifted while it was read", request=self._request
        )

    def _sweep(self) -> Flow[list[Mapping[str, Any]] | None]:
        """Read all rows; None if a page does not begin where the one before it ended."""
        rows: list[Mapping[str, Any]] = []
        self._totals.clear()
        while True:
            request, body, page = yield from self._fetch(max(0, len(rows) - 1))
            if rows and (not page or _key(page[0]) != _key(rows[-1])):
                return None
            fresh = page[1:] if rows else page
            if rows and not fresh:
                request, body, fresh = yield from self._fetch(len(rows))
            if not fresh:
                self._check_complete(body, len(rows), request)
                return rows
            rows += fresh
            keys = [_key(row) for row in rows if row.get("id")]
            if len(set(keys)) < len(keys):
                return None
            if len(rows) > _MOST_ROWS:
                raise ReadFailed(f"there are more than {_MOST_ROWS} rows", request=request)

    def _fetch(self, offset: int) -> Flow[tuple[Request, Any, list[Mapping[str, Any]]]]:
        paging = (("limit", str(self._page_size)), ("offset", str(offset)), *self._order)
        request = replace(self._request, params=(*self._request.params, *paging))
        body = yield from self._session.exchange(request, outcomes.of_read)
        if (total := _meta(body, "total", int)) is not None:
            self._totals.append(total)
        return request, body, _rows(body, self._within, request)

    def _is_last(self, body: Any, count: int) -> bool:
        has_more, total = _meta(body, "hasMore", bool), _meta(body, "total", int)
        if not count:
            return True
        if has_more is not None:
            return not has_more
        if total is None or total < self._offset:  # too low, so it does not count the list
            return count < self._page_size
        return total == self._offset

    def _check_complete(self, body: Any, received: int, request: Request) -> None:
        total = _meta(body, "total", int)
        if total is not None and total > received:
            raise ReadFailed(
                f"the list is incomplete: {received} of {total} rows came", request=request
            )
        if _meta(body, "hasMore", bool):
            raise ReadFailed(
                "the list is incomplete: there are more rows, but none came", request=request
            )
        if any(after < before for before, after in pairwise(self._totals)):
            raise ReadFailed(
                "the list is incomplete: rows went away while it was read", request=request
            )

    def _check_progress(self, rows: list[Mapping[str, Any]], request: Request) -> None:
        """Notice pages that come again, whether their rows have ids or not."""
        keys = [_key(row) for row in rows]
        if keys and keys == self._marked:
            raise ReadFailed("the server returned a page that it returned before", request=request)
        self._turns += 1
        if self._turns & (self._turns - 1) == 0:  # any cycle is met by marking ever later pages
            self._marked = keys

    def one(self, wanted: Callable[[R], bool] | None, rest: Iterable[R] = ()) -> Flow[R]:
        """Return the only record among `rest` and the pages to come that is `wanted`.

        Reads to the end, or to the page that shows that there are several. Raises `NoMatch` and
        `SeveralMatches`.
        """
        found = list(filter(wanted, rest))
        while not self.finished and len(found) < 2:
            found.extend(filter(wanted, (yield from self.turn())))
        if len(found) > 1:
            raise SeveralMatches(self._subject(), tuple(found), is_complete=self.finished)
        if not found:
            raise NoMatch(f"{self._subject()}: no record fits")
        return found[0]

    def _is_new(self, record_id: str) -> bool:
        if record_id in self._seen:
            return False
        if record_id:
            self._seen[record_id] = None
        if len(self._seen) > self._page_size * _REMEMBERED_PAGES:
            self._seen.popitem(last=False)
        return True


def _rows(body: Any, within: str, request: Request) -> list[Mapping[str, Any]]:
    rows = body.get("results") if is_object(body) else None
    if within and is_object(rows):
        rows = rows.get(within)
    if not is_array(rows) or not all(is_object(row) for row in rows):
        raise ReadFailed("the response has no list of results", request=request)
    return rows


def _key(row: Mapping[str, Any]) -> str:
    try:
        return str(row.get("id") or sorted(row.items(), key=str))
    except RecursionError:
        return ""


def _meta(body: Any, name: str, kind: type[T]) -> T | None:
    meta = body.get("meta") if is_object(body) else None
    value = meta.get(name) if is_object(meta) else None
    return value if type(value) is kind else None
