"""Records as the vendor shows them, made from what was posted."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeAlias

from .._contract import checks

Row: TypeAlias = dict[str, Any]
"""A record as the vendor shows it: its fields by their names."""

_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_LEAST = {"string": "", "integer": 0, "number": 0, "boolean": False, "null": None}


def records() -> set[str]:
    """Name every kind of record that the contract has."""
    return {endpoint.record for endpoint in checks.endpoints().values() if endpoint.record}


def written_row(operation: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the body of a POST into the fields that a row shows of it.

    A credit becomes a negative charge. Source: Propexo's reference, "Create Resident Credit:
    Rentvine".
    """
    cents = checks.endpoints()[operation].sign * int(body["amount_in_cents"])
    fields = {**body, "amount_in_cents": cents, "amount_raw": _dollars(cents)}
    if operation == "create_resident_payment":
        fields["payment_method_raw"] = body["payment_type"]
    if operation == "create_recurring_resident_charge":
        frequency = body.get("frequency_raw")
        fields["charge_due_day"] = body["day_due"]
        fields["frequency_raw"] = None if frequency is None else str(frequency)
        fields["is_active"] = True
    return fields


def subject(record: str) -> str:
    """Write the name of a record in small letters, as in ids and the names of filters."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", record).lower()


def make_row(record: str, number: int, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Make the `number`th row of a ledger out of `fields`; those it does not have are dropped."""
    created = (_FIRST_DAY + timedelta(seconds=number)).isoformat().replace("+00:00", "Z")
    usual = {
        "id": f"{subject(record)}_{number:06d}",
        "x_id": str(number),
        "x_property_id": "1",
        "property_id": "property_000001",
        "integration_id": "integration_000001",
        "integration_vendor": "RENTVINE",
        "created_at": created,
        "updated_at": created,
        "last_seen": created,
    }
    row = dict(blank(record))
    row.update((name, value) for name, value in {**usual, **fields}.items() if name in row)
    return row


def least(schema: Mapping[str, Any]) -> Any:
    """Make the least value that a schema admits: null where it may be, else empty, zero, false."""
    if "$ref" in schema:
        return least(checks.component(schema["$ref"]))
    if branches := schema.get("anyOf") or schema.get("oneOf"):
        return least(branches[0])
    if "enum" in schema:
        return None if None in schema["enum"] else schema["enum"][0]
    kinds = schema.get("type", "null")
    kind = "null" if "null" in kinds else kinds if isinstance(kinds, str) else kinds[0]
    if kind == "array":
        return []
    if kind == "object":
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        return {name: least(properties.get(name, {})) for name in required}
    return schema.get("minimum", _LEAST[kind])


@cache
def blank(record: str) -> dict[str, Any]:
    """Return a row of that kind in which every field has its least value."""
    schema = checks.component(f"#/components/schemas/{record}")
    return {name: least(part) for name, part in schema["properties"].items()}


def _dollars(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
