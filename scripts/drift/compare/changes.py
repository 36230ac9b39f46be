"""A change as the comparison finds it, which does not know the client."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..shape.shape import Shape


class Side(StrEnum):
    """Where in an operation a change is. What may widen and what may narrow depends on it."""

    OPERATION = "operation"
    REQUEST = "request"
    RESPONSE = "response"
    ERROR = "error"

    @property
    def direction(self) -> str:
        """Name the direction in which the data travels: `request`, `response` or `both`."""
        return {"operation": "both", "error": "response"}.get(self.value, self.value)


@dataclass(frozen=True)
class Site:
    """A place that both documents have: the field's name, and where each document writes it."""

    side: Side
    field: str
    base: str
    candidate: str


@dataclass(frozen=True)
class Change:
    """One difference. `before` and `after` are JSON values; `None` where that side has nothing."""

    rule: str
    site: Site
    before: Any = None
    after: Any = None
    note: str = ""
    shape: Shape | None = field(default=None, compare=False, repr=False)
    everywhere: bool = False
    """Whether it is found in more places than were followed."""


@dataclass(frozen=True, eq=False)
class Pair:
    """Two schemas of one field; `above` is the pair that led to them.

    `is_text` if values are written as text, where a number is one too. `is_required` if both
    documents require the field.
    """

    side: Side
    field: str
    base: Shape
    candidate: Shape
    above: "Pair | None" = None
    is_text: bool = False
    is_required: bool = False

    @property
    def differs(self) -> bool:
        """Whether the two do not mean the same."""
        return self.base.number != self.candidate.number

    def below(
        self, base: Shape, candidate: Shape, name: str = "", *, is_required: bool = False
    ) -> "Pair":
        """Return two schemas that these are made of."""
        field = f"{self.field}{name}"
        return Pair(self.side, field, base, candidate, self, self.is_text, is_required)

    def site(self, *keywords: str) -> Site:
        """Point at the first of `keywords` that each schema has, else at the schema."""
        base, candidate = self.base.where(*keywords), self.candidate.where(*keywords)
        return Site(self.side, self.field, base, candidate)

    def change(self, rule: str, before: Any, after: Any, *keywords: str, note: str = "") -> Change:
        """Return a change that is written at one of `keywords`."""
        return Change(rule, self.site(*keywords), before, after, note, self.candidate)


def requiredness(what: str, site: Site, before: bool, after: bool) -> Iterator[Change]:
    """Compare whether `what` is required."""
    if before != after:
        need = {True: "required", False: "optional"}
        yield Change(f"{what}-became-{need[after]}", site, need[before], need[after])


def deprecation(what: str, site: Site, before: bool, after: bool) -> Iterator[Change]:
    """Compare whether `what` is deprecated."""
    if before != after:
        yield Change(f"{what}-{'' if after else 'un'}deprecated", site, before, after)


def listed(names: Sequence[Any], most: int) -> str:
    """Name the first, and count the rest."""
    more = len(names) - most
    return ", ".join(map(str, names[:most])) + (f" and {more} more" if more > 0 else "")
