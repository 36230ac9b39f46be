from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import respx

from contract_tests.fake.support import (
    BASE,
    CHARGES,
    CREDIT,
    CREDITS,
    PAYMENT,
    RECURRING,
    in_process,
    on_loopback,
)
from propexo_client._engine.clock import Clock
from propexo_client.testing import FakePropexo, JobLife

STATUS = "/v1/admin/write-status/job_000001"


def post(client: httpx.Client, **changes: Any) -> str:
    response = client.post(CREDITS, json={**CREDIT, **changes})
    return str(response.json()["meta"]["job_id"])


def test_a_credit_is_booked_as_a_negative_charge() -> None:
    fake = FakePropexo()
    with in_process(fake) as client:
        post(client)
        status = client.get(STATUS).json()
        row = client.get(CHARGES + status["created_record_id"]).json()["results"]
    assert status["write_status"] == "SUCCESS"
    assert row["amount_in_cents"] == -15_000
    assert row["amount_raw"] == "-150.00"
    assert (row["lease_id"], row["transaction_date"]) == ("lease_1", "2026-01-15")
    assert fake.credits == (row,)
    assert (fake.posts, fake.booked) == (1, 1)


def test_payments_and_recurring_charges_read_back_under_the_names_of_their_records() -> None:
    fake = FakePropexo()
    with in_process(fake) as client:
        client.post("/v1/resident-payments/rentvine/", json=PAYMENT)
        client.post("/v1/recurring-resident-charges/rentvine/", json=RECURRING)
        [payment] = client.get("/v1/resident-payments/").json()["results"]
        [recurring] = client.get("/v1/recurring-resident-charges/").json()["results"]
    assert (payment["amount_in_cents"], payment["payment_method_raw"]) == (15_000, "CHECK")
    assert (recurring["charge_due_day"], recurring["frequency_raw"]) == (1, "1")
    assert fake.credits == ()


@pytest.mark.parametrize(
    ("ends", "booked", "has_record"),
    [("SUCCESS", 1, True), ("PARTIAL_SUCCESS", 1, True), ("FAILURE", 0, False), ("NEW", 1, False)],
)
def test_a_job_is_pending_for_some_looks_and_then_ends(
    ends: str, booked: int, has_record: bool
) -> None:
    fake = FakePropexo()
    fake.next_job(JobLife(polls=2, ends=ends, errors=("why",)))
    with in_process(fake) as client:
        post(client)
        looks = [client.get(STATUS).json() for _ in range(3)]
    assert [look["write_status"] for look in looks] == ["PENDING", "PENDING", ends]
    assert looks[2]["errors"] == ["why"]
    assert (looks[2]["created_record_id"] is not None) == has_record
    assert fake.booked == booked


def test_a_job_can_take_seconds_and_its_record_longer() -> None:
    fake = FakePropexo()
    fake.every_job(JobLife(seconds=10, readable_after=60))
    with in_process(fake) as client:
        post(client)
        assert client.get(STATUS).json()["write_status"] == "PENDING"
        fake.clock.sleep(10)
        record_id = client.get(STATUS).json()["created_record_id"]
        assert client.get(CHARGES + record_id).status_code == 404
        assert client.get(CHARGES).json()["results"] == []
        fake.clock.sleep(50)
        assert client.get(CHARGES + record_id).status_code == 200
    assert fake.booked == 1


def test_only_a_failed_job_can_be_retried() -> None:
    fake = FakePropexo()
    fake.next_job(JobLife(ends="FAILURE"))
    retry = "/v1/admin/retry-write/"
    with in_process(fake) as client:
        failed = post(client)
        assert fake.booked == 0
        response = client.post(retry + failed, json={}).json()
        assert response == {"success": True, "job_id": "job_000002"}
        assert fake.booked == 1
        assert client.post(retry + "job_000002", json={}).status_code == 400
        assert client.post(retry + "nothing", json={}).status_code == 400
    assert (fake.posts, fake.booked) == (4, 1)


def listed(client: httpx.Client, **query: Any) -> Any:
    names = {key.replace("order_by", "order-by"): value for key, value in query.items()}
    response = client.get(CHARGES, params=names)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.fixture
def books() -> FakePropexo:
    fake = FakePropexo()
    for day, lease, cents in [(1, "a", 300), (2, "b", -200), (3, "a", 100), (4, "b", None)]:
        fake.add_charge(
            transaction_date=f"2026-01-0{day}", lease_id=lease, amount_in_cents=cents, name=str(day)
        )
    fake.add_charge(transaction_date=None, lease_id="c", amount_in_cents=0, name="5")
    return fake


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, "54321"),
        ({"order_by": "created_at:asc"}, "12345"),
        ({"order_by": "lease_id:desc,created_at:asc"}, "52413"),
        ({"order_by": "amount_in_cents"}, "25314"),
        ({"lease_id": "a"}, "31"),
        ({"lease_id": "a", "integration_vendor": "MRI"}, ""),
        ({"transaction_date_start": "2026-01-02", "transaction_date_end": "2026-01-03"}, "32"),
        ({"limit": 2}, "54"),
        ({"limit": 2, "offset": 4}, "1"),
        ({"limit": 0}, ""),
    ],
)
def test_lists_are_filtered_sorted_and_cut(
    books: FakePropexo, query: dict[str, Any], names: str
) -> None:
    with in_process(books) as client:
        assert "".join(row["name"] for row in listed(client, **query)["results"]) == names


def test_the_envelope_tells_where_in_the_list_a_page_is(books: FakePropexo) -> None:
    with in_process(books) as client:
        meta = listed(client, offset=2, limit=2, order_by="lease_id")["meta"]
        assert meta == {
            "orderBy": [{"field": "lease_id", "direction": "asc"}],
            "offset": 2,
            "limit": 2,
            "hasMore": True,
            "total": 5,
        }
        assert not listed(client, offset=3, limit=2)["meta"]["hasMore"]
        assert client.get(CHARGES, params={"order-by": "nothing"}).status_code == 400
        assert client.get(CHARGES, params={"order-by": "id:up"}).status_code == 400


def test_the_limit_is_told_and_never_used_up_unless_enforced() -> None:
    with in_process(FakePropexo(rate_limit=2)) as client:
        responses = [client.get(CHARGES) for _ in range(5)]
    assert {response.status_code for response in responses} == {200}
    assert {response.headers["x-ratelimit-remaining"] for response in responses} == {"1"}


def test_an_enforced_limit_slows_from_four_fifths_on_and_then_refuses() -> None:
    fake = FakePropexo(rate_limit=10, enforce_rate_limit=True)
    before = fake.clock.monotonic()
    with in_process(fake) as client:
        responses = [client.get(CHARGES) for _ in range(11)]
        assert [response.status_code for response in responses] == [200] * 10 + [429]
        assert responses[9].headers["x-ratelimit-remaining"] == "0"
        assert fake.clock.monotonic() - before == 4.0
        fake.clock.sleep(60)
        assert client.get(CHARGES).status_code == 200


def test_requests_are_kept_for_inspection() -> None:
    fake = FakePropexo()
    with in_process(fake) as client:
        client.get(CHARGES, params={"limit": 5})
        post(client)
    first, second = fake.requests
    assert (first.operation, first.method, dict(first.query)) == (
        "list_resident_charges",
        "GET",
        {"limit": "5"},
    )
    assert (second.operation, second.json, second.fault) == ("create_resident_credit", CREDIT, None)


def test_what_is_shown_of_the_ledger_cannot_change_it(books: FakePropexo) -> None:
    books.credits[0]["amount_in_cents"] = 1
    books.add_charge(name="x")["name"] = "y"
    assert [row["amount_in_cents"] for row in books.credits] == [-200]
    assert books.charges[-1]["name"] == "x"


@pytest.mark.parametrize("reach", [in_process, on_loopback])
def test_threads_may_share_it(reach: Any) -> None:
    fake = FakePropexo()
    with reach(fake) as client, ThreadPoolExecutor(8) as pool:
        jobs = set(pool.map(lambda _: post(client), range(40)))
    assert len(jobs) == fake.posts == fake.booked == 40


def test_it_responds_behind_respx() -> None:
    fake = FakePropexo()
    with respx.mock() as wire, httpx.Client(base_url=BASE) as client:
        wire.route(host="api.sandbox.propexo.com").mock(side_effect=fake.respond)
        response = client.post(
            CREDITS, json=CREDIT, headers={"authorization": f"Bearer {fake.token}"}
        )
    assert response.json()["meta"]["job_id"] == "job_000001"


def test_it_can_keep_real_time() -> None:
    fake = FakePropexo(clock=Clock())
    fake.next_job(JobLife(seconds=0.05))
    with on_loopback(fake) as client:
        post(client)
        assert client.get(STATUS).json()["write_status"] == "PENDING"
        fake.clock.sleep(0.06)
        assert client.get(STATUS).json()["write_status"] == "SUCCESS"
