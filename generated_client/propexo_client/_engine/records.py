"""What every record has, and how its fields are read: leniently, whatever a server sends.

A field that is absent, or of another type than documented, is None and untouched in `.raw`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from .._json import is_array, is_object

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An object inside a record. `raw` is the object as received, unknown fields included."""

    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def from_raw(cls, raw: Mapping[str, Any]) -> Self:
        """Read it from a JSON object; nothing a server can send makes this fail."""
        return cls(raw=raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Part):
    """A record. `id` is Propexo's own; empty when the server sent none."""

    id: str

    @classmethod
    def from_raw(cls, raw: Mapping[str, Any]) -> Self:
        """Read it from a JSON object; nothing a server can send makes this fail."""
        return cls(raw=raw, id=text(raw.get("id")) or "")


def text(value: object) -> str | None:
    """Read a text."""
    return value if isinstance(value, str) else None


def whole(value: object) -> int | None:
    """Read a whole number; JSON may write it as 15000.0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value)


def number(value: object) -> float | None:
    """Read a number."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def flag(value: object) -> bool | None:
    """Read a truth value."""
    return value if isinstance(value, bool) else None


def mapping(value: object) -> Mapping[str, Any] | None:
    """Read an object."""
    return value if is_object(value) else None


def items(value: object) -> tuple[Any, ...]:
    """Read a list; empty when there is none."""
    return tuple(value) if is_array(value) else ()


def rows(value: object, read: Callable[[Mapping[str, Any]], R]) -> tuple[R, ...]:
    """Read a list of objects, each by `read`; what is no object stays in `.raw` only."""
    return tuple(read(item) for item in items(value) if is_object(item))
