"""Calls with an idempotency key, through the real client, blocking and awaitable."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.journal.support import states
from contract_tests.safety.test_outcomes_at_the_wire import OTHER_WRITES
from contract_tests.safety.worlds import CREDIT, World
from propexo_client import (
    AcceptedWrite,
    AlreadyPosted,
    AsyncPropexo,
    InvalidArgument,
    InvalidArgumentType,
    JournalRefused,
    JournalUnavailable,
    KeyInProgress,
    KeyReused,
    NotSent,
    OutcomeUnknown,
    PostedWrite,
    Propexo,
    RateLimited,
    Rejected,
    WriteFailed,
    WritePartiallyFailed,
)
from propexo_client.journal import State
from propexo_client.testing import FakePropexo, Fault, JobLife, Killed, MemoryJournal

KEY = "credit:acme:1001"
DAY = 24 * 3600.0
WRITES = {"credits": CREDIT, **OTHER_WRITES}
FAILURE = JobLife(ends="FAILURE", errors=("account 12 is closed",))


@pytest.fixture
def fake() -> FakePropexo:
    return FakePropexo()


@pytest.fixture
def journal(fake: FakePropexo) -> MemoryJournal:
    return MemoryJournal(clock=fake.clock)


@pytest.fixture(params=[False, True], ids=["blocking", "awaitable"])
def is_async(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def new_world(
    fake: FakePropexo, journal: MemoryJournal, is_async: bool
) -> Iterator[Callable[[], World]]:
    """Make clients as other processes would: they share nothing but the journal."""
    worlds: list[World] = []

    def make(**options: Any) -> World:
        options = {"journal": journal, **options}
        worlds.append(World(fake, is_async=is_async, url=None, **options))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    return new_world()


def create(world: World, key: str | None = KEY, method: str = "create", **changes: Any) -> Any:
    return world.call(method, idempotency_key=key, **{**CREDIT, **changes})


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
    fake.answer_next(400, refusal)
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


def test_a_failed_job_keeps_the_key_and_is_retried_under_it(
    world: World, fake: FakePropexo, journal: MemoryJournal
) -> None:
    fake.next_job(FAILURE)
    first = create(world, method="create_and_wait")
    assert isinstance(first, WriteFailed)
    assert (first.idempotency_key, first.replayed) == (KEY, False)
    again = create(world)
    assert isinstance(again, WriteFailed)
    assert (again.job_id, again.reason, again.replayed) == (first.job_id, first.reason, True)
    assert "retry_write" in str(again)
    assert "--give-up-job" in str(again)

    retried = world.call("retry_write", first.job_id)

    assert isinstance(retried, AcceptedWrite)
    assert (retried.idempotency_key, retried.attempt) == (KEY, 2)
    once_more = world.call("retry_write", first.job_id)
    assert (once_more.job_id, once_more.replayed) == (retried.job_id, True)
    assert isinstance(world.call("wait", retried.job_id), PostedWrite)
    assert create(world).job_id == retried.job_id
    assert (fake.posts, fake.booked) == (2, 1)
    assert states(journal) == {KEY: "posted"}


def test_a_job_given_up_is_not_retried_and_its_key_takes_corrected_content(
    world: World, fake: FakePropexo, journal: MemoryJournal
) -> None:
    fake.next_job(FAILURE)
    failed = create(world, method="create_and_wait")
    assert isinstance(failed, WriteFailed)
    journal.resolve(KEY, "not_posted", because="wrong account, Ada", give_up_job=True)

    refused = world.call("retry_write", failed.job_id)
    assert isinstance(refused, InvalidArgument)
    assert "has given that job up" in str(refused)
    assert isinstance(create(world, financial_account_id="finacct_2"), AcceptedWrite)


def test_a_retry_of_a_job_that_the_journal_has_never_seen(
    world: World, new_world: Callable[..., World], fake: FakePropexo
) -> None:
    fake.next_job(FAILURE)
    foreign = create(new_world(journal=None), key=None)
    new_world(journal=None).call("wait", foreign.job_id)

    retried = world.call("retry_write", foreign.job_id)
    again = world.call("retry_write", foreign.job_id)

    assert retried.idempotency_key == f"retry_write:{foreign.job_id}"
    assert (again.job_id, again.replayed) == (retried.job_id, True)
    assert fake.posts == 2


def test_a_partial_success_is_unknown_until_a_person_has_looked(
    world: World, fake: FakePropexo, journal: MemoryJournal
) -> None:
    fake.next_job(JobLife(ends="PARTIAL_SUCCESS", errors=("half",)))

    assert isinstance(create(world, method="create_and_wait"), WritePartiallyFailed)
    again = create(world)
    assert isinstance(again, WritePartiallyFailed)
    assert again.replayed
    assert states(journal) == {KEY: "unknown"}


def test_wait_in_another_process_records_the_end_on_the_key_that_owns_the_job(
    world: World, new_world: Callable[[], World], journal: MemoryJournal
) -> None:
    accepted = create(world)

    posted = new_world().call("wait", accepted.job_id)

    entry = journal.get(KEY)
    assert entry is not None
    assert (entry.state, entry.record_id) == ("posted", posted.created_record_id)


def test_a_claim_that_is_not_recorded_sends_nothing(
    world: World, fake: FakePropexo, journal: MemoryJournal
) -> None:
    for durable in (False, True):
        journal.fail_next_commit(durable=durable)
        error = create(world)
        assert isinstance(error, JournalUnavailable)
        assert "Call again with the same key only" in str(error)
    assert fake.posts == 0
    assert states(journal) == {KEY: "released"}
    assert isinstance(create(world), AcceptedWrite)


def test_an_outcome_that_is_not_recorded_never_hides_the_job_and_is_never_sent_again(
    world: World,
    new_world: Callable[[], World],
    fake: FakePropexo,
    journal: MemoryJournal,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    append = journal._append

    def failing(event: Any, *args: Any) -> Any:
        if event.state is State.ACCEPTED:
            raise JournalUnavailable("the disk is full")
        return append(event, *args)

    monkeypatch.setattr(journal, "_append", failing)
    with caplog.at_level(logging.WARNING):
        accepted = create(world)

    assert isinstance(accepted, AcceptedWrite)
    assert not accepted.recorded
    assert any(KEY in line and accepted.job_id in line for line in caplog.messages)
    assert isinstance(create(new_world()), KeyInProgress)
    monkeypatch.undo()
    fake.clock.sleep(3600)
    assert isinstance(create(new_world()), OutcomeUnknown)
    assert fake.posts == 1


def test_create_and_wait_records_the_end_of_a_job_that_was_not_recorded(
    world: World, journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, failures = journal._append, [JournalUnavailable("the disk is full")]

    def failing(event: Any, *args: Any) -> Any:
        if event.state is State.ACCEPTED and failures:
            raise failures.pop()
        return append(event, *args)

    monkeypatch.setattr(journal, "_append", failing)
    assert isinstance(create(world, method="create_and_wait"), PostedWrite)
    assert states(journal) == {KEY: "posted"}


def test_an_old_connection_is_replaced_before_anything_is_sent(
    world: World, fake: FakePropexo, journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = journal._append

    def slow(event: Any, *args: Any) -> Any:
        if event.state is State.SENDING and event.attempt <= 2:
            fake.clock.sleep(6)
        return append(event, *args)

    monkeypatch.setattr(journal, "_append", slow)

    accepted = create(world)

    assert (accepted.attempt, fake.posts) == (3, 1)
    states_ = [event.state for event in journal.history(KEY)]
    assert states_ == ["sending", "released", "sending", "released", "sending", "accepted"]


def test_a_journal_that_shows_a_taken_key_as_free_ends_the_call(
    world: World, fake: FakePropexo, journal: MemoryJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(world)
    monkeypatch.setattr(journal, "_read", lambda *_: ((), 1000.0))

    error = create(world)

    assert isinstance(error, JournalUnavailable)
    assert "lost 3 times, although nothing newer can be read" in str(error)
    assert fake.posts == 1


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


def test_a_double_is_reported_loudly_when_its_job_ends(
    world: World, fake: FakePropexo, journal: MemoryJournal, caplog: pytest.LogCaptureFixture
) -> None:
    accepted = create(world)
    journal.booked(KEY, 9, record_id="R1")
    assert create(world, method="create_and_wait").job_id is None

    assert isinstance(world.call("wait", accepted.job_id), PostedWrite)

    assert f"key {KEY} was BOOKED TWICE" in caplog.text
    assert states(journal) == {KEY: "double"}
    assert fake.posts == 1
