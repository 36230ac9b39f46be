"""Reading one record, and checking that a posted credit is on the ledger."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from contract_tests.client.support import CHARGE, CREDIT, Server, client, one
from propexo_client import (
    Charge,
    InvalidArgument,
    InvalidArgumentType,
    NotFound,
    ReadFailed,
    Unauthorized,
)


@pytest.mark.parametrize("trouble", [500, 502, 520, 408, httpx.ReadTimeout("")])
def test_reads_are_repeated_after_passing_trouble_within_bounds(trouble: Any) -> None:
    failure = httpx.Response(trouble) if isinstance(trouble, int) else trouble
    propexo, server, clock = client(failure, failure, one(CHARGE))
    assert propexo.charges.get("charge_1").is_credit
    assert len(server.received) == 3
    assert clock.now > 1000
    propexo, server, _ = client(failure)
    with pytest.raises(ReadFailed):
        propexo.charges.get("charge_1")
    assert len(server.received) == 3


@pytest.mark.parametrize("status", [301, 304, 409, 418, 499])
def test_a_read_that_fails_for_good_is_not_repeated(status: int) -> None:
    propexo, server, _ = client(httpx.Response(status))
    with pytest.raises(ReadFailed):
        propexo.charges.get("charge_1")
    assert len(server.received) == 1


@pytest.mark.parametrize(("status", "kind"), [(401, Unauthorized), (404, NotFound)])
def test_refused_reads_are_not_repeated(status: int, kind: type[Exception]) -> None:
    propexo, server, _ = client(httpx.Response(status))
    with pytest.raises(kind):
        propexo.financial_accounts.get("account_1")
    assert len(server.received) == 1


@pytest.mark.parametrize("shape", [CHARGE, [CHARGE]])
def test_one_record_is_read_from_either_shape(shape: object) -> None:
    propexo, _, _ = client(one(shape))
    charge = propexo.charges.get("charge_1")
    assert (charge.id, charge.amount_in_cents) == ("charge_1", -15_000)
    assert charge.raw == CHARGE


@pytest.mark.parametrize("shape", [None, [], {}])
def test_an_empty_response_is_no_record(shape: object) -> None:
    propexo, _, _ = client(one(shape))
    with pytest.raises(NotFound):
        propexo.charges.get("charge_1")


@pytest.mark.parametrize("record_id", ["a/b", "../x", "a?b", "a#b", "%2e%2e"])
def test_an_id_stays_inside_its_part_of_the_path(record_id: str) -> None:
    propexo, server, _ = client(one(CHARGE))
    propexo.charges.get(record_id)
    path = server.received[0].url.raw_path.decode()
    assert path.startswith("/v1/resident-charges/")
    assert path.count("/") == 3
    assert "?" not in path


def test_records_are_lenient_and_keep_everything() -> None:
    raw = {
        "id": "c",
        "amount_in_cents": -1250.0,
        "is_open": "yes",
        "integration_vendor": "NEW",
        "a": 1,
    }
    charge = Charge.from_raw(raw)
    assert (charge.amount_in_cents, charge.is_open, charge.integration_vendor) == (
        -1250,
        None,
        "NEW",
    )
    assert charge.raw == raw
    amounts: tuple[Any, ...] = (None, "12", 12.5, True, float("inf"), float("nan"), [])
    for amount in amounts:
        assert Charge.from_raw({"id": "c", "amount_in_cents": amount}).amount_in_cents is None


@pytest.mark.parametrize(
    ("change", "state", "fields"),
    [
        ({}, "confirmed", ()),
        ({"amount_in_cents": -15_000.0}, "confirmed", ()),
        ({"transaction_date": "2026-01-15T00:00:00Z"}, "confirmed", ()),
        ({"amount_in_cents": 15_000}, "mismatch", ("amount_in_cents",)),
        ({"lease_id": "lease_2"}, "mismatch", ("lease_id",)),
        ({"transaction_date": "2026-01-16"}, "mismatch", ("transaction_date",)),
        ({"transaction_date": "soon"}, "mismatch", ("transaction_date",)),
        ({"id": "charge_OTHER"}, "mismatch", ("id",)),
        ({"id": None}, "incomplete", ()),
        ({"lease_id": None}, "incomplete", ()),
        ({"lease_id": None, "amount_in_cents": -1}, "mismatch", ("amount_in_cents",)),
    ],
)
def test_reading_back_compares_amount_lease_and_date(
    change: dict[str, Any], state: str, fields: tuple[str, ...]
) -> None:
    propexo, _, _ = client(one({**CHARGE, **change}))
    request = propexo.credits.prepare(**CREDIT)
    found = propexo.credits.read_back(created_record_id="charge_1", request=request)
    assert found.state == state
    assert found.confirmed is (state == "confirmed")
    assert tuple(mismatch.field for mismatch in found.mismatches) == fields
    assert found.record is not None


def test_reading_back_says_when_there_is_no_record_or_none_to_be_found() -> None:
    propexo, server, clock = client(httpx.Response(404))
    request = propexo.credits.prepare(**CREDIT)
    assert (
        propexo.credits.read_back(created_record_id=None, request=request).state == "no_record_id"
    )
    assert not server.received
    found = propexo.credits.read_back(created_record_id="x", request=request, timeout=9)
    assert found.state == "not_found"
    assert 1007 <= clock.now <= 1009
    assert len(server.received) > 3


def test_reading_back_once_looks_once() -> None:
    propexo, server, clock = client(httpx.Response(404))
    request = propexo.credits.prepare(**CREDIT)
    assert propexo.credits.read_back(created_record_id="x", request=request).state == "not_found"
    assert (len(server.received), clock.now) == (1, 1000)


def test_reading_back_against_another_kind_of_request_is_refused() -> None:
    propexo, _, _ = client(one(CHARGE))
    request = propexo.charges.prepare(**CREDIT)
    with pytest.raises(InvalidArgument, match=r"^request: "):
        propexo.credits.read_back(created_record_id="x", request=request)
    with pytest.raises(InvalidArgument, match=r"^request: "):
        propexo.credits.find_matching(request=request)


def test_what_is_no_request_is_refused_with_where_to_get_one() -> None:
    propexo, server, _ = client(one(CHARGE))
    mistaken: Any = CREDIT
    says = r"^request: pass that of a result or an error, or one from prepare, not dict$"
    with pytest.raises(InvalidArgumentType, match=says):
        propexo.credits.find_matching(request=mistaken)
    with pytest.raises(InvalidArgumentType, match=says):
        propexo.charges.read_back(created_record_id="x", request=mistaken)
    assert server.received == []


def test_a_charge_reads_back_with_its_own_sign() -> None:
    propexo, _, _ = client(one({**CHARGE, "amount_in_cents": 15_000}))
    request = propexo.charges.prepare(**CREDIT)
    assert propexo.charges.read_back(created_record_id="charge_1", request=request).confirmed


@pytest.mark.parametrize("kind", ["charges", "payments", "recurring_charges", "financial_accounts"])
def test_every_kind_of_record_can_be_read_and_listed(kind: str) -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        single = not request.url.path.endswith("/")
        record = {"id": "x", "integration_vendor": "RENTVINE"}
        return httpx.Response(200, json=one(record if single else [record]))

    handler: Callable[[httpx.Request], httpx.Response] = serve
    propexo, server, _ = client(handler)
    resource = getattr(propexo, kind)
    assert resource.get("x") == next(resource.list())
    assert isinstance(server, Server)


def test_a_record_that_is_none_leaves_the_request_on_its_error() -> None:
    propexo, _, _ = client(one("text"))
    with pytest.raises(ReadFailed, match="expected one record") as raised:
        propexo.charges.get("charge_1")
    assert raised.value.request is not None
    assert raised.value.request.path.endswith("/charge_1")
