"""A change as the comparison finds it, which does not know the client."""

from dataclasses import dataclass, field
from typing import Any

from scripts.drift.severity import Side
from scripts.drift.shapes import Shape


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
