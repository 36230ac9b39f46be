"""When a person may say that a credit was not posted, and what may be taken back."""

import pytest

from contract_tests.journal import situations
from contract_tests.journal.situations import (
    DAY,
    MINUTE,
    SITUATIONS,
    START,
    Step,
    after,
    appended,
    claim,
    mark,
    person,
    result,
    writer,
)
from propexo_client.errors import InvalidArgument, KeyInProgress
from propexo_client.journal import Entry, State, rules
from propexo_client.journal.events import ANY_CONTENT
from propexo_client.journal.history import settles_at


def test_a_failed_key_is_not_freed_or_retried_while_another_attempt_may_be_executed() -> None:
    history = after(*SITUATIONS["late_failed"])

    assert (history[-1].state, history[-1].attempt) == ("failed", 1)
    assert rules.sending_again(history, "J1") is None
    with pytest.raises(InvalidArgument, match="may still be executed"):
        rules.settled(Entry(history, START + MINUTE), "not_posted", "Ada", give_up_job=True)
    assert result(history, person("not_posted", later=2 * DAY, give_up_job=True)) == "not_posted"


def test_key_in_progress_says_how_long_it_may_take() -> None:
    entry = Entry(after(claim), START + 20)

    with pytest.raises(KeyInProgress) as caught:
        rules.check_progress(entry)

    assert caught.value.retry_after == MINUTE - 20


def test_a_key_is_overdue_from_its_deadline_on() -> None:
    history = after(claim)

    assert not Entry(history, START + MINUTE - 0.001).overdue
    assert Entry(history, START + MINUTE).overdue


@pytest.mark.parametrize(
    ("name", "since"),
    [("sending", MINUTE), ("unknown", MINUTE), ("accepted", MINUTE), ("restored", 0.0)],
)
def test_not_posted_passes_24_hours_after_the_deadline_and_not_a_moment_sooner(
    name: str, since: float
) -> None:
    history = after(*SITUATIONS[name])
    due = START + since + DAY

    with pytest.raises(InvalidArgument, match="may still be executed"):
        rules.settled(Entry(history, due - 0.001), "not_posted", "seen by Ada")
    assert rules.settled(Entry(history, due), "not_posted", "Ada").state is State.NOT_POSTED


def test_the_latest_deadline_of_all_attempts_counts_whatever_a_clock_says() -> None:
    history = after(*SITUATIONS["sending_2nd"])
    late = appended(history[:1], history[1], START)
    skewed = (history[0], *late[1:], *history[2:-1], appended((), history[-1], START - DAY)[0])

    assert settles_at(skewed) == START + MINUTE + DAY


def test_a_restored_key_settles_a_day_after_the_restore_not_after_an_old_deadline() -> None:
    history = after(*SITUATIONS["released"])
    restored = appended(history, situations.restore(history), START + 9 * DAY)

    assert restored[-1].fingerprint == ANY_CONTENT
    assert settles_at(restored) == START + 10 * DAY
    assert Entry(restored, START).fields == {}


def test_a_person_is_told_what_to_do_about_a_failed_key() -> None:
    history = after(*SITUATIONS["failed"])

    with pytest.raises(InvalidArgument, match="failed as job J1, which anybody can still retry"):
        rules.settled(Entry(history, START + 9 * DAY), "not_posted", "Ada", sooner=True)


def test_a_person_may_take_back_what_only_a_person_said() -> None:
    history = after(*SITUATIONS["posted_person"], writer(State.ACCEPTED, "J9"))

    assert result(history, person("not_posted", later=2 * DAY)) == "not_posted"
    proven = after(*SITUATIONS["posted_person"], mark(1, "R1"))
    assert result(proven, person("not_posted", later=2 * DAY)) == "no"


GAVE_UP_RETRYING = (*SITUATIONS["retry_released"], person("not_posted", give_up_job=True))


@pytest.mark.parametrize("steps", [SITUATIONS["refused"], SITUATIONS["gave_up"], GAVE_UP_RETRYING])
def test_a_person_may_take_back_that_a_free_key_was_posted(steps: tuple[Step, ...]) -> None:
    history = after(*steps, person("posted"))

    event = rules.settled(Entry(history, START), "not_posted", "seen by Ada", sooner=True)

    assert (history[-1].state, event.state) == ("posted", "not_posted")
    assert event.detail == {"because": "seen by Ada"}
