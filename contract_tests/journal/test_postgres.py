"""The journal in PostgreSQL, against a real server: skipped where there is none."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from contract_tests.journal.processes import claimed
from contract_tests.journal.scenes import play
from contract_tests.journal.servers import NoServer, postgres
from contract_tests.journal.situations import FIELDS, OPERATION
from contract_tests.journal.support import post, states
from propexo_client.errors import (
    InvalidArgument,
    JournalRefused,
    JournalUnavailable,
    KeyInProgress,
    KeyReused,
)
from propexo_client.journal import Entry, Sendable, State
from propexo_client.journal.postgres import PostgresJournal

numbers = count()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    try:
        with postgres() as url:
            yield url
    except NoServer as error:
        pytest.skip(str(error))


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """Give an empty journal in a schema of its own."""
    schema = f"test_{os.getpid()}_{next(numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        url = with_options(server, f"-csearch_path={schema}")
        PostgresJournal.init(url, environment="sandbox")
        yield url
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close every journal that a test opens."""
    opened: list[PostgresJournal] = []
    init = PostgresJournal.__init__

    def open_(self: PostgresJournal, *args: Any, **options: Any) -> None:
        init(self, *args, **options)
        opened.append(self)

    monkeypatch.setattr(PostgresJournal, "__init__", open_)
    yield
    for journal in opened:
        journal.close()


@pytest.fixture
def journal(url: str) -> PostgresJournal:
    return PostgresJournal(url)


def with_options(url: str, options: str) -> str:
    return f"{url}&options={quote(options)}"


def execute(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def backend(journal: PostgresJournal) -> int:
    journal.get("nothing")
    connection = journal._database._session.connection
    assert connection is not None
    return connection.info.backend_pid


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


# The connection


def test_a_connection_that_died_is_replaced(journal: PostgresJournal, url: str) -> None:
    for use in (lambda: journal.get("credit:1"), lambda: claimed(journal, "credit:2")):
        pid = backend(journal)
        execute(url, f"SELECT pg_terminate_backend({pid}, 1000)")
        use()
        assert backend(journal) != pid
    assert states(journal) == {"credit:2": "sending"}


def test_a_server_that_hangs_is_not_waited_for_longer_than_asked(journal: PostgresJournal) -> None:
    found = journal.look("credit:1", OPERATION, FIELDS)
    assert isinstance(found, Sendable)
    pid = backend(journal)
    try:
        os.kill(pid, signal.SIGSTOP)
    except (PermissionError, ProcessLookupError):
        pytest.skip("the server is not on this machine")
    try:
        with pytest.raises(JournalUnavailable):
            journal.claim(found, lasting=1, within=0.2)
    finally:
        os.kill(pid, signal.SIGCONT)

    assert journal.claim(found, lasting=1, within=5) is not None


def test_a_fork_never_touches_the_connection_it_inherited(url: str) -> None:
    assert play("inherit", url, 5)["codes"] == [0] * 5


def test_threads_share_one_connection(journal: PostgresJournal) -> None:
    won: list[str] = []

    def work() -> None:
        won.extend(f"key-{n}" for n in range(10) if claimed(journal, f"key-{n}") is not None)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == sorted(f"key-{n}" for n in range(10))


# A commit in doubt


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


# The right journal


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
