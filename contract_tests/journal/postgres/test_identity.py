"""The right journal, whole and durable, or none."""

from contextlib import suppress

import pytest

from contract_tests.journal.postgres.conftest import execute, numbers
from contract_tests.journal.situations import FIELDS, OPERATION
from contract_tests.journal.support import post, states
from propexo_client.errors import (
    InvalidArgument,
    JournalRefused,
    JournalUnavailable,
)
from propexo_client.journal import Sendable
from propexo_client.journal.postgres import PostgresJournal


def test_a_journal_is_made_once_and_never_by_using_it(url: str, server: str) -> None:
    with pytest.raises(JournalRefused, match="there is a journal in that database already"):
        PostgresJournal.init(url, environment="sandbox")
    with pytest.raises(JournalRefused, match=r"is not there\. Make it once: journal init"):
        PostgresJournal(server)
    with pytest.raises(InvalidArgument, match="is not the URL of a PostgreSQL database"):
        PostgresJournal("postgresql://[")


def test_a_server_that_is_not_there_is_unavailable_and_its_password_not_shown(
    tmp_path: object,
) -> None:
    with pytest.raises(JournalUnavailable) as caught:
        PostgresJournal(f"postgresql://me:topsecret@/db?host={tmp_path}")
    assert "topsecret" not in str(caught.value)


def test_the_id_that_is_pinned_must_be_the_journals(journal: PostgresJournal, url: str) -> None:
    assert PostgresJournal(url, id=journal.id).id == journal.id
    with pytest.raises(JournalRefused, match=f"is {journal.id}, not the jrn_other"):
        PostgresJournal(url, id="jrn_other")


def test_a_role_needs_only_select_and_insert(url: str, journal: PostgresJournal) -> None:
    role = f"runner_{next(numbers)}"
    schema = execute(url, "SELECT current_schema()")[0][0]
    execute(url, f"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role}")
    as_role = url.replace("//test@", f"//{role}@")
    try:
        with pytest.raises(JournalRefused, match="cannot be used by this role"):
            PostgresJournal(as_role)
        execute(url, f"GRANT SELECT, INSERT ON propexo_journal_events TO {role}")
        execute(url, f"GRANT SELECT ON propexo_journal_notes TO {role}")
        post(PostgresJournal(as_role), "credit:1", "J1")
        assert states(journal) == {"credit:1": "accepted"}
    finally:
        execute(url, f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("ALTER TABLE propexo_journal_events SET UNLOGGED", "a table is not logged"),
        ("ALTER TABLE propexo_journal_notes SET UNLOGGED", "a table is not logged"),
        ("DELETE FROM propexo_journal_notes", "it does not begin with a header"),
        (
            """UPDATE propexo_journal_notes SET note = replace(note::text, '"version": 1',
            '"version": 2')::json""",
            "is of version 2, this package writes 1: use a newer package",
        ),
    ],
)
def test_what_would_forget_or_is_no_journal_is_refused(url: str, change: str, why: str) -> None:
    execute(url, change)
    with pytest.raises(JournalRefused, match=why):
        PostgresJournal(url)


def test_a_server_that_does_not_sync_is_refused(url: str, server: str) -> None:
    execute(server, "ALTER SYSTEM SET fsync = off")
    try:
        execute(server, "SELECT pg_reload_conf(), pg_sleep(0.2)")
        with pytest.raises(JournalRefused, match="would forget what was written: fsync is off"):
            PostgresJournal(url)
    finally:
        execute(server, "ALTER SYSTEM RESET fsync")
        execute(server, "SELECT pg_reload_conf(), pg_sleep(0.2)")


def test_a_restored_table_is_refused_until_it_is_adopted(
    url: str, journal: PostgresJournal
) -> None:
    post(journal, "credit:1", "J1")
    for statement in (
        "ALTER TABLE propexo_journal_events RENAME TO old",
        "CREATE TABLE propexo_journal_events (LIKE old INCLUDING ALL)",
        "INSERT INTO propexo_journal_events SELECT * FROM old",
    ):
        execute(url, statement)
    with pytest.raises(JournalRefused, match="is a copy, or was restored"):
        PostgresJournal(url)

    assert PostgresJournal.adopt(url, used=["credit:1", "credit:2"], because="restored") == 1

    assert states(PostgresJournal(url)) == {"credit:1": "accepted", "credit:2": "unknown"}


def test_rows_that_cannot_be_read_are_never_claimed_again(
    url: str, journal: PostgresJournal
) -> None:
    role = f"blind_{next(numbers)}"
    schema = execute(url, "SELECT current_schema()")[0][0]
    post(journal, "credit:1", "J1")
    execute(
        url,
        f"""CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role};
        GRANT SELECT, INSERT ON propexo_journal_events, propexo_journal_notes TO {role};
        ALTER TABLE propexo_journal_events ENABLE ROW LEVEL SECURITY;
        CREATE POLICY blind ON propexo_journal_events FOR SELECT USING (key <> 'credit:1');
        CREATE POLICY write ON propexo_journal_events FOR INSERT WITH CHECK (true)""",
    )
    blind = PostgresJournal(url.replace("//test@", f"//{role}@"))
    try:
        found = blind.look("credit:1", OPERATION, FIELDS)
        assert isinstance(found, Sendable)
        with suppress(JournalRefused):
            assert blind.claim(found, lasting=1, within=5) is None
        assert len(journal.history("credit:1")) == 2
    finally:
        execute(url, f"DROP OWNED BY {role}; DROP ROLE {role}")
