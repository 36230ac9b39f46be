"""Waiting for a job: when it is looked at, and what is said of it at the end."""

from typing import Any

import httpx
import pytest

from contract_tests.client.support import (
    ACCEPTED,
    CREDIT,
    FULL,
    PENDING,
    POSTED,
    REFUSED,
    CreditFlows,
    client,
    drive,
    response,
    sent,
    session,
)
from propexo_client import (
    InvalidArgument,
    StillPending,
    WriteFailed,
)
from propexo_client._engine.flow import Lost, Send, Sleep
from propexo_client._engine.writes import LOOK_SECONDS
from propexo_client.messages import Response
from propexo_client.testing import FakeClock


def test_waiting_grows_more_patient_and_ends_with_the_job() -> None:
    clock = FakeClock()
    events = [response(PENDING)] * 4 + [response(POSTED)]
    posted, steps = drive(CreditFlows(session(clock)).wait("job_1"), events, clock)
    assert posted.created_record_id == "charge_1"
    pauses = [step.seconds for step in steps if isinstance(step, Sleep)]
    assert pauses == [1.0, 1.5, 2.25, 3.375]


@pytest.mark.parametrize(
    ("first", "pauses"),
    [
        (6.0, [6.0, 9.0, 13.5, 15.0, 15.0, 15.0, 15.0, 15.0, 13.5]),
        (20.0, [20.0, 20.0, 20.0, 20.0, 20.0, 17.0]),
        (500.0, [117.0]),
    ],
)
def test_pauses_grow_to_15_seconds_and_end_3_before_the_deadline(
    first: float, pauses: list[float]
) -> None:
    clock = FakeClock()
    flow = CreditFlows(session(clock)).wait("job_1", timeout=120, poll_interval=first)
    looks = [response(PENDING)] * len(pauses)
    _, steps = drive(flow, [*looks, response(POSTED)], clock)
    assert [step.seconds for step in steps if isinstance(step, Sleep)] == pauses


@pytest.mark.parametrize("name", ["timeout", "poll_interval"])
@pytest.mark.parametrize("wrong", [-1, None, True, float("nan"), "3"])
def test_a_wrong_time_to_wait_is_named_and_nothing_is_asked(name: str, wrong: Any) -> None:
    propexo, server, _ = client(POSTED)
    with pytest.raises(InvalidArgument, match=f"^{name}: "):
        propexo.credits.wait("job_1", **{name: wrong})
    assert not server.received


def test_waiting_ends_at_the_deadline_after_one_last_look() -> None:
    clock = FakeClock()
    with pytest.raises(StillPending) as raised:
        drive(
            CreditFlows(session(clock)).wait("job_1", timeout=10), [response(PENDING)] * 99, clock
        )
    assert 1007 <= clock.now <= 1010
    assert (raised.value.job_id, raised.value.write_status) == ("job_1", "PENDING")


def test_waiting_looks_once_more_shortly_before_its_deadline() -> None:
    clock = FakeClock()
    events = [response(PENDING)] * 2 + [response(POSTED)]
    flow = CreditFlows(session(clock)).wait("job_1", timeout=2, poll_interval=0.5)
    posted, steps = drive(flow, events, clock)
    assert posted.job_id == "job_1"
    assert clock.now == 1001.25
    assert [step.seconds for step in steps if isinstance(step, Send)][-1] == 0.75


def test_a_deadline_of_zero_looks_once() -> None:
    _, steps = drive(CreditFlows(session()).wait("job_1", timeout=0), [response(POSTED)])
    assert len(sent(steps)) == 1
    with pytest.raises(StillPending):
        drive(CreditFlows(session()).wait("job_1", timeout=0), [response(PENDING)])


def test_no_look_outlasts_the_deadline() -> None:
    clock = FakeClock()
    flow = CreditFlows(session(clock)).wait("job_1", timeout=3, poll_interval=2.5)
    _, steps = drive(flow, [response(PENDING), response(POSTED)], clock)
    assert [step.seconds for step in steps if isinstance(step, Send)] == [3.0, 1.5]


def test_no_look_takes_all_of_a_long_wait() -> None:
    flow = CreditFlows(session()).wait("job_1", timeout=3600)
    _, steps = drive(flow, [response(POSTED)])
    assert [step.seconds for step in steps if isinstance(step, Send)] == [LOOK_SECONDS]


def test_no_look_takes_longer_than_the_timeout_of_the_client() -> None:
    impatient = session()
    impatient.timeout = 2.0
    flow = CreditFlows(impatient).wait("job_1", timeout=3600)
    _, steps = drive(flow, [response(POSTED)])
    assert [step.seconds for step in steps if isinstance(step, Send)] == [2.0]


@pytest.mark.parametrize(
    "trouble",
    [
        REFUSED,
        Lost(httpx.ReadTimeout("")),
        Response(500, {}, b""),
        Response(404, {}, b""),
        Response(200, {}, b"<html>"),
        response({**POSTED, "write_status": "ENTIRELY_NEW"}),
        FULL,
    ],
)
def test_trouble_while_waiting_is_weathered_until_the_deadline(trouble: Any) -> None:
    clock = FakeClock()
    flow = CreditFlows(session(clock)).wait("job_1", timeout=300)
    posted, _ = drive(flow, [trouble, trouble, response(POSTED)], clock)
    assert posted.job_id == "job_1"
    clock = FakeClock()
    with pytest.raises(StillPending):
        drive(CreditFlows(session(clock)).wait("job_1", timeout=99), [trouble] * 99, clock)
    assert clock.now <= 1099 + 1


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_look_ends_waiting_without_denying_the_credit(status: int) -> None:
    with pytest.raises(StillPending) as raised:
        drive(CreditFlows(session()).wait("job_1"), [Response(status, {}, b"")])
    assert raised.value.status == status
    assert raised.value.money_may_have_moved


def test_a_client_that_raises_at_the_limit_still_never_denies_an_accepted_credit() -> None:
    clock = FakeClock()
    flows = CreditFlows(session(clock, on_rate_limit="raise"))
    with pytest.raises(StillPending):
        drive(flows.wait("job_1", timeout=10), [FULL], clock)


def test_posting_and_waiting_keeps_the_request_and_both_sorts_of_departures() -> None:
    odd = {"job_id": "job_1", "data": {}}
    flow = CreditFlows(session()).create_and_wait(**CREDIT)
    posted, _ = drive(flow, [response(odd), response({**POSTED, "errors": None})])
    assert posted.request is not None
    assert posted.request.body["description"] == "January rent credit"
    assert len(posted.contract_violations) >= 2


def test_a_failed_job_names_job_request_and_reasons() -> None:
    failure = {"write_status": "FAILURE", "errors": ["lease is closed"], "created_record_id": None}
    with pytest.raises(WriteFailed, match="lease is closed") as raised:
        drive(
            CreditFlows(session()).create_and_wait(**CREDIT),
            [response(ACCEPTED), response(failure)],
        )
    assert raised.value.errors == ("lease is closed",)
    assert raised.value.fingerprint == raised.value.request.fingerprint
    assert raised.value.request.operation == "create_resident_credit"
    with pytest.raises(WriteFailed) as resumed:
        drive(CreditFlows(session()).wait("job_1"), [response(failure)])
    assert resumed.value.fingerprint is None


def test_an_odd_job_id_is_followed_and_not_refused() -> None:
    flow = CreditFlows(session()).create_and_wait(**CREDIT)
    posted, steps = drive(flow, [response({"meta": {"job_id": "job%1/2"}}), response(POSTED)])
    assert posted.job_id == "job%1/2"
    assert sent(steps)[-1].path == "/v1/admin/write-status/job%251%2F2"


def test_wrong_waiting_times_are_refused_before_the_post() -> None:
    wrong: Any = [{"wait_timeout": None}, {"poll_interval": 0}, {"wait_timeout": -1}]
    for options in wrong:
        with pytest.raises(InvalidArgument):
            drive(CreditFlows(session()).create_and_wait(**CREDIT, **options), [])


UNKNOWN = httpx.Response(404, json={"error": {"code": "not_found", "message": "no such job"}})


@pytest.mark.parametrize("unknown", [UNKNOWN, httpx.Response(404)])
def test_a_job_that_stays_unknown_for_ten_seconds_is_taken_for_a_wrong_id(
    unknown: httpx.Response,
) -> None:
    propexo, server, clock = client(unknown)
    with pytest.raises(StillPending, match=r"not known this job for 1\d s; check the job id"):
        propexo.credits.wait("typo", timeout=600)
    assert 10 <= clock.now - 1000 < 20
    assert len(server.received) > 2


def test_a_job_may_be_unknown_at_first_and_now_and_then() -> None:
    responses = [UNKNOWN, httpx.Response(502), UNKNOWN, PENDING, *[UNKNOWN] * 10]
    propexo, _, clock = client(*responses, POSTED)
    assert propexo.credits.wait("job_1", timeout=600).job_id == "job_1"
    assert clock.now - 1000 > 60


def test_one_look_at_an_unknown_job_says_no_more_than_it_saw() -> None:
    propexo, server, _ = client(UNKNOWN)
    with pytest.raises(StillPending, match="its status cannot be read"):
        propexo.credits.wait("typo", timeout=0)
    assert len(server.received) == 1
