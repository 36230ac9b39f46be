"""Every row of the outcome table and every fault: POSTs at the wire, credits booked, outcome."""

import datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from contract_tests.client.support import CREDIT
from contract_tests.safety.worlds import (
    EVERY_CLIENT,
    EVERY_PLACE,
    in_process,
    on_loopback,
    patience,
    world,
)
from propexo_client import (
    AcceptedWrite,
    InvalidArgument,
    NotSent,
    OutcomeUnknown,
    PostedWrite,
    RateLimited,
    Rejected,
    StillPending,
    WriteFailed,
    WritePartiallyFailed,
)
from propexo_client.testing import FakePropexo, Fault, JobLife

UNKNOWN_AFTER = (
    Fault.RESET_AFTER_BOOKING,
    Fault.TIMEOUT_AFTER_BOOKING,
    Fault.BAD_GATEWAY_AFTER_BOOKING,
    Fault.STATUS_520_AFTER_BOOKING,
    Fault.HALF_A_BODY,
    Fault.UNDECODABLE_BODY,
    Fault.EMPTY_BODY,
    Fault.NO_JOB_ID,
)
UNKNOWN_BEFORE = (
    Fault.RESET_BEFORE_BOOKING,
    Fault.TIMEOUT_BEFORE_BOOKING,
    Fault.BAD_GATEWAY_BEFORE_BOOKING,
    Fault.STATUS_520_BEFORE_BOOKING,
    Fault.REDIRECT,
)
ACCEPTED = (Fault.ALTERNATIVE_ENVELOPE, Fault.NEW_STATUS_VALUE, Fault.SLOW)
EXPECTED = {
    **dict.fromkeys(UNKNOWN_AFTER, (1, 1, OutcomeUnknown)),
    **dict.fromkeys(UNKNOWN_BEFORE, (1, 0, OutcomeUnknown)),
    **dict.fromkeys(ACCEPTED, (1, 1, AcceptedWrite)),
    Fault.RATE_LIMITED: (1, 0, RateLimited),
}
NO_CONNECTION = (Fault.CONNECTION_REFUSED, Fault.CONNECT_TIMEOUT)
HARMLESS_IN_A_STATUS = (Fault.NO_JOB_ID, Fault.ALTERNATIVE_ENVELOPE, Fault.SLOW)
REJECTED = {401, 405, 411, 413, 414, 415, 417, 431}
REJECTED_BY_THE_VENDOR = {400, 403, 404, 410, 422}

LEDGER = {key: CREDIT[key] for key in CREDIT if key != "transaction_date"}
OTHER_WRITES: dict[str, dict[str, Any]] = {
    "charges": CREDIT,
    "payments": {
        **CREDIT,
        "resident_id": "resident_1",
        "payment_type": "CHECK",
        "send_email_receipt": False,
    },
    "recurring_charges": {**LEDGER, "day_due": 1, "start_date": datetime.date(2026, 2, 1)},
}

FAULTS = pytest.mark.parametrize("fault", EXPECTED, ids=lambda fault: fault.name)


def count(fake: FakePropexo, outcome: object) -> tuple[int, int, type]:
    return fake.posts, fake.booked, type(outcome)


def test_every_fault_has_its_row() -> None:
    assert {*EXPECTED, *NO_CONNECTION} == set(Fault)


@EVERY_CLIENT
@EVERY_PLACE
@FAULTS
def test_a_post_that_meets_a_fault(place: Any, fault: Fault, is_async: bool) -> None:
    fake = FakePropexo()
    fake.fail_next(fault)
    with place(fake, is_async=is_async, on_rate_limit="raise", timeout=patience(fault)) as world:
        outcome = world.call("create", **CREDIT)
    assert count(fake, outcome) == EXPECTED[fault]


@EVERY_CLIENT
@pytest.mark.parametrize("resource", OTHER_WRITES)
@FAULTS
def test_every_other_write_ends_alike(fault: Fault, resource: str, is_async: bool) -> None:
    fake = FakePropexo()
    fake.fail_next(fault)
    with in_process(fake, is_async=is_async, on_rate_limit="raise") as world:
        outcome = world.call("create", resource=resource, **OTHER_WRITES[resource])
    assert count(fake, outcome) == EXPECTED[fault]


@EVERY_CLIENT
@FAULTS
def test_retrying_a_failed_job_ends_alike(fault: Fault, is_async: bool) -> None:
    fake = FakePropexo()
    fake.next_job(JobLife(ends="FAILURE"))
    with in_process(fake, is_async=is_async, on_rate_limit="raise") as world:
        accepted = world.call("create", **CREDIT)
        fake.fail_next(fault)
        outcome = world.call("retry_write", accepted.job_id)
    posts, booked, kind = EXPECTED[fault]
    assert count(fake, outcome) == (posts + 1, booked, kind)


@EVERY_CLIENT
@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_in_cents": 1.5},
        {"amount_in_cents": True},
        {"amount_in_cents": 0},
        {"amount": Decimal("1.005"), "amount_in_cents": None},
        {"lease_id": " "},
        {"transaction_date": datetime.datetime(2026, 1, 15)},
    ],
)
def test_a_bad_argument_sends_nothing(wrong: dict[str, Any], is_async: bool) -> None:
    fake = FakePropexo()
    with in_process(fake, is_async=is_async) as world:
        outcome = world.call("create", **{**CREDIT, **wrong})
    assert isinstance(outcome, InvalidArgument)
    assert fake.requests == ()


@EVERY_CLIENT
@pytest.mark.parametrize("fault", NO_CONNECTION, ids=lambda fault: fault.name)
def test_without_a_connection_nothing_was_sent(fault: Fault, is_async: bool) -> None:
    fake = FakePropexo()
    with in_process(fake, is_async=is_async) as world:
        fake.fail_next(fault, times=100)
        assert count(fake, world.call("create", **CREDIT)) == (0, 0, NotSent)
        fake.clear_faults()
        fake.fail_next(fault)
        assert count(fake, world.call("create", **CREDIT)) == (1, 1, AcceptedWrite)


@EVERY_CLIENT
@pytest.mark.parametrize("after_booking", [False, True])
@pytest.mark.parametrize(
    ("body", "refusals"),
    [
        (b"<html>", REJECTED),
        (b'{"meta": {"job_id": "job_000001"}}', set[int]()),
        (b'{"error": {"message": "no"}, "job_id": "job_000001"}', set[int]()),
        (b'{"error": {"message": "no"}}', REJECTED | REJECTED_BY_THE_VENDOR),
    ],
)
def test_every_status_but_200(
    body: bytes, refusals: set[int], after_booking: bool, is_async: bool
) -> None:
    fake = FakePropexo()
    with in_process(fake, is_async=is_async) as world:
        # The two clients share the flow: every status by the one, some of each class by the other.
        for status in range(201, 600, 7 if is_async else 1):
            refused = status in refusals
            books = after_booking and not refused
            posts, booked = fake.posts, fake.booked
            fake.respond_next(status, body, after_booking=books)
            outcome = world.call("create", **CREDIT)
            if status < 300 and b"job_id" in body:
                assert isinstance(outcome, AcceptedWrite), status
            else:
                assert isinstance(outcome, Rejected if refused else OutcomeUnknown), status
                assert outcome.status == status
            assert (fake.posts - posts, fake.booked - booked) == (1, int(books)), status


@EVERY_CLIENT
def test_a_refusal_of_the_rate_limit_is_waited_out(is_async: bool) -> None:
    fake = FakePropexo()
    fake.fail_next(Fault.RATE_LIMITED)
    before = fake.clock.monotonic()
    with in_process(fake, is_async=is_async) as world:
        outcome = world.call("create", **CREDIT)
    assert count(fake, outcome) == (2, 1, AcceptedWrite)
    assert fake.clock.monotonic() - before >= 60


@EVERY_CLIENT
def test_an_enforced_limit_is_kept_by_waiting(is_async: bool) -> None:
    fake = FakePropexo(rate_limit=5, enforce_rate_limit=True)
    with in_process(fake, is_async=is_async) as world:
        kinds = {type(world.call("create", **CREDIT)) for _ in range(12)}
    assert kinds == {AcceptedWrite}
    assert (fake.posts, fake.booked) == (12, 12)


@EVERY_CLIENT
@EVERY_PLACE
@pytest.mark.parametrize(
    ("life", "booked", "kind"),
    [
        (JobLife(polls=3), 1, PostedWrite),
        (JobLife(polls=1, ends="FAILURE", errors=("no",)), 0, WriteFailed),
        (JobLife(ends="PARTIAL_SUCCESS"), 1, WritePartiallyFailed),
        (JobLife(ends="QUEUED_AGAIN"), 1, StillPending),
        (JobLife(polls=10**6), 1, StillPending),
    ],
)
def test_a_job_is_followed_to_its_end(
    place: Any, life: JobLife, booked: int, kind: type, is_async: bool
) -> None:
    fake = FakePropexo()
    fake.next_job(life)
    with place(fake, is_async=is_async) as world:
        outcome = world.call("create_and_wait", **CREDIT)
    assert count(fake, outcome) == (1, booked, kind)
    assert outcome.job_id == "job_000001"


@EVERY_CLIENT
@pytest.mark.parametrize(("place", "times"), [(in_process, 1), (in_process, 999), (on_loopback, 1)])
@FAULTS
def test_a_status_that_cannot_be_read_never_leads_to_a_second_post(
    place: Any, fault: Fault, times: int, is_async: bool
) -> None:
    fake = FakePropexo()
    fake.fail_next(fault, times=times, on="get_write_status")
    with place(fake, is_async=is_async, timeout=patience(fault)) as world:
        outcome = world.call("create_and_wait", **CREDIT)
        lasting = times > 1 and fault not in HARMLESS_IN_A_STATUS
        assert count(fake, outcome) == (1, 1, StillPending if lasting else PostedWrite)
        fake.clear_faults()
        assert count(fake, world.call("wait", outcome.job_id)) == (1, 1, PostedWrite)


@EVERY_CLIENT
@pytest.mark.parametrize("status", [200, 201, 202])
def test_an_accepted_credit_that_departs_from_the_contract_is_accepted(
    status: int, is_async: bool
) -> None:
    fake = FakePropexo()
    fake.respond_next(status, b'{"meta": {"job_id": "job_000001"}}', after_booking=True)
    with in_process(fake, is_async=is_async) as world:
        outcome = world.call("create", **CREDIT)
        assert count(fake, outcome) == (1, 1, AcceptedWrite)
        assert outcome.contract_violations
        assert count(fake, world.call("wait", outcome.job_id)) == (1, 1, PostedWrite)


@EVERY_CLIENT
def test_what_an_unknown_outcome_booked_is_found_again(is_async: bool) -> None:
    fake = FakePropexo()
    fake.add_charge(**{**CREDIT, "transaction_date": "2026-01-15", "amount_in_cents": 15_000})
    fake.fail_next(Fault.RESET_AFTER_BOOKING)
    with in_process(fake, is_async=is_async) as world:
        outcome = world.call("create", **CREDIT)
        found = world.call("find_matching", request=outcome.request)
    assert [charge.id for charge in found] == [fake.credits[0]["id"]]
    assert fake.posts == 1


def test_a_credit_is_posted_once_when_its_response_is_slower_than_the_timeout() -> None:
    fake = FakePropexo()
    fake.fail_next(Fault.SLOW)
    with in_process(fake, is_async=False, timeout=1) as world:
        assert count(fake, world.call("create", **CREDIT)) == (1, 1, OutcomeUnknown)


def test_a_caller_that_is_interrupted_is_told_that_the_outcome_is_unknown() -> None:
    fake = FakePropexo()

    def interrupt(request: httpx.Request) -> httpx.Response:
        fake.respond(request)
        raise KeyboardInterrupt

    with (
        world(fake, transport=httpx.MockTransport(interrupt)) as interrupted,
        pytest.raises(KeyboardInterrupt) as caught,
    ):
        interrupted.call("create", **CREDIT)
    assert (fake.posts, fake.booked) == (1, 1)
    assert "unknown" in " ".join(caught.value.__notes__)
