"""One connection of a process, and what becomes of it."""

import os
import signal
import threading

import pytest

from contract_tests.journal.postgres.conftest import execute
from contract_tests.journal.processes import claimed
from contract_tests.journal.scenes import play
from contract_tests.journal.situations import FIELDS, OPERATION
from contract_tests.journal.support import states
from propexo_client.errors import (
    JournalUnavailable,
)
from propexo_client.journal import Sendable
from propexo_client.journal.postgres import PostgresJournal


def backend(journal: PostgresJournal) -> int:
    journal.get("nothing")
    connection = journal._database._session.connection
    assert connection is not None
    return connection.info.backend_pid


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
