"""Keys in PostgreSQL: claimed once, by whichever process comes first."""

from urllib.parse import quote

import pytest

from contract_tests.journal.postgres.conftest import execute
from contract_tests.journal.processes import claimed
from contract_tests.journal.scenes import play
from contract_tests.journal.situations import FIELDS, OPERATION
from contract_tests.journal.support import post, states
from propexo_client.errors import (
    InvalidArgument,
    KeyInProgress,
    KeyReused,
)
from propexo_client.journal import Entry, Sendable, State
from propexo_client.journal.postgres import PostgresJournal


def test_a_key_lives_from_claim_to_posted(journal: PostgresJournal, url: str) -> None:
    claim = claimed(journal, "credit:1")
    assert claim is not None
    assert claim.event.deadline == pytest.approx(claim.event.at + 60, abs=0.001)
    with pytest.raises(KeyInProgress):
        journal.look("credit:1", OPERATION, FIELDS)
    assert claim.accepted("J1")
    journal.job_ended("J1", State.POSTED, record_id="R1")

    replay = PostgresJournal(url).look("credit:1", OPERATION, FIELDS)

    assert isinstance(replay, Entry)
    assert (replay.state, replay.job_id, replay.record_id) == ("posted", "J1", "R1")
    assert (replay.fields, replay.history[0].nonce) == (FIELDS, claim.event.nonce)
    with pytest.raises(KeyReused):
        journal.look("credit:1", OPERATION, {})


def test_only_one_of_two_who_saw_the_key_free_claims_it(url: str) -> None:
    journals = [PostgresJournal(url) for _ in range(2)]
    found = [journal.look("credit:1", OPERATION, FIELDS) for journal in journals]

    claims = [
        journal.claim(sendable, lasting=1, within=5)
        for journal, sendable in zip(journals, found, strict=True)
        if isinstance(sendable, Sendable)
    ]

    assert [claim is None for claim in claims] == [False, True]


def test_jobs_lead_to_their_key_those_that_came_late_too(journal: PostgresJournal) -> None:
    claim = claimed(journal, "credit:1")
    assert claim is not None
    journal.booked("credit:1", 9, record_id="R1")
    assert claim.accepted("J1")
    entry = journal.job_ended("J1", State.POSTED, record_id="R2")

    assert entry is not None
    assert (entry.key, entry.state) == ("credit:1", "double")
    assert journal.job_ended("J2", State.POSTED) is None


def test_all_keys_are_listed_however_many(
    journal: PostgresJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("propexo_client.journal.postgres._KEYS_AT_ONCE", 2)
    for number in range(5):
        post(journal, f"credit:{number}", f"J{number}")

    assert states(journal) == {f"credit:{number}": "accepted" for number in range(5)}
    assert all(len(entry.history) == 2 for entry in journal.entries())


def test_whatever_a_server_said_can_be_written(journal: PostgresJournal) -> None:
    claim = claimed(journal, 'q"uo\\te %s')
    assert claim is not None
    claim.unknown("half \ud800, NUL \0", body="ü")
    entry = journal.booked(claim.key, 1, record_id="R\0\ud800")

    assert journal.history(claim.key)[1].detail["reason"] == "half \ud800, NUL \0"
    assert entry.state == "posted"
    assert journal.get(claim.key).record_id == "R\ufffd?"  # type: ignore[union-attr]


def test_a_person_settles_a_key_by_the_clock_of_the_database(
    journal: PostgresJournal, url: str
) -> None:
    claim = claimed(journal, "credit:1")
    assert claim is not None
    claim.unknown("lost")
    with pytest.raises(InvalidArgument, match=r"say not posted in 24\.0 hours"):
        journal.resolve("credit:1", "not_posted", because="Ada")
    execute(url, "UPDATE propexo_journal_events SET deadline = deadline - interval '25 hours'")

    assert journal.resolve("credit:1", "not_posted", because="Ada").state == "not_posted"


def test_settings_are_shared(journal: PostgresJournal, url: str) -> None:
    journal.remember(mark="start")

    assert PostgresJournal(url).header.settings == {"mark": "start"}


@pytest.mark.parametrize(
    "isolation",
    [
        pytest.param("read committed", marks=pytest.mark.slow),
        pytest.param("repeatable read", marks=pytest.mark.slow),
        pytest.param("serializable", marks=pytest.mark.slow),
    ],
)
def test_eight_processes_claim_each_of_twenty_keys_once(
    url: str, journal: PostgresJournal, isolation: str
) -> None:
    level = isolation.replace(" ", "\\ ")
    strict = url + quote(f" -cdefault_transaction_isolation={level}")
    said = play("race", strict, 8, 20)

    assert said["codes"] == [0] * 8, said["stderr"]
    assert sorted(said["won"]) == sorted(f"key-{number}" for number in range(20))
    assert set(states(journal).values()) == {"sending"}
