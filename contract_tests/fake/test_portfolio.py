"""The portfolio that a fake can be seeded with, and what the vendor's filters do with it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from contract_tests.fake.support import CREDIT, CREDITS, in_process
from propexo_client import Environment, NoMatch, Propexo, SeveralMatches
from propexo_client._contract import checks
from propexo_client.testing import FakePropexo, JobLife, portfolio

LISTS = [each for each in checks.endpoints().values() if each.kind == "list"]


@pytest.fixture
def fake() -> FakePropexo:
    fake = FakePropexo()
    fake.add_all(portfolio())
    return fake


@pytest.fixture
def propexo(fake: FakePropexo) -> Iterator[Propexo]:
    with Propexo(
        fake.token, environment=Environment.SANDBOX, transport=fake.transport(), clock=fake.clock
    ) as client:
        yield client


def ids(records: Any) -> list[str]:
    return sorted(record.id for record in records)


@pytest.mark.parametrize("endpoint", LISTS, ids=lambda endpoint: endpoint.operation)
def test_every_row_keeps_to_the_contract(endpoint: checks.Endpoint, fake: FakePropexo) -> None:
    with in_process(fake) as client:
        client.post(CREDITS, json=CREDIT)
        body = client.get(endpoint.path).json()
        assert checks.response_violations(endpoint.operation, 200, body) == ()
        rows = body["results"][endpoint.within] if endpoint.within else body["results"]
        assert rows or endpoint.record in ("Payment", "RecurringCharge")


def test_rows_name_only_rows_that_are_there() -> None:
    rows = portfolio()
    known = {kind: {row["id"] for row in each} for kind, each in rows.items()}
    for each in rows.values():
        for row in each:
            assert row.get("property_id", "property_oak") in known["Property"]
            assert row.get("integration_id", "integration_boise") in known["Integration"]
            assert row.get("unit_id", "unit_oak_1a") in known["Unit"]
    for lease in rows["Lease"]:
        for stay in lease["residents_meta_data"]:
            [resident] = [r for r in rows["Resident"] if r["id"] == stay["resident_id"]]
            assert lease["id"] in {each["lease_id"] for each in resident["leases_meta_data"]}


def test_a_portfolio_can_be_changed_before_it_is_put_in(fake: FakePropexo) -> None:
    rows = {"Unit": [{"id": "unit_new", "number": "9"}]}
    fake.add_all(rows)
    with pytest.raises(ValueError, match="Unit: has no field nummer"):
        fake.add("Unit", nummer="9")
    with pytest.raises(ValueError, match="there is no such record"):
        fake.add_all({"Flat": [{}]})


def test_filters_are_equal_to_a_field_of_the_row(propexo: Propexo) -> None:
    assert ids(propexo.residents.list(email_1="jonas.weber@example.com")) == ["resident_jonas"]
    assert ids(propexo.residents.list(phone_1="3035550106")) == ["resident_aiko"]
    assert ids(propexo.units.list(property_id="property_oak", unit_number="2B")) == ["unit_oak_2b"]
    assert ids(propexo.leases.list(property_id="property_maple", status_normalized="ACTIVE")) == [
        "lease_jonas",
        "lease_maria_maple",
    ]
    assert ids(propexo.properties.list(is_active=True, integration_vendor="BUILDIUM")) == [
        "property_pine"
    ]
    assert ids(propexo.properties.list(is_active=False)) == []
    assert ids(propexo.units.list(location_id="nowhere")) == []


def test_filters_reach_into_what_a_row_lists(propexo: Propexo) -> None:
    assert ids(propexo.leases.list(resident_id="resident_luis")) == ["lease_maria_oak"]
    assert ids(propexo.leases.list(resident_id="resident_jonas")) == [
        "lease_jonas",
        "lease_jonas_before",
    ]
    assert ids(propexo.residents.list(lease_id="lease_maria_oak")) == [
        "resident_luis",
        "resident_maria_oak",
    ]


def test_date_filters_hold_for_one_resident_and_not_on_the_day_itself(propexo: Propexo) -> None:
    def leases(**filters: Any) -> list[str]:
        return ids(propexo.leases.list(**filters))

    assert leases(before_move_in_date=date(2023, 5, 1)) == ["lease_aiko"]
    assert leases(before_move_in_date=date(2023, 5, 2)) == ["lease_aiko", "lease_jonas_before"]
    assert leases(after_move_in_date=date(2025, 7, 1)) == ["lease_nora"]
    assert leases(after_move_out_date=date(2025, 3, 31), before_move_in_date=date(2025, 1, 1)) == [
        "lease_jonas_before"
    ]
    assert leases(only_null_move_outs=True, property_id="property_maple") == [
        "lease_jonas",
        "lease_maria_maple",
    ]
    assert len(leases(only_null_move_outs=False)) == 9


def test_a_date_filter_cancels_that_for_a_resident_as_the_vendor_warns(propexo: Propexo) -> None:
    found = propexo.leases.list(resident_id="resident_jonas", before_move_in_date=date(2023, 5, 1))
    assert ids(found) == ["lease_aiko"]


def test_archived_integrations_are_listed_on_request(propexo: Propexo) -> None:
    current = ["integration_boise", "integration_denver"]
    assert ids(propexo.integrations.list()) == current
    assert ids(propexo.integrations.list(is_archived=False)) == current
    assert ids(propexo.integrations.list(is_archived=True)) == [*current, "integration_old"]
    assert ids(propexo.integrations.list(integration_vendor="RENTVINE")) == ["integration_denver"]


def test_a_unit_number_is_refused_without_its_property(fake: FakePropexo) -> None:
    with in_process(fake) as client:
        for path in ("/v1/units/", "/v1/leases/"):
            refused: httpx.Response = client.get(path, params={"unit_number": "2B"})
            assert refused.status_code == 400
            assert "property_id" in refused.text


def test_two_residents_of_one_name_are_shown_and_neither_is_taken(propexo: Propexo) -> None:
    with pytest.raises(SeveralMatches) as caught:
        propexo.residents.list().one(lambda each: each.first_name == "Maria")
    assert ids(caught.value.candidates) == ["resident_maria_maple", "resident_maria_oak"]
    with pytest.raises(SeveralMatches):
        propexo.leases.list(resident_id="resident_sam", status_normalized="ACTIVE").one()
    with pytest.raises(NoMatch):
        propexo.leases.list(resident_id="resident_aiko", status_normalized="ACTIVE").one()


def test_the_logs_show_the_jobs_that_have_ended(fake: FakePropexo, propexo: Propexo) -> None:
    credit: dict[str, Any] = {**CREDIT, "transaction_date": date(2026, 1, 15)}
    fake.next_job(JobLife(ends="FAILURE", errors=("the account is closed",)))
    fake.next_job(JobLife(polls=1))
    fake.next_job(JobLife())
    jobs = [propexo.credits.create(**credit).job_id for _ in range(3)]
    assert ids(propexo.job_logs.list()) == [f"log_{jobs[0]}", f"log_{jobs[2]}"]
    [failed] = propexo.write_logs.list(status="FAILURE", integration_id=credit["integration_id"])
    assert (failed.job_id, failed.error) == (jobs[0], "the account is closed")
    assert failed.parameters["amount_in_cents"] == CREDIT["amount_in_cents"]
    assert ids(propexo.write_logs.list(integration_id="integration_boise")) == []
