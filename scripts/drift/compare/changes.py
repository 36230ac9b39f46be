"""A change as the comparison finds it, which does not know the client."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

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

    def at(self, name: str, base: str, candidate: str) -> "Site":
        """Return the place of a property of this one."""
        return Site(self.side, f"{self.field}.{name}", base, candidate)


class Below(NamedTuple):
    """Two shapes, still to be compared, of a field below."""

    base: Shape
    candidate: Shape
    field: str


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
