"""What a key goes through in a journal, and what a call or a person learns of it."""

from pathlib import Path
from typing import Any

import pytest

from contract_tests.journal.conftest import Time
from contract_tests.journal.processes import claimed
from contract_tests.journal.situations import DAY, FIELDS, OPERATION
from contract_tests.journal.support import post, states
from propexo_client.errors import (
    InvalidArgument,
    JournalUnavailable,
    KeyInProgress,
    KeyReused,
)
from propexo_client.journal import Entry, Journal, Sendable, State


def test_a_key_lives_from_claim_to_posted(journal: Journal) -> None:
    found = journal.look("credit:1", OPERATION, FIELDS)
    assert isinstance(found, Sendable)
    claim = journal.claim(found, lasting=20, within=1)
    assert claim is not None
    assert (claim.key, claim.attempt) == ("credit:1", 1)
    assert claim.event.deadline == claim.event.at + 50
    assert claim.accepted("J1")
    posted = journal.job_ended("J1", State.POSTED, record_id="R1")
    replay = journal.look("credit:1", OPERATION, FIELDS)

    assert isinstance(replay, Entry)
    assert posted is not None
    assert replay.last == posted.last
    assert (replay.state, replay.job_id, replay.record_id) == ("posted", "J1", "R1")
    assert replay.fields == FIELDS
    assert replay.request is not None
    assert (replay.request.body, replay.request.operation) == (FIELDS, OPERATION)
    assert [event.state for event in journal.history("credit:1")] == [
        "sending",
        "accepted",
        "posted",
    ]


def test_what_is_written_is_read_by_the_next_process_and_by_a_person(
    journal: Journal, path: Path
) -> None:
    post(journal, "credit:1", "J1")

    assert Journal(path).history("credit:1") == journal.history("credit:1")
    lines = path.read_text().splitlines()
    assert lines[1][9:].startswith('{"key":"credit:1","seq":1,"attempt":1,"state":"sending"')
    assert '"amount_in_cents":12500' in lines[1]
    assert '"at":"1970-01-12T13:46:40.000+00:00"' in lines[1]


def test_only_one_of_two_who_saw_the_key_free_claims_it(journal: Journal) -> None:
    both = [journal.look("credit:1", OPERATION, FIELDS) for _ in range(2)]

    first, second = (
        journal.claim(found, lasting=1, within=1) for found in both if isinstance(found, Sendable)
    )

    assert first is not None
    assert second is None
    with pytest.raises(KeyInProgress):
        journal.look("credit:1", OPERATION, FIELDS)


def test_a_replay_needs_the_same_content(journal: Journal) -> None:
    post(journal, "credit:1", "J1")

    with pytest.raises(KeyReused):
        journal.look("credit:1", OPERATION, {**FIELDS, "amount_in_cents": 1})
    with pytest.raises(KeyReused):
        journal.look("credit:1", "create_resident_charge", FIELDS)


@pytest.mark.parametrize(
    "key", ["", "a" * 256, " a", "a ", "ä", "a\nb", "a\x7f", "retry_write:J1", 7, None]
)
def test_a_key_that_cannot_be_one_is_named(journal: Journal, key: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"^idempotency_key: "):
        journal.look(key, OPERATION, FIELDS)


@pytest.mark.parametrize("key", ["a", "a" * 255, 'q"uo\\te', "{}", "credit acme #7"])
def test_a_key_may_be_any_printable_text(journal: Journal, path: Path, key: str) -> None:
    post(journal, key, "J1")

    assert list(states(Journal(path))) == [key]


def test_whatever_a_server_said_can_be_written(journal: Journal, path: Path) -> None:
    claim = claimed(journal, "credit:1")
    assert claim is not None

    claim.unknown("half \ud800, NUL \0, \x1b[31m, line\nfeed \u2028", body="ü" * 10)

    last = Journal(path).history("credit:1")[-1]
    assert last.detail["reason"] == "half \ud800, NUL \0, \x1b[31m, line\nfeed \u2028"
    assert path.read_bytes().count(b"\n") == 3


def test_content_that_would_not_fit_a_line_is_refused_before_it_is_sent(journal: Journal) -> None:
    found = journal.look("credit:1", OPERATION, {"description": "x" * 2_000_000})
    assert isinstance(found, Sendable)

    with pytest.raises(InvalidArgument, match="fields: are too large"):
        journal.claim(found, lasting=1, within=1)
    assert journal.get("credit:1") is None


def test_a_retry_goes_on_under_the_key_that_owns_the_job(journal: Journal) -> None:
    post(journal, "credit:1", "J1")
    journal.job_ended("J1", State.FAILED)

    found = journal.look_for_retry("J1")
    assert isinstance(found, Sendable)
    claim = journal.claim(found, lasting=1, within=1)
    assert claim is not None
    assert claim.key == "credit:1"
    with pytest.raises(KeyInProgress):
        journal.look_for_retry("J1")
    claim.accepted("J2")
    again = journal.look_for_retry("J1")
    assert isinstance(again, Entry)
    assert (again.state, again.job_id) == ("accepted", "J2")


def test_a_retry_of_a_job_never_seen_has_a_key_of_its_own(journal: Journal) -> None:
    found = journal.look_for_retry("J7")
    assert isinstance(found, Sendable)
    claim = journal.claim(found, lasting=1, within=1)
    assert claim is not None
    assert claim.key == "retry_write:J7"
    claim.released("no connection")

    assert states(journal) == {"retry_write:J7": "failed"}
    assert isinstance(journal.look_for_retry("J7"), Sendable)


def test_a_job_that_could_not_be_recorded_is_recorded_with_its_end(journal: Journal) -> None:
    assert claimed(journal, "credit:1") is not None

    assert journal.job_ended("J1", State.POSTED) is None
    entry = journal.job_ended("J1", State.POSTED, record_id="R1", key="credit:1", attempt=1)

    assert entry is not None
    assert [event.state for event in entry.history] == ["sending", "accepted", "posted"]


def test_a_claim_says_accepted_once_and_that_the_journal_knows(journal: Journal) -> None:
    claim = claimed(journal, "credit:1")
    assert claim is not None

    assert claim.accepted("J1")
    assert claim.accepted("J1")
    assert not claim.released("too late")
    assert [event.state for event in journal.history("credit:1")] == ["sending", "accepted"]


@pytest.mark.parametrize("end", ["released", "refused", "unknown"])
def test_a_claim_keeps_the_reason_that_it_is_given(journal: Journal, end: str) -> None:
    claim = claimed(journal, "credit:1")
    assert claim is not None

    assert getattr(claim, end)("this is why")

    entry = journal.get("credit:1")
    assert entry is not None
    assert (entry.state, entry.reason) == (end, "this is why")


def test_an_append_that_is_lost_again_and_again_is_given_up(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(journal, "credit:1", "J1")
    monkeypatch.setattr(journal, "_append", lambda *_: None)

    with pytest.raises(JournalUnavailable, match="appending lost 10 times"):
        journal.booked("credit:1", 1, record_id="R1")


def test_evidence_must_name_what_proves_it_and_a_key_that_was_used(journal: Journal) -> None:
    with pytest.raises(InvalidArgument, match="name the job or the record"):
        journal.booked("credit:1", 1)
    with pytest.raises(InvalidArgument, match="'credit:1' was never used"):
        journal.booked("credit:1", 1, record_id="R1")


def test_a_person_settles_a_key_and_says_why(journal: Journal, time: Time) -> None:
    claim = claimed(journal, "credit:1")
    assert claim is not None
    claim.unknown("response lost")
    time.now += DAY + 61

    entry = journal.resolve("credit:1", "not_posted", because=" not there, Ada ")

    assert (entry.state, entry.reason) == ("not_posted", "not there, Ada")
    assert "@" in entry.last.who
    for because in ("", "  ", None):
        with pytest.raises(InvalidArgument, match=r"^because: "):
            journal.resolve("credit:1", "posted", because=because)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match=r"^verdict: "):
        journal.resolve("credit:1", "lost", because="Ada")  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="never used"):
        journal.resolve("credit:2", "posted", because="Ada")


def test_entries_are_listed_by_state_and_overdue_is_one(journal: Journal, time: Time) -> None:
    claimed(journal, "old")
    time.now += 100
    claimed(journal, "new")
    post(journal, "done", "J1")

    assert [entry.key for entry in journal.entries(state="sending")] == ["old", "new"]
    assert [entry.key for entry in journal.entries(state="overdue")] == ["old"]
    with pytest.raises(InvalidArgument, match=r"^state: 'lost' is none of sending, "):
        list(journal.entries(state="lost"))


def test_whoever_is_reading_a_list_blocks_nobody(journal: Journal, path: Path) -> None:
    post(journal, "credit:1", "J1")
    post(journal, "credit:2", "J2")
    reading = journal.entries()
    next(reading)

    assert claimed(Journal(path), "credit:3") is not None
    assert [entry.key for entry in reading] == ["credit:2"]


def test_settings_are_shared(journal: Journal, path: Path) -> None:
    journal.remember(mark="start")

    assert Journal(path).header.settings == {"mark": "start"}
