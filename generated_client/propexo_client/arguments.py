"""Checks of what callers pass in. Each returns the value to send, or raises naming the argument."""

import math
import re

from .errors import InvalidArgument, InvalidArgumentType

_UNFIT_FOR_AN_ID = re.compile(r"[\s\x00-\x1f\x7f]")


def text(name: str, value: object) -> str:
    """Accept any text that is not blank."""
    if not isinstance(value, str):
        raise InvalidArgumentType(f"{name}: pass text, not {type(value).__name__}")
    if not value.strip():
        raise InvalidArgument(f"{name}: must not be blank")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidArgument(f"{name}: holds half a surrogate pair; pass valid text") from None
    return value


def identifier(name: str, value: object) -> str:
    """Accept an opaque id: text without white space that cannot be mistaken for a folder."""
    checked = text(name, value)
    if _UNFIT_FOR_AN_ID.search(checked):
        raise InvalidArgument(f"{name}: an id holds no white space; strip it")
    if checked in (".", ".."):
        raise InvalidArgument(f"{name}: {checked!r} cannot be an id")
    return checked


def whole(name: str, value: object, lowest: int, highest: int) -> int:
    """Accept a whole number between `lowest` and `highest`, both included."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgumentType(f"{name}: pass an int, not {type(value).__name__}")
    if not lowest <= value <= highest:
        raise InvalidArgument(f"{name}: must be from {lowest} to {highest}")
    return value


def flag(name: str, value: object) -> bool:
    """Accept True or False and nothing that merely resembles them."""
    if not isinstance(value, bool):
        raise InvalidArgumentType(f"{name}: pass True or False, not {type(value).__name__}")
    return value


def seconds(name: str, value: object, *, zero: bool = False) -> float:
    """Accept a finite number of seconds, above zero unless `zero` is allowed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        kind = "None, which would wait for ever" if value is None else type(value).__name__
        raise InvalidArgumentType(f"{name}: pass a number of seconds, not {kind}")
    if not math.isfinite(value) or value < 0 or (value == 0 and not zero):
        least = "zero or more" if zero else "more than zero"
        raise InvalidArgument(f"{name}: must be a finite number of seconds, {least}")
    return float(value)
