"""Layer 1, by value: mistakes that every schema allows. What a caller says, byte for byte."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import Any

import httpx
import pytest
import respx

from contract_tests.contract.complaints import refuse
from contract_tests.contract.exchanges import SANDBOX, Exchange
from contract_tests.contract.judge import Judge
from contract_tests.contract.router import wire
from propexo_client import Environment, Propexo, PropexoError
from propexo_client.testing import FakeClock

ENTRY: dict[str, Any] = {
    "integration_id": "intg_1",
    "lease_id": "lease_2",
    "financial_account_id": "finacct_3",
    "transaction_date": date(2024, 1, 15),
    "description": "January rent",
}
BODY = (
    b'{"amount_in_cents":15000,"description":"January rent","financial_account_id":"finacct_3",'
    b'"integration_id":"intg_1","lease_id":"lease_2","transaction_date":"2024-01-15"}'
)
PAYMENT: dict[str, Any] = {
    **ENTRY,
    "resident_id": "resident_4",
    "payment_type": "CASH",
    "send_email_receipt": False,
    "reference_number": "0042",
}
PAYMENT_BODY = (
    b'{"amount_in_cents":15000,"description":"January rent","financial_account_id":"finacct_3",'
    b'"integration_id":"intg_1","lease_id":"lease_2","payment_type":"CASH",'
    b'"reference_number":"0042","resident_id":"resident_4","send_email_receipt":false,'
    b'"transaction_date":"2024-01-15"}'
)
SCHEDULE: dict[str, Any] = {
    "integration_id": "intg_1",
    "lease_id": "lease_2",
    "financial_account_id": "finacct_3",
    "description": "Parking",
    "day_due": 5,
    "start_date": date(2024, 2, 1),
    "end_date": date(2025, 1, 31),
    "frequency_raw": 3,
}
SCHEDULE_BODY = (
    b'{"amount_in_cents":15000,"day_due":5,"description":"Parking","end_date":"2025-01-31",'
    b'"financial_account_id":"finacct_3","frequency_raw":3,"integration_id":"intg_1",'
    b'"lease_id":"lease_2","start_date":"2024-02-01"}'
)
CREDITS = "/v1/resident-credits/rentvine/"
WRITES: dict[str, tuple[str, dict[str, Any], bytes]] = {
    "credits": (CREDITS, ENTRY, BODY),
    "charges": ("/v1/resident-charges/rentvine/", ENTRY, BODY),
    "payments": ("/v1/resident-payments/rentvine/", PAYMENT, PAYMENT_BODY),
    "recurring_charges": ("/v1/recurring-resident-charges/rentvine/", SCHEDULE, SCHEDULE_BODY),
}
RECORDS = {
    "credits": ("/v1/resident-charges/r%2F1", -1, "transaction_date"),
    "charges": ("/v1/resident-charges/r%2F1", 1, "transaction_date"),
    "payments": ("/v1/resident-payments/r%2F1", 1, "transaction_date"),
    "recurring_charges": ("/v1/recurring-resident-charges/r%2F1", 1, "start_date"),
}
"""Where a posted write is read back, the sign of its amount there, and the field with its day."""

AMOUNTS: list[tuple[dict[str, Any], bytes]] = [
    ({"amount_in_cents": 1}, b"1"),
    ({"amount_in_cents": 15_000}, b"15000"),
    ({"amount_in_cents": 2**53 - 1}, b"9007199254740991"),
    ({"amount": Decimal("0.01")}, b"1"),
    ({"amount": Decimal("0.1")}, b"10"),
    ({"amount": Decimal("150")}, b"15000"),
    ({"amount": Decimal("150.00")}, b"15000"),
    ({"amount": Decimal("1.5E+2")}, b"15000"),
    ({"amount": Decimal("19.99")}, b"1999"),
    ({"amount": Decimal("90071992547409.91")}, b"9007199254740991"),
]
PACIFIC = timezone(timedelta(hours=-8))
DATES = [
    (date(2024, 2, 29), b"2024-02-29"),
    (date(1999, 12, 31), b"1999-12-31"),
    (datetime(2024, 1, 15, 9, 30, tzinfo=UTC), b"2024-01-15T09:30:00Z"),
    (datetime(2024, 1, 15, 23, 30, tzinfo=PACIFIC), b"2024-01-15T23:30:00-08:00"),
    (datetime(2024, 1, 15, 9, 30, 0, 500, tzinfo=UTC), b"2024-01-15T09:30:00.000500Z"),
]


Sends = Callable[[Callable[[], object], str, bytes], None]
"""Makes a call; fails unless it sends this body to this path, and nothing else."""


@pytest.fixture(scope="module")
def client() -> Propexo:
    return Propexo("not-a-token", environment=Environment.SANDBOX, clock=FakeClock())


@pytest.fixture
def sends(own: Judge, exchanges: list[Exchange]) -> Sends:
    def check(call: Callable[[], object], path: str, body: bytes) -> None:
        problems: list[str] = []
        with wire(own, exchanges) as seen:
            try:
                call()
            except PropexoError as error:
                problems.append(f"{type(error).__name__}: {error}")
        wanted = [f"POST {SANDBOX}{path} {body.decode()}"]
        sent = [f"{each.method} {each.url} {each.content.decode()}" for each in seen.requests]
        if sent != wanted:
            problems += [f"wanted: {wanted}", f"sent:   {sent}"]
        refuse([*seen.complaints, *problems])

    return check


@pytest.mark.parametrize("group", WRITES)
def test_a_write_goes_to_its_own_endpoint_byte_for_byte(
    group: str, client: Propexo, sends: Sends
) -> None:
    path, fields, body = WRITES[group]
    create = getattr(client, group).create
    for amount in ({"amount_in_cents": 15_000}, {"amount": Decimal("150.00")}):
        sends(partial(create, **fields, **amount), path, body)


@pytest.mark.parametrize(("amount", "written"), AMOUNTS)
def test_an_amount_is_whole_cents(
    amount: dict[str, Any], written: bytes, client: Propexo, sends: Sends
) -> None:
    create = partial(client.credits.create, **ENTRY, **amount)
    sends(create, CREDITS, BODY.replace(b"15000", written))


@pytest.mark.parametrize(("day", "written"), DATES)
def test_a_date_keeps_its_day_and_a_moment_its_offset(
    day: date, written: bytes, client: Propexo, sends: Sends
) -> None:
    fields = {**ENTRY, "transaction_date": day, "amount_in_cents": 15_000}
    create = partial(client.credits.create, **fields)
    sends(create, CREDITS, BODY.replace(b"2024-01-15", written))


@pytest.mark.parametrize("group", RECORDS)
def test_a_write_reads_back_with_the_sign_and_day_of_its_kind(group: str, client: Propexo) -> None:
    path, sign, date_field = RECORDS[group]
    _, fields, _ = WRITES[group]
    writes = getattr(client, group)
    request = writes.prepare(**fields, amount_in_cents=15_000)
    found = {
        "id": "r/1",
        "lease_id": "lease_2",
        "amount_in_cents": sign * 15_000,
        date_field: json.loads(request.content)[date_field],
    }
    others = {"amount_in_cents": -sign * 15_000, "lease_id": "lease_9", date_field: "2024-01-16"}
    for change, state in [
        ({}, "confirmed"),
        *(({name: value}, "mismatch") for name, value in others.items()),
    ]:
        with respx.mock() as router:
            row = {"meta": {"orderBy": []}, "results": {**found, **change}}
            router.get(SANDBOX + path).respond(200, json=row)
            read = writes.read_back(created_record_id="r/1", request=request)
        assert (read.state, [each.field for each in read.mismatches]) == (state, list(change))


def page(rows: list[dict[str, Any]], *, offset: int) -> httpx.Response:
    return httpx.Response(
        200, json={"meta": {"orderBy": [], "hasMore": False}, "results": rows[offset:]}
    )


def test_credits_are_looked_for_on_their_lease_around_their_day_with_the_opposite_sign(
    client: Propexo, own: Judge
) -> None:
    request = client.credits.prepare(**ENTRY, amount_in_cents=15_000)
    rows = [{"id": str(cents), "amount_in_cents": cents} for cents in (15_000, -15_000, -1_500)]
    with respx.mock() as router:
        route = router.get(url__startswith=f"{SANDBOX}/v1/resident-charges/?")
        route.mock(side_effect=lambda asked: page(rows, offset=int(asked.url.params["offset"])))
        found = client.credits.find_matching(request=request)
        asked = route.calls[0].request
    assert [charge.id for charge in found] == ["-15000"]
    refuse(own.request(asked))
    assert dict(asked.url.params) == {
        "integration_id": "intg_1",
        "lease_id": "lease_2",
        "transaction_date_start": "2024-01-14",
        "transaction_date_end": "2024-01-16",
        "limit": "100",
        "offset": "0",
        "order-by": "created_at:asc",
    }


def test_posting_and_waiting_follows_the_job_of_its_own_response(
    client: Propexo, own: Judge, exchanges: list[Exchange]
) -> None:
    posted = next(each for each in exchanges if each.name == "create_resident_credit")
    with wire(own, exchanges) as seen:
        client.credits.create_and_wait(**ENTRY, amount_in_cents=15_000)
    refuse(seen.complaints)
    assert seen.called == ["create_resident_credit", "get_write_status"]
    assert seen.requests[1].url.path.endswith(f"/{posted.body['meta']['job_id']}")
