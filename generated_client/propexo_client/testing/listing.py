"""Lists: filter, sort, cut a page, and say so in the envelope.

Source: docs: Pagination, Sorting, Filtering.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Row = dict[str, Any]

_DEFAULT_ORDER = "created_at:desc"
_PAGING = ("offset", "limit", "order-by")
_BOUNDS = {"transaction_date_start": 1, "transaction_date_end": -1}


class UnknownOrder(ValueError):
    """`order-by` names a field or direction that rows do not have."""


def listed(rows: Iterable[Row], query: Mapping[str, str]) -> dict[str, Any]:
    """Answer a list request. Raises `UnknownOrder`; the query is otherwise known to be valid."""
    order = _order(query.get("order-by", _DEFAULT_ORDER))
    found = [row for row in rows if _matches(row, query)]
    for field, direction in reversed(order):
        if any(field not in row for row in found):
            raise UnknownOrder(f"order-by: no field {field}")
        found.sort(key=lambda row: _sortable(row[field]), reverse=direction == "desc")
    offset, limit = int(query.get("offset") or 0), int(query.get("limit") or 100)
    meta = {
        "orderBy": [{"field": field, "direction": direction} for field, direction in order],
        "offset": offset,
        "limit": limit,
        "hasMore": offset + limit < len(found),
        "total": len(found),
    }
    return {"meta": meta, "results": found[offset : offset + limit]}


def single(row: Row) -> dict[str, Any]:
    """Answer a request for one row: the same envelope around an object."""
    return {"meta": {"orderBy": []}, "results": row}


def _order(text: str) -> list[tuple[str, str]]:
    parts = [part.strip().partition(":") for part in text.split(",") if part.strip()]
    order = [(field, direction or "asc") for field, _, direction in parts]
    if any(direction not in ("asc", "desc") for _, direction in order):
        raise UnknownOrder("order-by: the direction is asc or desc")
    return order


def _matches(row: Row, query: Mapping[str, str]) -> bool:
    day = str(row.get("transaction_date") or "")[:10]
    for name, sign in _BOUNDS.items():
        bound = query.get(name, "")[:10]
        if bound and (not day or (day < bound if sign > 0 else day > bound)):
            return False
    filters = {k: v for k, v in query.items() if k not in _PAGING and k not in _BOUNDS}
    return all(row.get(name) == value for name, value in filters.items())


def _sortable(value: Any) -> tuple[bool, bool, Any]:
    comparable = value if isinstance(value, int | float | str) else str(value)
    return value is None, isinstance(comparable, str), comparable
