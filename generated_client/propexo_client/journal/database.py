"""The connection of a journal to PostgreSQL: one for each process, dropped at any doubt."""

import math
import os
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any, LiteralString, TypeAlias, TypeVar

try:
    # The extra may be absent where a copy is type-checked.
    import psycopg  # type: ignore[import-not-found,unused-ignore]
    from psycopg import errors as sql  # type: ignore[import-not-found,unused-ignore]
except ImportError as error:
    raise ImportError("PostgresJournal needs psycopg: install propexo-client[postgres]") from error

from ..errors import JournalRefused, JournalUnavailable

T = TypeVar("T")
Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]

_BEGIN: LiteralString = """BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config(
    'synchronous_commit', CASE current_setting('synchronous_commit')
        WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true)"""


class _Session:
    """The connection of this process, and what its server has said."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pid = os.getpid()
        self.connection: Connection | None = None
        self.said: list[str] = []


_inherited: list[_Session] = []
"""Connections of a parent process, kept so that nothing in a fork ever closes or uses them."""


class Database:
    """The database at `url`. `examine` sees each new connection before anything else does.

    `within` and `until` limit an operation: seconds, and a moment of the monotonic clock.
    """

    def __init__(self, url: str, name: str, examine: Callable[[Connection], None]) -> None:
        self._url = url
        self._name = name
        self._examine = examine
        self._session = _Session()

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        if self._session.pid == os.getpid():
            with self._session.lock:
                _drop(self._session)

    def run(self, work: Callable[[Connection], T], within: float) -> T:
        """Read something."""
        with self._locked(within) as (session, until):
            return self._harmless(session, work, until)

    def commit(
        self, statement: LiteralString, values: dict[str, Any], within: float
    ) -> tuple[Any, ...] | None:
        """Append one row durably. None: another came first.

        Any notice at COMMIT puts it in doubt, though it may have succeeded: a cancelled wait for a
        synchronous replica is one.
        """
        with self._locked(within) as (session, until):
            self._harmless(session, lambda connection: connection.execute(_BEGIN), until)

            def insert(connection: Connection) -> tuple[Any, ...] | None:
                row: tuple[Any, ...] | None = connection.execute(statement, values).fetchone()
                session.said.clear()
                done = connection.execute("COMMIT").statusmessage
                if done != "COMMIT" or session.said:
                    raise psycopg.OperationalError("; ".join(session.said) or f"{done}, not COMMIT")
                return row

            try:
                return self._limited(session, insert, until)
            except JournalUnavailable as error:
                error.in_doubt = True
                raise

    @contextmanager
    def _locked(self, within: float) -> Generator[tuple[_Session, float]]:
        """Take the connection for one operation; a fork starts without one."""
        until = time.monotonic() + within
        if self._session.pid != os.getpid():
            _inherited.append(self._session)
            self._session = _Session()
        session = self._session
        if not session.lock.acquire(timeout=max(0.0, within)):
            raise JournalUnavailable(f"{self._name} is busy in another thread")
        try:
            yield session, until
        finally:
            session.lock.release()

    def _harmless(self, session: _Session, work: Callable[[Connection], T], until: float) -> T:
        """Do what may be done twice. A connection that died since its last use is replaced once."""
        reused = session.connection is not None
        try:
            return self._limited(session, work, until)
        except JournalUnavailable:
            if not reused or time.monotonic() >= until:
                raise
        return self._limited(session, work, until)

    def _limited(self, session: _Session, work: Callable[[Connection], T], until: float) -> T:
        """Do something on the connection until then, or drop it."""
        try:
            connection = session.connection or self._connect(session, until)
            with _hanging_up(connection, until):
                return work(connection)
        except psycopg.Error as error:
            _drop(session)
            if isinstance(error, sql.UndefinedTable):
                raise JournalRefused(
                    f"journal: {self._name} is not there. Make it once: journal init"
                ) from error
            if isinstance(error, sql.InsufficientPrivilege):
                raise JournalRefused(
                    f"journal: {self._name} cannot be used by this role: {line(error)}"
                ) from error
            raise JournalUnavailable(f"{self._name}: {line(error)}") from error
        except BaseException:
            _drop(session)
            raise

    def _connect(self, session: _Session, until: float) -> Connection:
        left = until - time.monotonic()
        connection = psycopg.connect(
            self._url,
            autocommit=True,
            prepare_threshold=None,
            connect_timeout=max(1, math.ceil(left)),
            target_session_attrs="read-write",
            keepalives_idle=30,
        )
        session.connection = connection
        connection.add_notice_handler(lambda said: session.said.append(said.message_primary or ""))
        self._examine(connection)
        return connection


@contextmanager
def _hanging_up(connection: Connection, until: float) -> Generator[None]:
    """End a connection whose server has left it hanging: whoever waits for it gets an error."""
    lock, over = threading.Lock(), threading.Event()

    def ring() -> None:
        with lock, suppress(OSError):
            if not over.is_set():
                with socket.socket(fileno=os.dup(connection.fileno())) as mine:
                    mine.shutdown(socket.SHUT_RDWR)

    alarm = threading.Timer(max(0.001, until - time.monotonic()), ring)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()
        with lock:
            over.set()


def _drop(session: _Session) -> None:
    connection, session.connection = session.connection, None
    if connection is not None:
        with suppress(Exception):
            connection.close()


def line(error: psycopg.Error) -> str:
    """Say in one line what went wrong."""
    text = error.diag.message_primary or str(error)
    return text.strip().splitlines()[0] if text.strip() else type(error).__name__
