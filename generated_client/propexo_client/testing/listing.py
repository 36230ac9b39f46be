"""Lists: filter, sort, cut a page, and say so in the envelope.

Source: docs: Pagination, Sorting, Filtering.
"""

from collections.abc import Iterable, Mapping
from operator import ge, gt, le, lt
from typing import Any

Row = dict[str, Any]

_DEFAULT_ORDER = "created_at:desc"
_PAGING = ("offset", "limit", "order-by")
_BOUNDS = {"_start": ge, "_end": le, "before_": lt, "after_": gt}
"""How a filter on days is named: `transaction_date_start`, `before_move_in_date`."""


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
    return all(_fits(row, name, value) for name, value in query.items() if name not in _PAGING)


def _fits(row: Row, name: str, wanted: str) -> bool:
    for mark, compare in _BOUNDS.items():
        field = name.removeprefix(mark).removesuffix(mark)
        if field != name and field in row:
            day = str(row[field] or "")[:10]
            return bool(day) and compare(day, wanted[:10])
    return wanted in {_text(value) for value in _values(row, name)}


def _values(row: Row, name: str) -> list[Any]:
    """Find a field in the row, or in the objects it lists."""
    if name in row:
        return [row[name]]
    listed = [item for value in row.values() if isinstance(value, list) for item in value]
    return [item[name] for item in listed if isinstance(item, dict) and name in item]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sortable(value: Any) -> tuple[bool, bool, Any]:
    comparable = value if isinstance(value, int | float | str) else str(value)
    return value is None, isinstance(comparable, str), comparable
