"""Posting, driven by hand: what is sent, how often, and when."""

import json
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
    rate_headers,
    response,
    sent,
    session,
)
from propexo_client import (
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from propexo_client._engine.exchange import CONNECT_SECONDS
from propexo_client._engine.flow import Connect, Lost, Send, Sleep
from propexo_client._engine.writes import FOLLOW_SECONDS, LOOK_SECONDS, POLL_SECONDS
from propexo_client.client import TIMEOUT
from propexo_client.messages import Response
from propexo_client.testing import FakeClock


def test_the_body_is_exactly_the_documented_six_fields() -> None:
    _, steps = drive(CreditFlows(session()).create(**CREDIT), [response(ACCEPTED)])
    (request,) = sent(steps)
    assert (request.method, request.path) == ("POST", "/v1/resident-credits/rentvine/")
    assert request.body == {**CREDIT, "transaction_date": "2026-01-15"}


def test_what_never_left_is_sent_again_within_bounds() -> None:
    accepted, steps = drive(
        CreditFlows(session()).create(**CREDIT), [REFUSED, REFUSED, response(ACCEPTED)]
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
    accepted, steps = drive(flow, [FULL, response(ACCEPTED)], clock)
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
    _, steps = drive(flows.create(**CREDIT), [response(ACCEPTED)], clock)
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
    _, steps = drive(flow, [REFUSED, REFUSED, response(ACCEPTED)])
    pauses = [step.seconds for step in steps if isinstance(step, Sleep)]
    assert pauses == [0.5 * (0.5 + jitter), 1.0 * (0.5 + jitter)]


def test_retrying_a_write_follows_the_rules_of_a_post() -> None:
    flows = CreditFlows(session())
    accepted, _ = drive(
        flows.retry_write("job_1"), [REFUSED, response({"success": True, "job_id": "job_2"})]
    )
    assert accepted.job_id == "job_2"
    with pytest.raises(OutcomeUnknown):
        drive(flows.retry_write("job_1"), [Response(502, {}, b"")])
    with pytest.raises(Rejected):
        drive(flows.retry_write("job_1"), [response({"error": {"message": "no"}}, 400)])


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
