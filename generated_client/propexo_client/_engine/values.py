"""Checks of what callers pass in: each returns the value to send, or raises naming the argument.

Amounts are whole cents as `int`, or dollars as `Decimal`; nothing is ever rounded. Dates are a
plain day as YYYY-MM-DD, or a moment as RFC 3339 with its offset.
"""

import json
import math
import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast
from urllib.parse import quote

from .._contract.schema import compile_pattern
from ..errors import InvalidArgument, InvalidArgumentType

T = TypeVar("T")

MOST_CENTS = 2**53 - 1
"""The largest number that every JSON reader keeps exact."""

MOST_SECONDS = 1_000_000

_A_CENT = Decimal("0.01")
_PARTS = "amount: has parts of a cent; pass at most two decimals"
IDENTIFIER = re.compile(r"(?!\.\.?\Z)[^\s\x00-\x1f\x7f\ud800-\udfff]+")
"""An opaque id: text without white space that cannot be mistaken for a folder."""


def text(name: str, value: object) -> str:
    """Accept any text that is not blank."""
    if not isinstance(value, str):
        raise InvalidArgumentType(f"{name}: pass text, not {type(value).__name__}")
    if not value.strip():
        raise InvalidArgument(f"{name}: must not be blank")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidArgument(
            f"{name}: contains an unpaired surrogate and cannot be encoded as UTF-8"
        ) from None
    return value


def identifier(name: str, value: object) -> str:
    """Accept an opaque id, as it is."""
    if isinstance(value, str) and IDENTIFIER.fullmatch(value):
        return value
    checked = text(name, value)
    if checked in (".", ".."):
        raise InvalidArgument(f"{name}: {checked!r} cannot be an id")
    raise InvalidArgument(f"{name}: ids cannot contain white space; strip it first")


def matching(name: str, value: object, pattern: str) -> str:
    """Accept text that the contract's `pattern` describes."""
    checked = text(name, value)
    if compile_pattern(pattern).search(checked) is None:
        raise InvalidArgument(f"{name}: must match {pattern}")
    return checked


def whole(name: str, value: object, lowest: int | None, highest: int | None) -> int:
    """Accept a whole number between `lowest` and `highest`, both included; None is no bound."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgumentType(f"{name}: pass an int, not {type(value).__name__}")
    too_low = lowest is not None and value < lowest
    if too_low or (highest is not None and value > highest):
        raise InvalidArgument(f"{name}: must be {_bounds(lowest, highest)}")
    return value


def _bounds(lowest: int | None, highest: int | None) -> str:
    if lowest is None or highest is None:
        return f"at most {highest}" if lowest is None else f"at least {lowest}"
    return f"from {lowest} to {highest}"


def number(name: str, value: object) -> float:
    """Accept a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidArgumentType(f"{name}: pass a number, not {type(value).__name__}")
    if not -math.inf < value < math.inf:
        raise InvalidArgument(f"{name}: must be a finite number")
    return value


def flag(name: str, value: object) -> bool:
    """Accept True or False and nothing that merely resembles them."""
    if not isinstance(value, bool):
        raise InvalidArgumentType(f"{name}: pass True or False, not {type(value).__name__}")
    return value


def flag_text(name: str, value: object) -> str:
    """Write True or False as in a query."""
    return "true" if flag(name, value) else "false"


def one_of(name: str, value: object, known: tuple[T, ...]) -> T:
    """Accept one of the values that the contract lists."""
    for each in known:
        if value == each:
            return each
    if not isinstance(value, str):
        raise InvalidArgumentType(f"{name}: pass text, not {type(value).__name__}")
    raise InvalidArgument(f"{name}: must be one of {', '.join(map(str, known))}")


def texts(name: str, value: object) -> list[str]:
    """Accept several texts, in a list or tuple."""
    if not isinstance(value, list | tuple):
        raise InvalidArgumentType(f"{name}: pass a list of texts, not {type(value).__name__}")
    return [text(name, each) for each in cast("list[object]", value)]


def json_value(name: str, value: object) -> Any:
    """Accept whatever JSON can write."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise InvalidArgumentType(f"{name}: pass what JSON can write") from None
    return value


def segment(name: str, value: object) -> str:
    """Accept an id, and write it as one segment of a path."""
    return quoted(identifier(name, value))


def quoted(value: str) -> str:
    """Write what was checked before, or came from the server, as one segment of a path."""
    return quote(value, safe="")


def seconds(name: str, value: object, *, zero: bool = False) -> float:
    """Accept a number of seconds that a socket can wait, above zero unless `zero` is allowed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        kind = "None, which would wait for ever" if value is None else type(value).__name__
        raise InvalidArgumentType(f"{name}: pass a number of seconds, not {kind}")
    if not 0 <= value <= MOST_SECONDS or (value == 0 and not zero):
        least = "zero or more" if zero else "more than zero"
        raise InvalidArgument(f"{name}: must be a number of seconds, {least}, at most a million")
    return float(value)


def duration(timeout: object, default: float) -> float:
    """Accept the seconds that a call may take; None stands for the client's own."""
    return default if timeout is None else seconds("timeout", timeout)


def cents(*, amount_in_cents: object = None, amount: object = None) -> int:
    """Return the amount in cents, from exactly one of `amount_in_cents` and `amount` (dollars).

    Raises `InvalidArgumentType` for float, bool and anything but int cents or Decimal dollars, and
    `InvalidArgument` for both or neither, zero, negative, not finite, or parts of a cent.
    """
    if (amount_in_cents is None) == (amount is None):
        raise InvalidArgument("amount: pass either amount_in_cents (int) or amount (Decimal)")
    name = "amount" if amount_in_cents is None else "amount_in_cents"
    value = _whole_cents(amount_in_cents) if amount is None else _from_dollars(amount)
    if value <= 0:
        raise InvalidArgument(f"{name}: must be more than zero; the sign is set for you")
    if value > MOST_CENTS:
        raise InvalidArgument(f"{name}: is too large; at most {MOST_CENTS} cents can be sent")
    return value


def _whole_cents(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgumentType(
            f"amount_in_cents: pass an int number of cents, not {type(value).__name__}"
        )
    return int.__index__(value)  # a subclass may have other ideas of its value


def _from_dollars(value: object) -> int:
    if not isinstance(value, Decimal):
        kind = type(value).__name__
        raise InvalidArgumentType(f'amount: pass a Decimal such as Decimal("12.50"), not {kind}')
    if not value.is_finite():
        raise InvalidArgument("amount: must be a finite number of dollars")
    if value <= 0:
        return 0
    if value.adjusted() > len(str(MOST_CENTS)):
        return MOST_CENTS + 1
    if value < _A_CENT:
        raise InvalidArgument(_PARTS)
    numerator, denominator = value.as_integer_ratio()
    whole, rest = divmod(numerator * 100, denominator)
    if rest:
        raise InvalidArgument(_PARTS)
    return whole


def wire_date(name: str, value: object) -> str:
    """Write a `date` as YYYY-MM-DD, or an aware `datetime` as RFC 3339.

    Prefer a plain date: how the property-management system cuts a moment to a day is not
    documented. Raises `InvalidArgumentType` for text and other types, `InvalidArgument` for a
    datetime without a time zone.
    """
    if isinstance(value, datetime):
        return _moment(name, value)
    if isinstance(value, date):
        return value.isoformat()
    hint = "date.fromisoformat(...)" if isinstance(value, str) else "datetime.date"
    raise InvalidArgumentType(f"{name}: pass a {hint}, not {type(value).__name__}")


def _moment(name: str, value: datetime) -> str:
    offset = value.utcoffset() if value.tzinfo is not None else None
    if offset is None:
        raise InvalidArgument(f"{name}: the datetime has no time zone; pass a date, or add tzinfo")
    if offset % timedelta(minutes=1):
        raise InvalidArgument(f"{name}: the time zone's offset has seconds; pass a plain date")
    if not offset:
        return value.replace(tzinfo=None).isoformat() + "Z"
    return value.isoformat()


def possible_days(wire: str) -> frozenset[date]:
    """Days on which something sent with this date may appear: its own, and for a moment UTC's.

    Raises ValueError for text that is no date.
    """
    if len(wire) == len("2026-01-31"):
        return frozenset({date.fromisoformat(wire)})
    moment = datetime.fromisoformat(wire)
    days = {moment.date()}
    if moment.tzinfo is not None:
        with suppress(OverflowError):  # no such day: before year 1, or after 9999
            days.add(moment.astimezone(UTC).date())
    return frozenset(days)
