"""Every fault does what it says, in process and on a real server."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeAlias

import httpx
import pytest

from contract_tests.fake.support import CHARGES, CREDIT, CREDITS, in_process, on_loopback
from propexo_client.testing import FakePropexo, Fault, JobLife

Reach: TypeAlias = Callable[[FakePropexo], AbstractContextManager[httpx.Client]]

BOTH = pytest.mark.parametrize("reach", [in_process, on_loopback])

BROKEN = {
    Fault.RESET_BEFORE_BOOKING: httpx.ReadError,
    Fault.RESET_AFTER_BOOKING: httpx.ReadError,
    Fault.TIMEOUT_BEFORE_BOOKING: httpx.ReadTimeout,
    Fault.TIMEOUT_AFTER_BOOKING: httpx.ReadTimeout,
    Fault.HALF_A_BODY: httpx.RemoteProtocolError,
    Fault.UNDECODABLE_BODY: httpx.DecodingError,
}
RESPONDED = {
    Fault.BAD_GATEWAY_BEFORE_BOOKING: 502,
    Fault.BAD_GATEWAY_AFTER_BOOKING: 502,
    Fault.STATUS_520_BEFORE_BOOKING: 520,
    Fault.STATUS_520_AFTER_BOOKING: 520,
    Fault.EMPTY_BODY: 200,
    Fault.NO_JOB_ID: 200,
    Fault.ALTERNATIVE_ENVELOPE: 200,
    Fault.RATE_LIMITED: 429,
    Fault.SLOW: 200,
    Fault.REDIRECT: 307,
}
REFUSED = {
    Fault.CONNECTION_REFUSED: httpx.ConnectError,
    Fault.CONNECT_TIMEOUT: httpx.ConnectTimeout,
}


def test_every_fault_is_tested_here() -> None:
    assert {*BROKEN, *RESPONDED, *REFUSED, Fault.NEW_STATUS_VALUE} == set(Fault)


@BOTH
@pytest.mark.parametrize("fault", BROKEN, ids=lambda fault: fault.name)
def test_a_broken_exchange_breaks_on_its_side_of_the_booking(reach: Reach, fault: Fault) -> None:
    fake = FakePropexo()
    fake.fail_next(fault)
    with reach(fake) as client:
        with pytest.raises(BROKEN[fault]):
            client.post(CREDITS, json=CREDIT, timeout=0.2 if "TIMEOUT" in fault.name else 30)
        assert (fake.posts, fake.booked) == (1, int(fault.books))
        assert client.post(CREDITS, json=CREDIT).status_code == 200
    assert fake.requests[0].fault == fault.name


@BOTH
@pytest.mark.parametrize("fault", RESPONDED, ids=lambda fault: fault.name)
def test_a_strange_response_comes_from_its_side_of_the_booking(reach: Reach, fault: Fault) -> None:
    fake = FakePropexo()
    fake.fail_next(fault)
    with reach(fake) as client:
        assert client.post(CREDITS, json=CREDIT).status_code == RESPONDED[fault]
    assert (fake.posts, fake.booked) == (1, int(fault.books))


@pytest.mark.parametrize("fault", REFUSED, ids=lambda fault: fault.name)
def test_a_request_without_a_connection_never_arrives(fault: Fault) -> None:
    fake = FakePropexo()
    fake.fail_next(fault)
    with in_process(fake) as client, pytest.raises(REFUSED[fault]):
        client.post(CREDITS, json=CREDIT)
    assert (fake.posts, fake.booked, fake.requests) == (0, 0, ())


def test_a_server_refuses_connections_for_a_while() -> None:
    fake = FakePropexo()
    with fake.serve() as server, httpx.Client(base_url=server.url) as client:
        client.get(CHARGES)
        with server.refusing(), pytest.raises(httpx.ConnectError):
            client.get(CHARGES)
        assert client.get(CHARGES).status_code == 401
        with pytest.raises(ValueError, match="refusing"):
            fake.fail_next(Fault.CONNECTION_REFUSED)


def test_a_server_has_no_address_before_it_runs() -> None:
    with pytest.raises(RuntimeError, match="serve"):
        _ = FakePropexo().serve().url


def test_the_bodies_of_strange_responses() -> None:
    fake = FakePropexo()
    faults = (Fault.EMPTY_BODY, Fault.NO_JOB_ID, Fault.ALTERNATIVE_ENVELOPE)
    with in_process(fake) as client:
        for fault in faults:
            fake.fail_next(fault)
        empty, nameless, alternative = (client.post(CREDITS, json=CREDIT) for _ in faults)
    assert empty.content == b""
    assert nameless.json() == {"meta": {}, "result": CREDIT}
    assert alternative.json() == {"job_id": "job_000003", "data": CREDIT}


def test_429_tells_the_limits_and_a_redirect_where_to() -> None:
    fake = FakePropexo()
    fake.fail_next(Fault.RATE_LIMITED)
    fake.fail_next(Fault.REDIRECT)
    with in_process(fake) as client:
        limited, moved = client.post(CREDITS, json=CREDIT), client.post(CREDITS, json=CREDIT)
    assert limited.headers["x-ratelimit-limit"] == "150"
    assert limited.headers["x-ratelimit-remaining"] == "0"
    assert moved.headers["location"] == "/elsewhere/"


def test_a_slow_response_takes_its_time_and_may_come_too_late() -> None:
    fake = FakePropexo()
    before = fake.clock.monotonic()
    fake.fail_next(Fault.SLOW, times=2)
    with in_process(fake) as client:
        assert client.post(CREDITS, json=CREDIT, timeout=10).status_code == 200
        with pytest.raises(httpx.ReadTimeout):
            client.post(CREDITS, json=CREDIT, timeout=1)
    assert fake.clock.monotonic() - before == 6.0
    assert fake.booked == 2


def test_a_fault_waits_for_its_operation() -> None:
    fake = FakePropexo()
    fake.next_job(JobLife(polls=1))
    fake.fail_next(Fault.NEW_STATUS_VALUE)
    fake.fail_next(Fault.EMPTY_BODY, on="GET")
    with in_process(fake) as client:
        assert client.post(CREDITS, json=CREDIT).json()["meta"]
        responses = [client.get("/v1/admin/write-status/job_000001") for _ in range(3)]
    assert responses[0].json()["write_status"] == "AWAITING_APPROVAL"
    assert responses[1].content == b""
    assert responses[2].json()["write_status"] == "SUCCESS"


def test_forgotten_faults_meet_nobody() -> None:
    fake = FakePropexo()
    fake.fail_next(Fault.EMPTY_BODY, times=3)
    fake.clear_faults()
    with in_process(fake) as client:
        assert client.post(CREDITS, json=CREDIT).content


@pytest.mark.parametrize("after_booking", [False, True])
def test_any_response_can_be_given_on_either_side_of_the_booking(after_booking: bool) -> None:
    fake = FakePropexo()
    fake.respond_next(409, b"no", headers={"x-a": "b"}, after_booking=after_booking)
    with in_process(fake) as client:
        response = client.post(CREDITS, json=CREDIT)
    assert (response.status_code, response.content, response.headers["x-a"]) == (409, b"no", "b")
    assert fake.booked == int(after_booking)
