"""Jobs of a key: failed, retried, followed, and given up."""

from collections.abc import Callable

import pytest

from contract_tests.journal.calls.conftest import KEY, create
from contract_tests.journal.support import states
from contract_tests.safety.worlds import World
from propexo_client import (
    AcceptedWrite,
    InvalidArgument,
    PostedWrite,
    WriteFailed,
    WritePartiallyFailed,
)
from propexo_client.testing import FakePropexo, JobLife, MemoryJournal

FAILURE = JobLife(ends="FAILURE", errors=("account 12 is closed",))


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
