"""A journal that fails or is slow while a credit is posted."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.journal.calls.conftest import KEY, create
from contract_tests.journal.support import states
from contract_tests.safety.worlds import World
from propexo_client import (
    AcceptedWrite,
    JournalUnavailable,
    KeyInProgress,
    OutcomeUnknown,
    PostedWrite,
    WriteFailed,
)
from propexo_client.journal import State
from propexo_client.testing import FakePropexo, JobLife, MemoryJournal


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


@pytest.mark.parametrize(
    ("life", "kind"), [(JobLife(), PostedWrite), (JobLife(ends="FAILURE"), WriteFailed)]
)
def test_an_end_that_is_not_recorded_hides_no_result(
    world: World,
    fake: FakePropexo,
    journal: MemoryJournal,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    life: JobLife,
    kind: type[PostedWrite] | type[WriteFailed],
) -> None:
    def failing(*_: Any, **__: Any) -> Any:
        raise JournalUnavailable("the disk is full")

    monkeypatch.setattr(journal, "job_ended", failing)
    fake.next_job(life)

    ended = create(world, method="create_and_wait")

    assert isinstance(ended, kind)
    assert f"job {ended.job_id}: how it ended is not recorded: " in caplog.text
    assert states(journal) == {KEY: "accepted"}
