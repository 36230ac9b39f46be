"""Reading records, once for all kinds: one by its id, or all of a list."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .._json import is_array, is_object
from ..errors import NotFound, ReadFailed
from ..messages import Request
from . import outcomes
from .exchange import Flows
from .flow import Flow
from .pages import LARGEST_PAGE, Pages
from .records import Record
from .values import text, whole

R = TypeVar("R", bound=Record)


class ReadFlows(Flows):
    """Reads records. Knows neither paths nor fields: they are in the request."""

    def _one(self, request: Request, record: Callable[[Mapping[str, Any]], R]) -> Flow[R]:
        """Read one record. Raises `NotFound` when there is none."""
        body = yield from self._session.exchange(request, outcomes.of_read)
        found = body.get("results") if is_object(body) else None
        if is_array(found) and len(found) == 1:
            found = found[0]
        if found in (None, [], {}):
            raise NotFound("the response has no record", request=request)
        if not is_object(found):
            raise ReadFailed(
                "expected one record in `results`, got something else", request=request
            )
        return record(found)

    def _pages(
        self,
        request: Request,
        record: Callable[[Mapping[str, Any]], R],
        *,
        page_size: int,
        order_by: str | None,
        largest_page: int = LARGEST_PAGE,
        within: str = "",
    ) -> Pages[R]:
        """Read a whole list. `order_by` is None where it cannot be ordered."""
        size = whole("page_size", page_size, 1, largest_page)
        order = None if order_by is None else text("order_by", order_by)
        return Pages(self._session, request, record, size, order, within)
