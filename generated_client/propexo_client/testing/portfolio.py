"""A small, believable portfolio to start a fake with: `fake.add_all(portfolio())`.

Two systems, three properties, and tenants as they come:

- Maria Rivera lives in Oak Court 2B, with Luis Rivera. Another one lives in Maple House 2B.
- Jonas Weber moved from Oak Court 1A, whose lease has ended, to Maple House 1.
- Sam Okafor has two active leases: Oak Court 3C, and garage G1.
- Aiko Tanaka has moved out. Nora Lind has signed, but moves in next month.
- Elena Petrova lives in Pine Row, which is in Buildium: no credit for Rentvine can be posted there.

Every property has two financial accounts, "Operating" and "Deposits".
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .rows import Row


class _Stay(NamedTuple):
    """That somebody lives in a unit: what makes a lease of both."""

    lease: str
    resident: str
    unit: str
    status: str
    start: str
    end: str | None = None
    role: str = "PRIMARY"


_SYSTEMS = {
    "integration_denver": ("Denver", "RENTVINE"),
    "integration_boise": ("Boise", "BUILDIUM"),
    "integration_old": ("Denver, until 2023", "RENTVINE"),
}
_PROPERTIES = {
    "property_oak": ("Oak Court", "integration_denver", "12 Oak Street", "Denver", "CO", "80202"),
    "property_maple": ("Maple House", "integration_denver", "7 Maple Way", "Denver", "CO", "80203"),
    "property_pine": ("Pine Row", "integration_boise", "3 Pine Road", "Boise", "ID", "83702"),
}
_UNITS = {
    "unit_oak_1a": ("1A", "property_oak"),
    "unit_oak_2b": ("2B", "property_oak"),
    "unit_oak_3c": ("3C", "property_oak"),
    "unit_oak_g1": ("G1", "property_oak"),
    "unit_maple_1": ("1", "property_maple"),
    "unit_maple_2b": ("2B", "property_maple"),
    "unit_pine_5": ("5", "property_pine"),
}
_RESIDENTS = {
    "resident_maria_oak": ("Maria", "Rivera", "maria.rivera@example.com", "3035550101"),
    "resident_luis": ("Luis", "Rivera", "luis.rivera@example.com", "3035550102"),
    "resident_maria_maple": ("Maria", "Rivera", "m.rivera@example.org", "3035550103"),
    "resident_jonas": ("Jonas", "Weber", "jonas.weber@example.com", "3035550104"),
    "resident_sam": ("Sam", "Okafor", "sam.okafor@example.com", "3035550105"),
    "resident_aiko": ("Aiko", "Tanaka", "aiko.tanaka@example.com", "3035550106"),
    "resident_nora": ("Nora", "Lind", "nora.lind@example.com", "3035550107"),
    "resident_elena": ("Elena", "Petrova", "elena.petrova@example.com", "2085550108"),
}
_STAYS = (
    _Stay("lease_maria_oak", "resident_maria_oak", "unit_oak_2b", "ACTIVE", "2025-03-01"),
    _Stay(
        "lease_maria_oak", "resident_luis", "unit_oak_2b", "ACTIVE", "2025-03-01", None, "SECONDARY"
    ),
    _Stay("lease_maria_maple", "resident_maria_maple", "unit_maple_2b", "ACTIVE", "2024-08-15"),
    _Stay(
        "lease_jonas_before",
        "resident_jonas",
        "unit_oak_1a",
        "INACTIVE",
        "2023-05-01",
        "2025-04-30",
    ),
    _Stay("lease_jonas", "resident_jonas", "unit_maple_1", "ACTIVE", "2025-05-01"),
    _Stay("lease_sam", "resident_sam", "unit_oak_3c", "ACTIVE", "2024-11-01"),
    _Stay("lease_sam_garage", "resident_sam", "unit_oak_g1", "ACTIVE", "2025-01-01"),
    _Stay("lease_aiko", "resident_aiko", "unit_maple_1", "INACTIVE", "2022-02-01", "2025-03-31"),
    _Stay("lease_nora", "resident_nora", "unit_oak_1a", "PENDING", "2026-02-01"),
    _Stay("lease_elena", "resident_elena", "unit_pine_5", "ACTIVE", "2025-07-01"),
)


def portfolio() -> Mapping[str, Iterable[Row]]:
    """Return the rows by the name of their record. Change or add to them as you like."""
    return {
        "Integration": [_integration(each) for each in _SYSTEMS],
        "Property": [_property(each) for each in _PROPERTIES],
        "FinancialAccount": [
            {"id": f"account_{each.removeprefix('property_')}_{name.lower()}", "name": name}
            | _within(each)
            for each in _PROPERTIES
            for name in ("Operating", "Deposits")
        ],
        "Unit": [_unit(each) for each in _UNITS],
        "Lease": [_lease(each) for each in dict.fromkeys(stay.lease for stay in _STAYS)],
        "Resident": [_resident(each) for each in _RESIDENTS],
    }


def _integration(key: str) -> Row:
    name, vendor = _SYSTEMS[key]
    is_old = key == "integration_old"
    return {
        "id": key,
        "name": name,
        "vendor": vendor,
        "active": not is_old,
        "is_archived": is_old,
        "can_authenticate": not is_old,
    }


def _property(key: str) -> Row:
    name, _, address, city, state, code = _PROPERTIES[key]
    place = {"address_1": address, "city": city, "state": state, "zip": code}
    row = {"id": key, "name": name, "is_active": True, "type_normalized": "MULTI_FAMILY"}
    return {**row, **place, **_within(key)}


def _unit(key: str) -> Row:
    number, home = _UNITS[key]
    return {"id": key, "number": number, **_within(home)}


def _lease(key: str) -> Row:
    stays = [stay for stay in _STAYS if stay.lease == key]
    first = stays[0]
    number, home = _UNITS[first.unit]
    return {
        "id": key,
        "unit_id": first.unit,
        "unit_number": number,
        "status_normalized": first.status,
        "start_date": first.start,
        "end_date": first.end,
        "residents_meta_data": [{"resident_id": stay.resident, **_stay(stay)} for stay in stays],
        **_within(home),
    }


def _resident(key: str) -> Row:
    first_name, last_name, email, phone = _RESIDENTS[key]
    stays = [stay for stay in _STAYS if stay.resident == key]
    return {
        "id": key,
        "first_name": first_name,
        "last_name": last_name,
        "email_1": email,
        "phone_1": phone,
        "phone_1_type": "MOBILE",
        "leases_meta_data": [{"lease_id": stay.lease, **_stay(stay)} for stay in stays],
        **_within(_UNITS[stays[-1].unit][1]),
    }


def _stay(stay: _Stay) -> Row:
    return {
        "resident_type_normalized": stay.role,
        "x_resident_type": None,
        "move_in_date": stay.start,
        "move_out_date": stay.end,
        "notice_date": None,
        "custom_data": None,
    }


def _within(key: str) -> Row:
    """Name the property and its system, as every row below it does."""
    system = _PROPERTIES[key][1]
    return {
        "property_id": key,
        "integration_id": system,
        "integration_vendor": _SYSTEMS[system][1],
    }
