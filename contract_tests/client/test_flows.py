"""The life of a write, driven by hand: what is sent, how often, and when."""

import json
from typing import Any

import httpx
import pytest

from contract_tests.client.support import (
    ACCEPTED,
    CREDIT,
    PENDING,
    POSTED,
    CreditFlows,
    FakeClock,
    answer,
    client,
    drive,
    rate_headers,
    session,
)
from propexo_client import (
    InvalidArgument,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    StillPending,
    WriteFailed,
)
from propexo_client._engine.exchange import CONNECT_SECONDS
from propexo_client._engine.flow import Connect, Lost, NotDelivered, Send, Sleep
from propexo_client._engine.writes import FOLLOW_SECONDS, LOOK_SECONDS, POLL_SECONDS
from propexo_client.client import TIMEOUT
from propexo_client.messages import Request, Response

REFUSED = NotDelivered(httpx.ConnectError("refused"))
FULL = answer({}, 429, x_ratelimit_limit="150", x_ratelimit_remaining="0")


def sent(steps: list[Send[Any] | Sleep]) -> list[Request]:
    return [step.request for step in steps if isinstance(step, Send)]


def test_the_body_is_exactly_the_documented_six_fields() -> None:
    _, steps = drive(CreditFlows(session()).create(**CREDIT), [answer(ACCEPTED)])
    (request,) = sent(steps)
    assert (request.method, request.path) == ("POST", "/v1/resident-credits/rentvine/")
    assert request.body == {**CREDIT, "transaction_date": "2026-01-15"}


def test_what_never_left_is_sent_again_within_bounds() -> None:
    accepted, steps = drive(
        CreditFlows(session()).create(**CREDIT), [REFUSED, REFUSED, answer(ACCEPTED)]
    )
    assert accepted.job_id == "job_1"
    assert [type(step) for step in steps] == [Send, Sleep, Send, Sleep, Send]
    with pytest.raises(NotSent):
        drive(CreditFlows(session()).create(**CREDIT), [REFUSED] * 3)


@pytest.mark.parametrize(
    "event",
    [
        Lost(httpx.ReadTimeout("")),
        Lost(httpx.WriteError("")),
        Lost(httpx.RemoteProtocolError("")),
        Lost(httpx.DecodingError("")),
        Response(500, {}, b""),
        Response(503, {"retry-after": "1"}, b""),
        Response(408, {}, b""),
        Response(409, {}, b""),
        Response(307, {}, b""),
        Response(200, {}, b""),
    ],
)
def test_what_may_have_arrived_is_never_sent_again(event: Any) -> None:
    with pytest.raises(OutcomeUnknown) as raised:
        drive(CreditFlows(session()).create(**CREDIT), [event])  # a second request finds no event
    assert raised.value.request.body["lease_id"] == "lease_1"


def test_a_full_minute_is_waited_for_and_the_post_sent_again() -> None:
    clock = FakeClock()
    flow = CreditFlows(session(clock, timeout=TIMEOUT)).create(**CREDIT)
    accepted, steps = drive(flow, [FULL, answer(ACCEPTED)], clock)
    assert accepted.job_id == "job_1"
    assert len(sent(steps)) == 2
    assert 60 <= clock.now - 1000 <= TIMEOUT


@pytest.mark.parametrize("timeout", [10, 61, 90, 500])
def test_posting_gives_up_when_the_minute_never_turns_in_time(timeout: float) -> None:
    clock = FakeClock()
    flow = CreditFlows(session(clock, timeout=timeout)).create(**CREDIT)
    with pytest.raises(RateLimited) as raised:
        drive(flow, [FULL] * 3, clock)
    assert raised.value.status == 429
    assert clock.now - 1000 <= timeout


def test_waiting_for_the_rate_limit_counts_as_part_of_the_call() -> None:
    clock = FakeClock()
    flows = CreditFlows(session(clock, timeout=90))
    with pytest.raises(RateLimited):
        drive(flows.create(**CREDIT, timeout=10), [FULL], clock)
    _, steps = drive(flows.create(**CREDIT), [answer(ACCEPTED)], clock)
    assert clock.now == 1060
    (step,) = [step for step in steps if isinstance(step, Send)]
    assert step.seconds == 30


def test_retries_end_with_the_time_of_the_call() -> None:
    clock = FakeClock()
    with pytest.raises(NotSent):
        drive(CreditFlows(session(clock)).create(**CREDIT, timeout=0.6), [REFUSED] * 2, clock)
    assert clock.now == 1000.5


def test_a_call_that_waits_for_a_connection_too_long_is_not_sent() -> None:
    flow = CreditFlows(session()).create(**CREDIT)
    step = next(flow)
    assert isinstance(step, Connect)
    assert step.seconds == CONNECT_SECONDS


def test_a_client_can_raise_instead_of_waiting_for_the_minute() -> None:
    flows = CreditFlows(session(on_rate_limit="raise"))
    with pytest.raises(RateLimited) as raised:
        drive(flows.create(**CREDIT), [FULL])
    assert raised.value.status == 429
    with pytest.raises(RateLimited, match="used up") as held_back:
        drive(flows.create(**CREDIT), [])
    assert held_back.value.response is None
    assert held_back.value.limit == 150
    assert held_back.value.money_may_have_moved is False


def test_defaults_are_as_documented() -> None:
    assert (TIMEOUT, FOLLOW_SECONDS, POLL_SECONDS, LOOK_SECONDS) == (90, 120, 1, 30)


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_pauses_between_tries_grow_and_are_spread(jitter: float) -> None:
    flow = CreditFlows(session(jitter=lambda: jitter)).create(**CREDIT)
    _, steps = drive(flow, [REFUSED, REFUSED, answer(ACCEPTED)])
    pauses = [step.seconds for step in steps if isinstance(step, Sleep)]
    assert pauses == [0.5 * (0.5 + jitter), 1.0 * (0.5 + jitter)]


def test_waiting_grows_more_patient_and_ends_with_the_job() -> None:
    clock = FakeClock()
    events = [answer(PENDING)] * 4 + [answer(POSTED)]
    posted, steps = drive(CreditFlows(session(clock)).wait("job_1"), events, clock)
    assert posted.created_record_id == "charge_1"
    pauses = [step.seconds for step in steps if isinstance(step, Sleep)]
    assert pauses == [1.0, 1.5, 2.25, 3.375]


def test_waiting_ends_at_the_deadline_after_one_last_look() -> None:
    clock = FakeClock()
    with pytest.raises(StillPending) as raised:
        drive(CreditFlows(session(clock)).wait("job_1", timeout=10), [answer(PENDING)] * 99, clock)
    assert 1007 <= clock.now <= 1010
    assert (raised.value.job_id, raised.value.write_status) == ("job_1", "PENDING")


def test_waiting_looks_once_more_shortly_before_its_deadline() -> None:
    clock = FakeClock()
    events = [answer(PENDING)] * 2 + [answer(POSTED)]
    flow = CreditFlows(session(clock)).wait("job_1", timeout=2, poll_interval=0.5)
    posted, steps = drive(flow, events, clock)
    assert posted.job_id == "job_1"
    assert clock.now == 1001.25
    assert [step.seconds for step in steps if isinstance(step, Send)][-1] == 0.75


def test_a_deadline_of_zero_looks_once() -> None:
    _, steps = drive(CreditFlows(session()).wait("job_1", timeout=0), [answer(POSTED)])
    assert len(sent(steps)) == 1
    with pytest.raises(StillPending):
        drive(CreditFlows(session()).wait("job_1", timeout=0), [answer(PENDING)])


def test_no_look_outlasts_the_deadline() -> None:
    clock = FakeClock()
    flow = CreditFlows(session(clock)).wait("job_1", timeout=3, poll_interval=2.5)
    _, steps = drive(flow, [answer(PENDING), answer(POSTED)], clock)
    assert [step.seconds for step in steps if isinstance(step, Send)] == [3.0, 1.5]


def test_no_look_takes_all_of_a_long_wait() -> None:
    flow = CreditFlows(session()).wait("job_1", timeout=3600)
    _, steps = drive(flow, [answer(POSTED)])
    assert [step.seconds for step in steps if isinstance(step, Send)] == [LOOK_SECONDS]


def test_no_look_takes_longer_than_the_timeout_of_the_client() -> None:
    impatient = session()
    impatient.timeout = 2.0
    flow = CreditFlows(impatient).wait("job_1", timeout=3600)
    _, steps = drive(flow, [answer(POSTED)])
    assert [step.seconds for step in steps if isinstance(step, Send)] == [2.0]


@pytest.mark.parametrize(
    "trouble",
    [
        REFUSED,
        Lost(httpx.ReadTimeout("")),
        Response(500, {}, b""),
        Response(404, {}, b""),
        Response(200, {}, b"<html>"),
        answer({**POSTED, "write_status": "ENTIRELY_NEW"}),
        FULL,
    ],
)
def test_trouble_while_waiting_is_weathered_until_the_deadline(trouble: Any) -> None:
    clock = FakeClock()
    flow = CreditFlows(session(clock)).wait("job_1", timeout=300)
    posted, _ = drive(flow, [trouble, trouble, answer(POSTED)], clock)
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
    posted, _ = drive(flow, [answer(odd), answer({**POSTED, "errors": None})])
    assert posted.request is not None
    assert posted.request.body["description"] == "January rent credit"
    assert len(posted.contract_violations) >= 2


def test_a_failed_job_names_job_request_and_reasons() -> None:
    failure = {"write_status": "FAILURE", "errors": ["lease is closed"], "created_record_id": None}
    with pytest.raises(WriteFailed, match="lease is closed") as raised:
        drive(CreditFlows(session()).create_and_wait(**CREDIT), [answer(ACCEPTED), answer(failure)])
    assert raised.value.errors == ("lease is closed",)
    assert raised.value.fingerprint == raised.value.request.fingerprint
    assert raised.value.request.operation == "create_resident_credit"
    with pytest.raises(WriteFailed) as resumed:
        drive(CreditFlows(session()).wait("job_1"), [answer(failure)])
    assert resumed.value.fingerprint is None


def test_an_odd_job_id_is_followed_and_not_refused() -> None:
    flow = CreditFlows(session()).create_and_wait(**CREDIT)
    posted, steps = drive(flow, [answer({"meta": {"job_id": "job%1/2"}}), answer(POSTED)])
    assert posted.job_id == "job%1/2"
    assert sent(steps)[-1].path == "/v1/admin/write-status/job%251%2F2"


def test_wrong_waiting_times_are_refused_before_the_post() -> None:
    wrong: Any = [{"wait_timeout": None}, {"poll_interval": 0}, {"wait_timeout": -1}]
    for options in wrong:
        with pytest.raises(InvalidArgument):
            drive(CreditFlows(session()).create_and_wait(**CREDIT, **options), [])


def test_retrying_a_write_follows_the_rules_of_a_post() -> None:
    flows = CreditFlows(session())
    accepted, _ = drive(
        flows.retry_write("job_1"), [REFUSED, answer({"success": True, "job_id": "job_2"})]
    )
    assert accepted.job_id == "job_2"
    with pytest.raises(OutcomeUnknown):
        drive(flows.retry_write("job_1"), [Response(502, {}, b"")])
    with pytest.raises(Rejected):
        drive(flows.retry_write("job_1"), [answer({"error": {"message": "no"}}, 400)])


def test_equal_credits_have_equal_fingerprints_and_others_differ() -> None:
    flows = CreditFlows(session())
    one, same = flows.prepare(**CREDIT), flows.prepare(**dict(reversed(CREDIT.items())))
    other = flows.prepare(**(CREDIT | {"amount_in_cents": 15_001}))
    assert one.fingerprint == same.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("kind", "fields", "path"),
    [
        ("charges", {}, "/v1/resident-charges/rentvine/"),
        (
            "payments",
            {"resident_id": "r", "payment_type": "CHECK", "send_email_receipt": True},
            "/v1/resident-payments/rentvine/",
        ),
    ],
)
def test_charges_and_payments_live_the_same_life(kind: str, fields: Any, path: str) -> None:
    propexo, server, _ = client(ACCEPTED, PENDING, POSTED)
    posted = getattr(propexo, kind).create_and_wait(**CREDIT, **fields)
    assert posted.created_record_id == "charge_1"
    assert server.received[0].url.path == path
    assert json.loads(server.received[0].content) == {
        **CREDIT,
        **fields,
        "transaction_date": "2026-01-15",
    }


def test_recurring_charges_live_the_same_life() -> None:
    propexo, server, _ = client(ACCEPTED, POSTED)
    day = CREDIT["transaction_date"]
    fields: Any = {name: CREDIT[name] for name in CREDIT.keys() - {"transaction_date"}}
    propexo.recurring_charges.create_and_wait(
        **fields, day_due=1, start_date=day, end_date=day.replace(month=12), frequency_raw=1
    )
    assert json.loads(server.received[0].content) == {
        **fields,
        "day_due": 1,
        "start_date": "2026-01-15",
        "end_date": "2026-12-15",
        "frequency_raw": 1,
    }


def test_departures_from_the_contract_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    propexo, _, _ = client({"job_id": "job_1", "data": {}})
    accepted = propexo.credits.create(**CREDIT)
    warnings = [record for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 1
    assert accepted.contract_violations[0] in warnings[0].getMessage()


def test_the_log_holds_no_bodies_and_no_headers(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="propexo_client")
    propexo, _, _ = client(httpx.Response(200, json=ACCEPTED, headers=rate_headers(9)), POSTED)
    propexo.credits.create_and_wait(**CREDIT)
    lines = [record.getMessage() for record in caplog.records if "propexo" in record.name]
    assert any("POST /v1/resident-credits/rentvine/: 200" in line for line in lines)
    assert any("job_1" in line for line in lines)
    assert not any("January" in line or "ratelimit" in line for line in lines)


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
    answers = [UNKNOWN, httpx.Response(502), UNKNOWN, PENDING, *[UNKNOWN] * 10]
    propexo, _, clock = client(*answers, POSTED)
    assert propexo.credits.wait("job_1", timeout=600).job_id == "job_1"
    assert clock.now - 1000 > 60


def test_one_look_at_an_unknown_job_says_no_more_than_it_saw() -> None:
    propexo, server, _ = client(UNKNOWN)
    with pytest.raises(StillPending, match="its status cannot be read"):
        propexo.credits.wait("typo", timeout=0)
    assert len(server.received) == 1
