"""One key, one credit: whoever calls again, from wherever, gets the same job."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.client.support import CREDIT
from contract_tests.journal.calls.conftest import KEY, create
from contract_tests.journal.support import states
from contract_tests.safety.test_outcomes_at_the_wire import OTHER_WRITES
from contract_tests.safety.worlds import World
from propexo_client import (
    AcceptedWrite,
    AlreadyPosted,
    AsyncPropexo,
    InvalidArgument,
    InvalidArgumentType,
    JournalRefused,
    KeyInProgress,
    KeyReused,
    OutcomeUnknown,
    PostedWrite,
    Propexo,
)
from propexo_client.testing import FakePropexo, Fault, JobLife, Killed, MemoryJournal

WRITES = {"credits": CREDIT, **OTHER_WRITES}


def test_a_key_is_posted_once_and_every_call_gets_the_same_job(
    world: World, new_world: Callable[[], World], fake: FakePropexo
) -> None:
    first = create(world)
    again = create(new_world())

    assert isinstance(first, AcceptedWrite)
    assert (first.idempotency_key, first.attempt) == (KEY, 1)
    assert (first.replayed, first.recorded) == (False, True)
    assert again == replace(first, replayed=True, response=None, raw=None, contract_violations=())
    assert (fake.posts, fake.booked) == (1, 1)


def test_a_replay_opens_no_connection(
    world: World, new_world: Callable[[], World], fake: FakePropexo
) -> None:
    create(world, method="create_and_wait")
    before = len(fake.requests)
    fake.fail_next(Fault.CONNECTION_REFUSED)

    posted = create(new_world(), method="create_and_wait")

    assert isinstance(posted, PostedWrite)
    assert (posted.replayed, posted.idempotency_key) == (True, KEY)
    assert posted.created_record_id
    assert isinstance(create(new_world()), AcceptedWrite)
    assert len(fake.requests) == before


def test_a_job_that_an_earlier_call_has_started_is_followed_to_its_end(
    world: World, new_world: Callable[[], World], fake: FakePropexo, journal: MemoryJournal
) -> None:
    accepted = create(world)

    posted = create(new_world(), method="create_and_wait")

    assert isinstance(posted, PostedWrite)
    assert (posted.job_id, posted.request) == (accepted.job_id, accepted.request)
    assert fake.posts == 1
    assert states(journal) == {KEY: "posted"}


def test_all_four_writes_take_a_key(
    world: World, fake: FakePropexo, journal: MemoryJournal
) -> None:
    for resource, fields in WRITES.items():
        key = f"{resource}:1"
        first = world.call("create", resource=resource, idempotency_key=key, **fields)
        again = world.call("create", resource=resource, idempotency_key=key, **fields)
        assert (first.job_id, first.idempotency_key) == (again.job_id, key)

    assert (fake.posts, fake.booked) == (4, 4)
    assert set(states(journal).values()) == {"accepted"}


def test_a_key_needs_a_journal_and_a_journal_a_key(
    world: World, new_world: Callable[..., World], fake: FakePropexo
) -> None:
    without = create(world, key=None)
    homeless = create(new_world(journal=None))

    assert isinstance(without, InvalidArgument)
    assert str(without).startswith("idempotency_key: is missing; a client with a journal posts")
    assert isinstance(homeless, InvalidArgument)
    assert str(homeless).startswith("idempotency_key: needs a journal")
    assert fake.requests == ()
    assert world.client.credits.prepare(**CREDIT).operation == "create_resident_credit"


@pytest.mark.parametrize("key", ["", " a", "ä", "a" * 256, 7, "retry_write:J1"])
def test_a_key_that_cannot_be_one_is_refused_before_anything_is_sent(
    world: World, fake: FakePropexo, key: Any
) -> None:
    error = create(world, key=key)

    assert isinstance(error, InvalidArgument)
    assert str(error).startswith("idempotency_key: ")
    assert fake.requests == ()


def test_the_same_key_with_other_content_is_refused_and_shows_both(
    world: World, fake: FakePropexo
) -> None:
    create(world)
    error = create(world, amount_in_cents=1)

    assert isinstance(error, KeyReused)
    assert "amount_in_cents 15000, now 1" in str(error)
    assert fake.posts == 1


def test_a_key_in_flight_elsewhere_is_in_progress_then_unknown(
    world: World, new_world: Callable[[], World], fake: FakePropexo, journal: MemoryJournal
) -> None:
    journal.die_after_next_claim()
    with pytest.raises(Killed):
        create(world)
    journal.restart()
    busy = create(new_world())
    assert isinstance(busy, KeyInProgress)
    assert busy.money_may_have_moved
    fake.clock.sleep(busy.retry_after)

    error = create(new_world())

    assert isinstance(error, OutcomeUnknown)
    assert (error.replayed, error.idempotency_key) == (True, KEY)
    assert f"[key {KEY}, fingerprint 1:" in str(error)
    assert "do NOT post it under another key" in str(error)
    assert fake.posts == 0


def test_forty_threads_with_one_key_post_once(fake: FakePropexo, journal: MemoryJournal) -> None:
    results: list[Any] = []
    with Propexo(
        fake.token,
        environment="sandbox",
        transport=fake.transport(),
        clock=fake.clock,
        journal=journal,
        max_connections=40,
    ) as client:

        def call() -> None:
            try:
                results.append(client.credits.create(idempotency_key=KEY, **CREDIT).job_id)
            except KeyInProgress:
                results.append(KeyInProgress)

        threads = [threading.Thread(target=call) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(results) == 40
    assert len(set(results) - {KeyInProgress}) == 1
    assert (fake.posts, fake.booked) == (1, 1)


@pytest.mark.parametrize("kind", [Propexo, AsyncPropexo])
def test_a_client_takes_only_a_journal_of_its_environment(kind: Any) -> None:
    with pytest.raises(InvalidArgumentType, match=r"^journal: pass a Journal"):
        kind("token", environment="sandbox", journal="credits.journal")
    with pytest.raises(JournalRefused, match="ephemeral"):
        kind("token", environment="production", journal=MemoryJournal())
    with pytest.raises(JournalRefused, match="belongs to"):
        kind("token", environment="https://gate.way", journal=MemoryJournal())


@pytest.mark.parametrize(
    ("life", "status", "reason"),
    [
        (JobLife(ends="FAILURE"), "FAILURE", "no reason given"),
        (JobLife(ends="FAILURE", errors=("a", "b")), "FAILURE", "a; b"),
        (JobLife(ends="PARTIAL_SUCCESS", errors=("a",)), "PARTIAL_SUCCESS", "a"),
    ],
)
def test_a_failure_is_given_once_more_as_it_was_first_said(
    world: World,
    new_world: Callable[[], World],
    fake: FakePropexo,
    life: JobLife,
    status: str,
    reason: str,
) -> None:
    fake.next_job(life)
    first = create(world, method="create_and_wait")
    again = create(new_world())
    assert type(again) is type(first)
    assert (again.job_id, again.write_status, again.reason) == (first.job_id, status, reason)
    assert (first.write_status, first.reason) == (status, reason)


def test_the_record_and_the_job_of_a_key_are_named_where_they_are_known(
    world: World, fake: FakePropexo, journal: MemoryJournal
) -> None:
    fake.fail_next(Fault.HALF_A_BODY)
    first = create(world)
    again = create(world)
    assert isinstance(first, OutcomeUnknown)
    assert again.job_id == first.job_id == "job_000001"
    journal.booked(KEY, 1, record_id="R1")
    posted = create(world)
    assert isinstance(posted, AlreadyPosted)
    assert posted.record_id == "R1"
