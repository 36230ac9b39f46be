"""What a call with a key comes to, and whether the key may be sent again."""

from collections.abc import Callable

import pytest

from contract_tests.client.support import CREDIT
from contract_tests.journal.calls.conftest import KEY, create
from contract_tests.journal.support import states
from contract_tests.safety.worlds import World
from propexo_client import (
    AcceptedWrite,
    AlreadyPosted,
    NotSent,
    OutcomeUnknown,
    PostedWrite,
    Propexo,
    RateLimited,
    Rejected,
)
from propexo_client.testing import FakePropexo, Fault, Killed, MemoryJournal

DAY = 24 * 3600.0


def test_a_process_that_died_after_the_booking_is_not_repeated(
    world: World, new_world: Callable[[], World], fake: FakePropexo, journal: MemoryJournal
) -> None:
    fake.die_after_next_booking()
    with pytest.raises(Killed):
        create(world)
    fake.clock.sleep(3600)

    assert isinstance(create(new_world()), OutcomeUnknown)
    assert (fake.posts, fake.booked) == (1, 1)
    assert [entry.key for entry in journal.entries(state="overdue")] == [KEY]


@pytest.mark.parametrize(
    "fault", [Fault.RESET_AFTER_BOOKING, Fault.BAD_GATEWAY_AFTER_BOOKING, Fault.HALF_A_BODY]
)
def test_unknown_stays_unknown_until_a_person_says_otherwise(
    world: World, fake: FakePropexo, journal: MemoryJournal, fault: Fault
) -> None:
    fake.fail_next(fault)
    first = create(world)
    again = create(world)

    assert isinstance(first, OutcomeUnknown)
    assert isinstance(again, OutcomeUnknown)
    assert again.reason == first.reason
    assert not first.replayed
    assert again.replayed
    fake.clock.sleep(2 * DAY)
    journal.resolve(KEY, "posted", because="seen in Rentvine, Ada")
    settled = create(world)
    assert isinstance(settled, AlreadyPosted)
    assert settled.money_may_have_moved
    assert "seen in Rentvine, Ada" in str(settled)
    posted = create(world, method="create_and_wait")
    assert isinstance(posted, PostedWrite)
    assert (posted.job_id, posted.created_record_id, posted.replayed) == (None, None, True)
    assert fake.posts == 1


def test_what_a_person_freed_is_posted_again(
    world: World, fake: FakePropexo, journal: MemoryJournal
) -> None:
    fake.fail_next(Fault.RESET_BEFORE_BOOKING)
    create(world)
    fake.clock.sleep(2 * DAY)
    journal.resolve(KEY, "not_posted", because="nowhere to be seen, Ada")

    accepted = create(world, description="another text")

    assert isinstance(accepted, AcceptedWrite)
    assert accepted.attempt == 2
    assert fake.booked == 1


def test_a_refusal_frees_the_key_for_corrected_content(
    world: World, fake: FakePropexo, journal: MemoryJournal
) -> None:
    refusal = b'{"error":{"code":"invalid_request","message":"no such lease"}}'
    fake.respond_next(400, refusal)
    error = create(world)

    assert isinstance(error, Rejected)
    assert error.idempotency_key == KEY
    entry = journal.get(KEY)
    assert entry is not None
    assert (entry.state, entry.last.detail["body"]) == ("refused", refusal.decode())
    assert isinstance(create(world, lease_id="lease_2"), AcceptedWrite)


def test_a_429_is_waited_out_outside_the_claim(
    world: World, fake: FakePropexo, journal: MemoryJournal
) -> None:
    fake.fail_next(Fault.RATE_LIMITED)

    accepted = create(world, timeout=200)

    assert isinstance(accepted, AcceptedWrite)
    assert accepted.attempt == 2
    history = journal.history(KEY)
    assert [event.state for event in history] == ["sending", "released", "sending", "accepted"]
    assert history[2].at - history[1].at >= 50


def test_a_429_that_leaves_no_time_frees_the_key(
    new_world: Callable[..., World], fake: FakePropexo, journal: MemoryJournal
) -> None:
    fake.fail_next(Fault.RATE_LIMITED)

    assert isinstance(create(new_world(on_rate_limit="raise")), RateLimited)
    assert states(journal) == {KEY: "released"}


def test_without_a_connection_the_journal_is_not_touched() -> None:
    nowhere = "http://127.0.0.1:9"
    journal = MemoryJournal(environment=nowhere)
    with (
        Propexo("token", environment=nowhere, journal=journal, timeout=0.5) as client,
        pytest.raises(NotSent),
    ):
        client.credits.create(idempotency_key=KEY, **CREDIT)
    assert states(journal) == {}
