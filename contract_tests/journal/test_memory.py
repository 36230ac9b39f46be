"""The journal in memory: like any other, on a clock that tests move, and it fails on command."""

import threading

import pytest

from contract_tests.journal.processes import claimed
from contract_tests.journal.situations import FIELDS, OPERATION
from contract_tests.journal.support import post, states
from propexo_client.errors import JournalRefused, JournalUnavailable, KeyInProgress
from propexo_client.journal import State
from propexo_client.testing import FakeClock, Killed, MemoryJournal


def test_it_keeps_what_became_of_a_key() -> None:
    journal = MemoryJournal()
    post(journal, "credit:1", "J1")
    entry = journal.job_ended("J1", State.POSTED, record_id="R1")

    assert states(journal) == {"credit:1": "posted"}
    assert entry == journal.look("credit:1", OPERATION, FIELDS)
    assert claimed(journal, "credit:1") is None


def test_its_time_is_that_of_the_clock() -> None:
    clock = FakeClock()
    journal = MemoryJournal(clock=clock)
    claimed(journal, "credit:1")
    with pytest.raises(KeyInProgress) as caught:
        journal.look("credit:1", OPERATION, FIELDS)
    clock.sleep(caught.value.retry_after)

    assert [entry.key for entry in journal.entries(state="overdue")] == ["credit:1"]


@pytest.mark.parametrize(("durable", "left"), [(True, {"credit:1": "released"}), (False, {})])
def test_a_commit_fails_on_command(durable: bool, left: dict[str, str]) -> None:
    journal = MemoryJournal()
    journal.fail_next_commit(durable=durable)

    with pytest.raises(JournalUnavailable):
        claimed(journal, "credit:1")

    assert states(journal) == left
    assert claimed(journal, "credit:1") is not None


def test_a_process_that_died_after_its_claim_does_nothing_more_until_it_is_started_again() -> None:
    journal = MemoryJournal()
    journal.die_after_next_claim()
    with pytest.raises(Killed):
        claimed(journal, "credit:1")
    with pytest.raises(Killed):
        journal.get("credit:1")

    journal.restart()

    assert states(journal) == {"credit:1": "sending"}


def test_it_is_not_for_production() -> None:
    with pytest.raises(JournalRefused, match="not for production"):
        MemoryJournal(environment="production")
    with pytest.raises(JournalRefused, match="not for production"):
        MemoryJournal().check_environment("https://api.propexo.com")


def test_threads_claim_a_key_once() -> None:
    journal, won = MemoryJournal(), list[str]()
    threads = [
        threading.Thread(target=lambda: won.extend(["x"] * (claimed(journal, "k") is not None)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert won == ["x"]


def test_a_claim_made_after_its_time_has_a_deadline_all_the_same() -> None:
    journal = MemoryJournal()
    found = journal.look("credit:1", OPERATION, FIELDS)
    claim = journal.claim(found, lasting=-9e9, within=1)  # type: ignore[arg-type]

    assert claim is not None
    assert claim.event.deadline == claim.event.at + 30
