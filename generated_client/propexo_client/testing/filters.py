"""What the filters of a list mean, by their names: equal, or before and after a day.

Sources: Propexo's guide "Filtering", and its reference, "Get all leases".
"""

from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import Any, TypeAlias

from .._json import is_array, is_object
from .rows import Row

Test: TypeAlias = Callable[[Any], bool]

_BOUNDS = {"_start": ge, "_end": le, "before_": lt, "after_": gt}
"""How a filter on days is named: `transaction_date_start` has that day, `before_...` has not."""

_NULLS = {"only_null_move_outs": "move_out_date"}
"""Filters for a field that is empty."""

_RECENT = ("time_range",)
"""Filters that everything in the books passes: it is all of this hour."""

NEEDS = {"unit_number": "property_id"}
"""Filters that the vendor takes together with another one only."""


def passes(row: Row, subject: str, filters: Mapping[str, str]) -> bool:
    """Whether a row passes all filters. `subject` is its kind, as a word: `integration`.

    Filters on the objects that a row lists, such as the residents of a lease, must all match one
    and the same of them. A filter on what a row does not have matches none.
    """
    if row.get("is_archived") and filters.get("is_archived") != "true":
        return False  # the filter does not ask for archived ones alone, it lets them in
    inner: dict[str, Test] = {}
    for name, wanted in filters.items():
        if name in (*_RECENT, "is_archived") or _is_overridden(name, filters):
            continue
        field, test = _test(name, wanted)
        own = next((each for each in (field, field.removeprefix(f"{subject}_")) if each in row), "")
        if own and not test(row[own]):
            return False
        if not own:
            inner[field] = test
    return not inner or any(
        all(field in item and test(item[field]) for field, test in inner.items())
        for item in _listed(row)
    )


def _is_overridden(name: str, filters: Mapping[str, str]) -> bool:
    """Whether another filter cancels this one. Source: Propexo's reference, "Get all leases"."""
    return name == "resident_id" and any("_move_" in other for other in filters.keys() - _NULLS)


def _test(name: str, wanted: str) -> tuple[str, Test]:
    if name in _NULLS:
        return _NULLS[name], lambda value: value is None or wanted != "true"
    for mark, compare in _BOUNDS.items():
        field = name.removeprefix(mark).removesuffix(mark)
        if field != name:
            return field, _on_days(compare, wanted)
    return name, lambda value: _text(value) == wanted


def _on_days(compare: Callable[[str, str], bool], wanted: str) -> Test:
    return lambda value: bool(value) and compare(str(value)[:10], wanted[:10])


def _listed(row: Row) -> list[Row]:
    found = (value for value in row.values() if is_array(value))
    return [item for items in found for item in items if is_object(item)]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
