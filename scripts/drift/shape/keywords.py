"""What the keywords of a schema say, in one form for all spellings."""

import math
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...document.references import step
from .parts import Part, common_types, text, type_of, types_of

SIZES = {
    "minLength": "string", "maxLength": "string", "minItems": "array", "maxItems": "array",
    "minProperties": "object", "maxProperties": "object",
}  # fmt: skip
ENCODINGS = ("contentEncoding", "contentMediaType", "contentSchema")
# Keywords without a rule of their own: whether they widened or narrowed is left to set inclusion.
CONSTRAINTS = (
    "multipleOf", "uniqueItems", "not", "if", "then", "else", "contains", "minContains",
    "maxContains", "prefixItems", "patternProperties", "propertyNames", "dependentRequired",
    "dependentSchemas", "dependencies", "unevaluatedItems", "unevaluatedProperties", "allOf",
)  # fmt: skip
# Values with which a constraint says nothing.
IDLE = {"uniqueItems": False, "multipleOf": None, "minContains": 1}
_KNOWN = frozenset((
    *SIZES, *ENCODINGS, *CONSTRAINTS,
    "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum",
    "type", "enum", "const", "pattern", "format", "properties", "required", "additionalProperties",
    "items", "anyOf", "oneOf", "nullable", "default", "deprecated", "discriminator",
    "readOnly", "writeOnly", "$ref", "$defs", "definitions", "$schema", "$id", "$anchor",
))  # fmt: skip
_NAMING_TYPES = {"type", "enum", "const", "anyOf", "oneOf"}
_SAYING_NOTHING = {"readOnly", "writeOnly", "nullable", "default", "deprecated"}

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
            value = math.floor(self.value) + 1 if self.exclusive else math.ceil(self.value)
        else:
            value = math.ceil(self.value) - 1 if self.exclusive else math.floor(self.value)
        return Bound(value, exclusive=False)


class Keywords:
    """What is written in the parts of a schema, but for the schemas that it is made of."""

    def __init__(self, parts: Iterable[Part], pointer: str) -> None:
        """Take the parts; `pointer` is where to look if they are not in one place."""
        self.parts = tuple(parts)
        self.pointer = self.parts[0].pointer if len(self.parts) == 1 else pointer

    @cached_property
    def types(self) -> frozenset[str]:
        """The admitted types but null. `number` includes `integer`."""
        return types_of(self.parts) - {"null"}

    @property
    def own(self) -> tuple[Part, ...]:
        """The parts whose limits count."""
        return self.parts

    def where(self, *keywords: str) -> str:
        """Point at the first of `keywords` that is written, else at the schema."""
        for part in self.parts:
            for keyword in keywords:
                if keyword in part.schema:
                    return step(part.pointer, keyword)
        return self.pointer

    @property
    def names_types(self) -> bool:
        """Whether types are written, and not only implied by other keywords."""
        return any(part.schema.keys() & _NAMING_TYPES for part in self.parts)

    @property
    def admits_all(self) -> bool:
        """Whether nothing at all is asked of a value."""
        return not any(part.schema.keys() - _SAYING_NOTHING for part in self.parts)

    def texts(self, keyword: str) -> frozenset[str]:
        """Collect the different values of `keyword`, as text."""
        return frozenset(
            text(part.schema[keyword]) for part in self.parts if keyword in part.schema
        )

    @cached_property
    def unknown(self) -> list[str]:
        """The keywords that no rule knows."""
        return sorted({key for part in self.parts for key in part.schema if key not in _KNOWN})

    @cached_property
    def deprecated(self) -> bool:
        """Whether the vendor advises against it."""
        return any(part.schema.get("deprecated") is True for part in self.parts)

    @cached_property
    def enum(self) -> dict[str, Any] | None:
        """The admitted values but null, by their text; `None` if they are not listed."""
        lists = [
            {text(value): value for value in part.values if value is not None}
            for part in self.own
            if part.values is not None
        ]
        if not lists:
            return None
        return {
            key: value
            for key, value in lists[0].items()
            if all(key in other for other in lists[1:])
            and common_types(self.types, frozenset({type_of(value)}))
        }

    @cached_property
    def lower(self) -> Bound | None:
        """The lower limit of numbers."""
        found = self._bounds("minimum", "exclusiveMinimum")
        return max(found, key=lambda bound: (bound.value, bound.exclusive), default=None)

    @cached_property
    def upper(self) -> Bound | None:
        """The upper limit of numbers."""
        found = self._bounds("maximum", "exclusiveMaximum")
        return max(found, key=lambda bound: (-bound.value, bound.exclusive), default=None)

    def _bounds(self, inclusive: str, exclusive: str) -> list[Bound]:
        if not self.types & {"integer", "number"}:
            return []
        found: list[Bound] = []
        for part in self.own:
            limit, strict = part.schema.get(inclusive), part.schema.get(exclusive)
            found += [Bound(value, exclusive=strict is True) for value in _numbers(limit)]
            found += [Bound(value, exclusive=True) for value in _numbers(strict)]
        if "number" in self.types:
            return found
        return [bound.over_integers(lower=inclusive == "minimum") for bound in found]

    @cached_property
    def sizes(self) -> dict[str, float]:
        """The limits on lengths and counts that limit anything."""
        found: dict[str, float] = {}
        for keyword, kind in SIZES.items():
            limits = [n for part in self.own for n in _numbers(part.schema.get(keyword))]
            is_lower = keyword.startswith("min")
            if limits and kind in self.types and (not is_lower or max(limits) > 0):
                found[keyword] = max(limits) if is_lower else min(limits)
        return found

    @cached_property
    def patterns(self) -> frozenset[str]:
        """The regular expressions that strings must match, but those that all strings match."""
        written = (part.schema.get("pattern") for part in self.own if "string" in self.types)
        normal = (normal_pattern(pattern) for pattern in written if isinstance(pattern, str))
        return frozenset(filter(None, normal))

    @cached_property
    def formats(self) -> frozenset[str]:
        """The formats that texts and numbers must have; anything else has none."""
        if self.types.isdisjoint(("string", "integer", "number")):
            return frozenset()
        written = (part.schema.get("format") for part in self.own)
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
