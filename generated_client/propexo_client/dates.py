"""Dates on the wire: a plain day as YYYY-MM-DD, a moment as RFC 3339 with its offset."""

from datetime import UTC, date, datetime, timedelta

from .errors import InvalidArgument, InvalidArgumentType


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
        days.add(moment.astimezone(UTC).date())
    return frozenset(days)
