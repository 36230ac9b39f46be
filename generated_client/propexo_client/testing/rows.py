"""Records as the vendor shows them, made from what was posted."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from .._contract import checks

SCHEMAS = {
    "resident_charges": "ResidentCharge",
    "recurring_resident_charges": "RecurringResidentCharge",
    "resident_payments": "ResidentPayment",
    "financial_accounts": "FinancialAccount",
}
"""Schema of the rows in each collection."""

COLLECTIONS = {
    "create_resident_credit": "resident_charges",
    "create_resident_charge": "resident_charges",
    "create_recurring_resident_charge": "recurring_resident_charges",
    "create_resident_payment": "resident_payments",
}
"""Collection that each kind of write ends up in."""

_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def written_row(operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the body of a POST into the fields that a row shows of it.

    A credit becomes a negative charge. Source: docs: Create Resident Credit: Rentvine.
    """
    sign = -1 if operation == "create_resident_credit" else 1
    cents = sign * int(body["amount_in_cents"])
    fields = {**body, "amount_in_cents": cents, "amount_raw": _dollars(cents)}
    if operation == "create_resident_payment":
        fields["payment_method_raw"] = body["payment_type"]
    if operation == "create_recurring_resident_charge":
        frequency = body.get("frequency_raw")
        fields["charge_due_day"] = body["day_due"]
        fields["frequency_raw"] = None if frequency is None else str(frequency)
        fields["is_active"] = True
    return fields


def make_row(collection: str, number: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Make the `number`th row of a ledger out of `fields`; those it does not have are dropped."""
    created = (_FIRST_DAY + timedelta(seconds=number)).isoformat().replace("+00:00", "Z")
    blank = _blank(SCHEMAS[collection])
    row = {
        **blank,
        "id": f"{collection.removesuffix('s')}_{number:06d}",
        "x_id": str(number),
        "x_property_id": "1",
        "property_id": "property_000001",
        "integration_id": "integration_000001",
        "integration_vendor": "RENTVINE",
        "created_at": created,
        "updated_at": created,
        "last_seen": created,
    }
    return {**row, **{name: value for name, value in fields.items() if name in blank}}


@cache
def _blank(schema: str) -> dict[str, Any]:
    properties = checks.document()["components"]["schemas"][schema]["properties"]
    return {key: [] if value.get("type") == "array" else None for key, value in properties.items()}


def _dollars(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
