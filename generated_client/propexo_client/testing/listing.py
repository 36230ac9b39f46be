"""Lists: filter, sort, cut a page, and say so in the envelope.

Sources: Propexo's guides "Pagination", "Sorting" and "Filtering".
"""

from collections.abc import Iterable, Mapping
from typing import Any

from .filters import passes
from .rows import Row

_DEFAULT_ORDER = "created_at:desc"
_PAGING = ("offset", "limit", "order-by")


class UnknownOrder(ValueError):
    """`order-by` names a field or direction that rows do not have."""


def listed(
    rows: Iterable[Row], query: Mapping[str, str], *, subject: str, within: str = ""
) -> dict[str, Any]:
    """Respond to a list request for rows of the kind `subject`; the query is known to be valid.

    `within` names the list where the envelope has an object around it; there it has no `meta`.
    Raises `UnknownOrder`.
    """
    order = _order(query.get("order-by", _DEFAULT_ORDER))
    filters = {name: value for name, value in query.items() if name not in _PAGING}
    found = [row for row in rows if passes(row, subject, filters)]
    for field, direction in reversed(order):
        if any(field not in row for row in found):
            raise UnknownOrder(f"order-by: no field {field}")
        found.sort(key=lambda row: _sortable(row[field]), reverse=direction == "desc")
    offset, limit = int(query.get("offset") or 0), int(query.get("limit") or 100)
    page = found[offset : offset + limit]
    if within:
        return {"results": {within: page}}
    meta = {
        "orderBy": [{"field": field, "direction": direction} for field, direction in order],
        "offset": offset,
        "limit": limit,
        "hasMore": offset + limit < len(found),
        "total": len(found),
    }
    return {"meta": meta, "results": page}


def single(row: Row) -> dict[str, Any]:
    """Respond to a request for one row: the same envelope around an object."""
    return {"meta": {"orderBy": []}, "results": row}


def _order(text: str) -> list[tuple[str, str]]:
    parts = [part.strip().partition(":") for part in text.split(",") if part.strip()]
    order = [(field, direction or "asc") for field, _, direction in parts]
    if any(direction not in ("asc", "desc") for _, direction in order):
        raise UnknownOrder("order-by: the direction is asc or desc")
    return order


def _sortable(value: Any) -> tuple[bool, bool, Any]:
    comparable = value if isinstance(value, int | float | str) else str(value)
    return value is None, isinstance(comparable, str), comparable
