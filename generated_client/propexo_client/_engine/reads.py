"""Reading records, once for all kinds: one by its id, or all of a list."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from ..errors import NotFound, ReadFailed
from ..messages import Request
from ..records import Record
from . import outcomes
from .exchange import Session
from .flow import Flow
from .pages import LARGEST_PAGE, Pages
from .values import identifier, text, whole

R = TypeVar("R", bound=Record)


class Reader(Generic[R]):
    """Reads one kind of record. Knows neither paths nor fields: the resource hands them in."""

    def __init__(self, session: Session, record: Callable[[Mapping[str, Any]], R]) -> None:
        self._session = session
        self._record = record

    def one(
        self, operation: str, build: Callable[[str], dict[str, Any]], name: str, record_id: str
    ) -> Flow[R]:
        """Read the record with this id. Raises `NotFound` when there is none."""
        path = build(identifier(name, record_id)) | {"params": None}
        request = Request.of(operation, path, self._session.timeout)
        body = yield from self._session.exchange(request, outcomes.of_read)
        found = body.get("results") if isinstance(body, dict) else None
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        if found in (None, [], {}):
            raise NotFound("the answer holds no record", request=request)
        if not isinstance(found, dict):
            raise ReadFailed("the answer holds something else than one record", request=request)
        return self._record(found)

    def all(
        self,
        operation: str,
        build: Callable[..., dict[str, Any]],
        *,
        page_size: int,
        order_by: str,
        **filters: str | None,
    ) -> Pages[R]:
        """Read a whole list, filtered by those of `filters` that are not None."""
        given = {
            "limit": whole("page_size", page_size, 1, LARGEST_PAGE),
            "order_by": text("order_by", order_by),
            **{name: text(name, value) for name, value in filters.items() if value is not None},
        }

        def page(offset: int) -> Request:
            return Request.of(operation, build(offset=offset, **given), self._session.timeout)

        return Pages(self._session, page, self._record, page_size)
