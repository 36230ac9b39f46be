"""What limits numbers, lengths, texts and values, in one form for all spellings."""

import math
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .parts import SIZES, Part, common_types, text, type_of

_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_GROUP = re.compile(r"(?<!\\)\((?:\?:|(?!\?))((?:[^\\()|]|\\.)*)\)(?![*+?{])")
_ANYTHING = re.compile(r"(?:\.|\[\\s\\S\]|\[\\S\\s\]|\[\^\])\*\??")
_NOT_FREE = re.compile(r"\\[bBAZ1-9]|\(\?[=!<]|(?<!\\)[\^$]")
_PRIVATE = 0xE000


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


def enum(parts: Iterable[Part], types: frozenset[str]) -> dict[str, Any] | None:
    """Return the values but null that are listed in all lists, by their text, if any is there."""
    lists = [
        {text(value): value for value in part.values if value is not None}
        for part in parts
        if part.values is not None
    ]
    if not lists:
        return None
    return {
        key: value
        for key, value in lists[0].items()
        if all(key in other for other in lists[1:])
        and common_types(types, frozenset({type_of(value)}))
    }


def patterns(parts: Iterable[Part], types: frozenset[str]) -> frozenset[str]:
    """Return the patterns in their normal form, but those that every text matches."""
    written = (part.schema.get("pattern") for part in parts if "string" in types)
    normal = (normal_pattern(pattern) for pattern in written if isinstance(pattern, str))
    return frozenset(pattern for pattern in normal if pattern)


def formats(parts: Iterable[Part]) -> frozenset[str]:
    """Return the formats that are written."""
    written = (part.schema.get("format") for part in parts)
    return frozenset(name for name in written if isinstance(name, str))


def _numbers(value: Any) -> list[float]:
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


def normal_pattern(pattern: str) -> str:
    """Drop groups that group nothing. Empty if every text matches, as by `.*`."""
    classes: list[str] = []

    def hide(found: re.Match[str]) -> str:
        classes.append(found[0])
        return chr(_PRIVATE + len(classes) - 1)

    hidden, before = _CLASS.sub(hide, pattern), ""
    while before != hidden and not re.search(r"\\[1-9]", hidden):
        before, hidden = hidden, _GROUP.sub(r"\1", hidden)
    for index, written in enumerate(classes):
        hidden = hidden.replace(chr(_PRIVATE + index), written)
    return "" if _matches_everything(hidden) else hidden


def _matches_everything(pattern: str) -> bool:
    """Whether every text matches. What may be empty is found in every text."""
    starts, ends = pattern.startswith("^"), re.search(r"(?<!\\)\$$", pattern) is not None
    body = pattern[starts : len(pattern) - ends]
    if starts and ends:
        return _ANYTHING.fullmatch(body) is not None
    if _NOT_FREE.search(_CLASS.sub("x", body)):
        return False
    try:
        with warnings.catch_warnings(action="ignore"):
            return re.match(body, "") is not None
    except (re.error, RecursionError, OverflowError):
        return False
