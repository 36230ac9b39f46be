"""Limits on numbers, lengths and counts, in one form for all spellings."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .parts import SIZES, Part


@dataclass(frozen=True)
class Bound:
    """A lower or upper limit of a number."""

    value: float
    exclusive: bool

    def over_integers(self, *, lower: bool) -> "Bound":
        """Restate the limit for whole numbers, as an inclusive one."""
        if lower:
            return Bound(
                math.floor(self.value) + 1 if self.exclusive else math.ceil(self.value),
                exclusive=False,
            )
        return Bound(
            math.ceil(self.value) - 1 if self.exclusive else math.floor(self.value), exclusive=False
        )


def lower(parts: Iterable[Part], types: frozenset[str]) -> Bound | None:
    """Return the highest lower limit on numbers, if there is one."""
    found = _bounds(parts, types, "minimum", "exclusiveMinimum")
    return max(found, key=lambda bound: (bound.value, bound.exclusive), default=None)


def upper(parts: Iterable[Part], types: frozenset[str]) -> Bound | None:
    """Return the lowest upper limit on numbers, if there is one."""
    found = _bounds(parts, types, "maximum", "exclusiveMaximum")
    return max(found, key=lambda bound: (-bound.value, bound.exclusive), default=None)


def _bounds(
    parts: Iterable[Part], types: frozenset[str], inclusive: str, exclusive: str
) -> list[Bound]:
    if not types & {"integer", "number"}:
        return []
    found: list[Bound] = []
    for part in parts:
        limit, strict = part.schema.get(inclusive), part.schema.get(exclusive)
        found += [Bound(value, exclusive=strict is True) for value in _numbers(limit)]
        found += [Bound(value, exclusive=True) for value in _numbers(strict)]
    if "number" in types:
        return found
    return [bound.over_integers(lower=inclusive == "minimum") for bound in found]


def sizes(parts: Iterable[Part], types: frozenset[str]) -> dict[str, float]:
    """Return the limits on lengths and counts that limit anything, by keyword."""
    found: dict[str, float] = {}
    for keyword, kind in SIZES.items():
        limits = [limit for part in parts for limit in _numbers(part.schema.get(keyword))]
        tightest = max if keyword.startswith("min") else min
        if limits and kind in types and (keyword.startswith("max") or max(limits) > 0):
            found[keyword] = tightest(limits)
    return found


def _numbers(value: Any) -> list[float]:
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []
