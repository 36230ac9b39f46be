"""Commits that fail, or may have failed."""

from urllib.parse import quote

import pytest

from contract_tests.journal.postgres.conftest import execute
from contract_tests.journal.processes import claimed
from contract_tests.journal.situations import FIELDS, OPERATION
from contract_tests.journal.support import states
from propexo_client.errors import (
    JournalUnavailable,
)
from propexo_client.journal import Sendable
from propexo_client.journal.postgres import PostgresJournal


def at_commit(url: str, what: str) -> None:
    """Have every COMMIT of an event do this, after all else."""
    execute(
        url,
        f"""CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN IF NEW.state = 'sending' THEN {what}; END IF; RETURN NULL; END$$;
        CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON propexo_journal_events
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_commit()""",
    )


def test_a_claim_whose_commit_gave_a_notice_is_in_doubt_and_taken_back(
    journal: PostgresJournal, url: str
) -> None:
    at_commit(url, "RAISE WARNING 'canceling wait for synchronous replication'")

    with pytest.raises(JournalUnavailable, match="canceling wait") as caught:
        claimed(journal, "credit:1")

    assert caught.value.in_doubt
    assert [event.state for event in journal.history("credit:1")] == ["sending", "released"]


def test_a_claim_whose_commit_failed_is_not_there(journal: PostgresJournal, url: str) -> None:
    at_commit(url, "RAISE EXCEPTION 'no'")

    with pytest.raises(JournalUnavailable, match="no"):
        claimed(journal, "credit:1")

    assert states(journal) == {}


def test_a_claim_whose_connection_broke_at_commit_is_taken_back_on_a_new_one(
    journal: PostgresJournal, url: str
) -> None:
    at_commit(url, "PERFORM pg_sleep(60)")
    found = journal.look("credit:1", OPERATION, FIELDS)
    assert isinstance(found, Sendable)

    with pytest.raises(JournalUnavailable) as caught:
        journal.claim(found, lasting=1, within=0.3)

    assert caught.value.in_doubt
    execute(
        url,
        """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE query = 'COMMIT' AND state = 'active'""",
    )
    assert set(states(journal).values()) <= {"released"}


def test_every_commit_is_synchronous_whatever_the_default(url: str) -> None:
    execute(
        url,
        """CREATE TABLE seen AS SELECT ''::text AS level WHERE false;
        CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit'));
            RETURN NEW; END$$;
        CREATE TRIGGER see BEFORE INSERT ON propexo_journal_events
            FOR EACH ROW EXECUTE FUNCTION see()""",
    )
    for level in ("off", "local", "remote_apply"):
        claimed(PostgresJournal(f"{url}{quote(f' -csynchronous_commit={level}')}"), f"key-{level}")

    assert execute(url, "SELECT level FROM seen") == [("on",), ("on",), ("remote_apply",)]
