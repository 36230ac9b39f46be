"""How refunds fare, tested against the fake that propexo_client brings along."""

import asyncio
from datetime import date

import pytest

from propexo_client import AsyncPropexo, Propexo
from propexo_client.testing import FakePropexo, Fault, JobLife
from refunds import Refund, credited, follow, post


@pytest.fixture
def refund() -> Refund:
    return Refund(lease_id="lease_1", cents=15_000, on=date(2026, 1, 15))


def test_a_refund_is_booked_once(
    refund: Refund, fake_propexo: FakePropexo, propexo: Propexo
) -> None:
    fake_propexo.next_job(JobLife(polls=2))
    post(refund, propexo)
    assert refund.state == "queued"
    follow(refund, propexo)
    assert refund.state == "booked"
    assert [credit["amount_in_cents"] for credit in fake_propexo.credits] == [-15_000]


def test_a_refund_that_was_not_sent_is_still_owed(
    refund: Refund, fake_propexo: FakePropexo, propexo: Propexo
) -> None:
    fake_propexo.fail_next(Fault.CONNECTION_REFUSED, times=3)
    post(refund, propexo)
    assert (refund.state, fake_propexo.posts) == ("owed", 0)
    post(refund, propexo)
    assert (refund.state, fake_propexo.booked) == ("queued", 1)


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER_BOOKING, Fault.TIMEOUT_BEFORE_BOOKING])
def test_a_refund_whose_response_is_lost_is_never_posted_again(
    fault: Fault, refund: Refund, fake_propexo: FakePropexo, propexo: Propexo
) -> None:
    fake_propexo.fail_next(fault)
    post(refund, propexo)
    with pytest.raises(ValueError, match="only one that is owed"):
        post(refund, propexo)
    assert (refund.state, fake_propexo.posts) == ("unknown", 1)


def test_a_refund_that_was_rejected_says_why(
    refund: Refund, fake_propexo: FakePropexo, propexo: Propexo
) -> None:
    fake_propexo.respond_next(400, b'{"error": {"code": "closed", "message": "the lease ended"}}')
    post(refund, propexo)
    assert (refund.state, fake_propexo.booked) == ("refused", 0)
    assert "the lease ended" in refund.note


def test_a_refund_that_rentvine_refuses_says_why(
    refund: Refund, fake_propexo: FakePropexo, propexo: Propexo
) -> None:
    fake_propexo.next_job(JobLife(ends="FAILURE", errors=("the account is closed",)))
    post(refund, propexo)
    follow(refund, propexo)
    assert (refund.state, refund.note) == ("refused", "the account is closed")


def test_a_refund_that_was_booked_in_part_is_left_to_a_person(
    refund: Refund, fake_propexo: FakePropexo, propexo: Propexo
) -> None:
    fake_propexo.next_job(JobLife(ends="PARTIAL_SUCCESS"))
    post(refund, propexo)
    follow(refund, propexo)
    assert refund.state == "unknown"


def test_a_refund_that_takes_hours_is_followed_again_later(
    refund: Refund, fake_propexo: FakePropexo, propexo: Propexo
) -> None:
    fake_propexo.next_job(JobLife(seconds=3600))
    post(refund, propexo)
    follow(refund, propexo)
    assert refund.state == "queued"
    fake_propexo.clock.sleep(3600)
    follow(refund, propexo)
    assert refund.state == "booked"


def test_what_was_credited_is_added_up(
    refund: Refund, fake_propexo: FakePropexo, propexo: Propexo, async_propexo: AsyncPropexo
) -> None:
    post(refund, propexo)
    fake_propexo.add_charge(lease_id="lease_1", amount_in_cents=90_000)
    assert asyncio.run(credited("lease_1", async_propexo)) == 15_000
