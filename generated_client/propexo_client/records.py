"""Records as read from Propexo: frozen, typed where the client relies on it, whole in `.raw`.

Amounts are whole cents; a credit reads back as a charge with a negative amount. Dates are text as
the property-management system sent it, usually YYYY-MM-DD. Whatever is absent, or of another type
than expected, is None here and untouched in `.raw`.
Source: docs: Get all resident charges, and its siblings for the other records.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record has. `raw` is the record exactly as received, unknown fields included."""

    id: str
    integration_id: str | None
    integration_vendor: str | None
    property_id: str | None
    created_at: str | None
    updated_at: str | None
    last_seen: str | None
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def from_raw(cls, raw: Mapping[str, Any]) -> Self:
        """Read a record leniently; nothing a server can send makes this fail."""
        typed = (each for each in fields(cls) if each.name != "raw")
        return cls(
            raw=raw, **{each.name: _READERS[each.type](raw.get(each.name)) for each in typed}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry(Record):
    amount_in_cents: int | None
    amount_raw: str | None
    lease_id: str | None
    financial_account_id: str | None
    charge_code_id: str | None
    description: str | None
    reference_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge(_Entry):
    """A charge on a resident's ledger; a credit when `amount_in_cents` is negative."""

    resident_id: str | None
    unit_id: str | None
    transaction_date: str | None
    due_date: str | None
    is_open: bool | None
    amount_open_in_cents: int | None
    amount_paid_in_cents: int | None

    @property
    def is_credit(self) -> bool:
        """Whether this charge is a credit. The sign of its amount is the only sign of it."""
        return self.amount_in_cents is not None and self.amount_in_cents < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(_Entry):
    """A payment on a resident's ledger."""

    resident_id: str | None
    unit_id: str | None
    transaction_date: str | None
    payment_method_normalized: str | None
    payment_method_raw: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringCharge(_Entry):
    """A schedule by which charges are made; `charge_due_day` is the `day_due` of the post."""

    start_date: str | None
    end_date: str | None
    charge_due_day: int | None
    frequency_raw: str | None
    frequency_normalized: str | None
    is_active: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancialAccount(Record):
    """An account of a property. Nothing in it tells a bank account from an income account."""

    name: str | None
    account_number: str | None
    status_raw: str | None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == value // 1 and abs(value) != float("inf") else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_READERS: dict[Any, Callable[[Any], Any]] = {
    str: lambda value: _text(value) or "",
    str | None: _text,
    int | None: _whole,
    bool | None: _flag,
}
