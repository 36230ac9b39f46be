"""A journal in PostgreSQL, for any number of machines. Needs the extra `postgres` (psycopg).

Two tables that are only appended to: one of events, whose primary key (key, seq) decides who was
first, and one of notes on the journal itself. The role that runs needs SELECT and INSERT on both.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import fields, replace
from functools import partial
from typing import Any, LiteralString

try:
    # The extra may be absent where a copy is type-checked.
    import psycopg  # type: ignore[import-not-found,unused-ignore]
    from psycopg import errors as sql  # type: ignore[import-not-found,unused-ignore]
    from psycopg.conninfo import conninfo_to_dict  # type: ignore[import-not-found,unused-ignore]
    from psycopg.types.json import Json  # type: ignore[import-not-found,unused-ignore]
except ImportError as error:
    raise ImportError("PostgresJournal needs psycopg: install propexo-client[postgres]") from error

from ..errors import InvalidArgument, JournalRefused
from .base import COMMIT_SECONDS, BaseJournal
from .database import Connection, Database, line
from .events import Event, History, State
from .header import Header, Note, first_note, signed

_COLUMNS = tuple(field.name for field in fields(Event))
_TABLES: LiteralString = """
CREATE TABLE propexo_journal_events (
    key text, seq integer, attempt integer NOT NULL, state text NOT NULL, operation text NOT NULL,
    fingerprint text NOT NULL, fields json NOT NULL, job_id text, record_id text,
    detail json NOT NULL, who text NOT NULL, nonce text NOT NULL, at timestamptz NOT NULL,
    deadline timestamptz, other_job text, PRIMARY KEY (key, seq));
CREATE INDEX propexo_journal_jobs ON propexo_journal_events (job_id);
CREATE INDEX propexo_journal_other_jobs ON propexo_journal_events (other_job)
    WHERE other_job IS NOT NULL;
CREATE TABLE propexo_journal_notes (number bigserial PRIMARY KEY, note json NOT NULL)
"""
_EVENT: LiteralString = """key, seq, attempt, state, operation, fingerprint, fields, job_id,
    record_id, detail, who, nonce, extract(epoch FROM at)::float8,
    extract(epoch FROM deadline)::float8"""
_NOW: LiteralString = "extract(epoch FROM clock_timestamp())::float8"
_HOME: LiteralString = """SELECT system_identifier || '.' || d.oid || '.' || c.oid
    FROM pg_control_system(), pg_database d, pg_class c
    WHERE d.datname = current_database() AND c.oid = 'propexo_journal_events'::regclass"""
_UNSAFE: LiteralString = """SELECT current_setting('fsync') = 'off', EXISTS (SELECT FROM pg_class
    WHERE relname IN ('propexo_journal_events', 'propexo_journal_notes') AND relpersistence <> 'p'
    AND pg_table_is_visible(oid)), current_setting('server_encoding') <> 'UTF8'"""
_KEYS_AT_ONCE = 500


class PostgresJournal(BaseJournal):
    """The journal in the PostgreSQL database at `url`, which `journal init` has made.

        Propexo(environment="production", journal=PostgresJournal("postgresql://..."))

    `id` is what `journal init` printed: pin it, and an empty or foreign journal is refused. Raises
    `JournalRefused` when it is not there, copied, unlogged, of a newer version, or when the server
    does not sync. A failover to an asynchronous replica forgets claims, and so does a backup that
    is restored: their keys are sent again.
    """

    def __init__(self, url: str, *, id: str | None = None, _adopting: bool = False) -> None:  # noqa: A002
        self._pinned = id
        self._adopting = _adopting
        try:
            place = conninfo_to_dict(url)
        except psycopg.Error as error:
            raise InvalidArgument("journal: is not the URL of a PostgreSQL database") from error
        self._name = f"postgresql://{place.get('host', '')}/{place.get('dbname', '')}"
        self._database = Database(url, self._name, self._examine)
        self._notes()

    def __str__(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"PostgresJournal({self._name!r})"

    @classmethod
    def init(cls, url: str, *, environment: str, ephemeral: bool = False) -> str:
        """Make the two tables, in the schema that comes first, and return the journal's id.

        Neither table must be there yet. The role needs CREATE. The roles that run then need SELECT
        and INSERT on both tables, and USAGE on the sequence of the notes to write a note.
        """
        note = signed(first_note(environment, ephemeral=ephemeral))
        try:
            with psycopg.connect(url, connect_timeout=10) as connection:
                connection.execute(_TABLES)
                home = connection.execute(_HOME).fetchone()
                assert home is not None
                _insert_note(connection, {**note, "home": home[0]})
        except (sql.DuplicateTable, sql.UniqueViolation) as error:
            raise JournalRefused("journal: there is a journal in that database already") from error
        except psycopg.Error as error:
            raise JournalRefused(f"journal: cannot be made: {line(error)}") from error
        return str(note["id"])

    @classmethod
    def adopt(cls, url: str, *, used: Iterable[str], because: str) -> int:
        """Take a restored or copied journal for the journal from now on, having read all of it.

        `used` are the keys that were used since the copy was made: each becomes unknown. Leaving
        one out may post it twice. Returns how many keys were closed.
        """
        with closing(cls(url, _adopting=True)) as journal:
            return journal._adopt(used, because)

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        self._database.close()

    # What a store does

    def _read(self, key: str, within: float) -> tuple[History, float]:
        def read(connection: Connection) -> tuple[History, float]:
            rows = connection.execute(
                f"SELECT {_NOW}, {_EVENT} FROM (SELECT) AS one "
                "LEFT JOIN propexo_journal_events ON key = %s ORDER BY seq",
                (key,),
            ).fetchall()
            return tuple(_event(row[1:]) for row in rows if row[1] is not None), rows[0][0]

        return self._database.run(read, within)

    def _append(self, event: Event, lasting: float | None, within: float) -> Event | None:
        values = {name: getattr(event, name) for name in _COLUMNS}
        values |= {"fields": Json(dict(event.fields)), "detail": Json(dict(event.detail))}
        values |= {"state": str(event.state), "lasting": lasting}
        values |= {"other_job": event.detail.get("other_job")}
        values = {name: _clean(value) for name, value in values.items()}
        row = self._database.commit(
            "INSERT INTO propexo_journal_events VALUES (%(key)s, %(seq)s, %(attempt)s, %(state)s, "
            "%(operation)s, %(fingerprint)s, %(fields)s, %(job_id)s, %(record_id)s, %(detail)s, "
            "%(who)s, %(nonce)s, clock_timestamp(), "
            "clock_timestamp() + make_interval(secs => %(lasting)s), %(other_job)s) "
            "ON CONFLICT DO NOTHING RETURNING extract(epoch FROM at)::float8, "
            "extract(epoch FROM deadline)::float8",
            values,
            within,
        )
        return None if row is None else replace(event, at=row[0], deadline=row[1])

    def _owner(self, job_id: str, within: float) -> str | None:
        def find(connection: Connection) -> str | None:
            row = connection.execute(
                "SELECT key FROM propexo_journal_events WHERE job_id = %s OR other_job = %s "
                "ORDER BY at LIMIT 1",
                (job_id, job_id),
            ).fetchone()
            return None if row is None else str(row[0])

        return self._database.run(find, within)

    def _histories(self) -> Iterator[tuple[History, float]]:
        last = ""
        while rows := self._database.run(partial(_some, last=last), COMMIT_SECONDS):
            histories: dict[str, list[Event]] = {}
            for row in rows:
                histories.setdefault(row[1], []).append(_event(row[1:]))
            yield from ((tuple(events), rows[0][0]) for events in histories.values())
            last = rows[-1][1]

    def _notes(self) -> tuple[Note, ...]:
        return self._database.run(_read_notes, COMMIT_SECONDS)

    def _append_note(self, note: Note) -> None:
        self._database.commit(_INSERT_NOTE, {"note": Json(dict(note))}, COMMIT_SECONDS)

    def _home(self) -> str:
        return self._database.run(_read_home, COMMIT_SECONDS)

    def _examine(self, connection: Connection) -> None:
        """Refuse what is not the journal it should be, or would forget."""
        unsafe = connection.execute(_UNSAFE).fetchone()
        reasons = ("fsync is off", "a table is not logged", "its encoding is not UTF8")
        for wrong, reason in zip(unsafe or (), reasons, strict=True):
            if wrong:
                raise self._refused(f"would forget what was written: {reason}")
        self._check(Header.of(_read_notes(connection)), _read_home(connection))


_INSERT_NOTE: LiteralString = (
    "INSERT INTO propexo_journal_notes (note) VALUES (%(note)s) RETURNING number"
)


def _insert_note(connection: Connection, note: Note) -> None:
    connection.execute(_INSERT_NOTE, {"note": Json(dict(note))})


def _read_notes(connection: Connection) -> tuple[Note, ...]:
    rows = connection.execute("SELECT note FROM propexo_journal_notes ORDER BY number").fetchall()
    return tuple(row[0] for row in rows)


def _read_home(connection: Connection) -> str:
    row = connection.execute(_HOME).fetchone()
    return "" if row is None else str(row[0])


def _some(connection: Connection, *, last: str) -> list[tuple[Any, ...]]:
    """Read the events of some keys, after the last one read."""
    rows: list[tuple[Any, ...]] = connection.execute(
        f"SELECT {_NOW}, {_EVENT} FROM propexo_journal_events WHERE key IN (SELECT DISTINCT key "
        "FROM propexo_journal_events WHERE key > %s ORDER BY key LIMIT %s) ORDER BY key, seq",
        (last, _KEYS_AT_ONCE),
    ).fetchall()
    return rows


def _event(row: tuple[Any, ...]) -> Event:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["state"] = State(values["state"])
    return Event(**values)


def _clean(value: Any) -> Any:
    """Replace what PostgreSQL cannot store in text: NUL, and half a surrogate pair."""
    if not isinstance(value, str):
        return value
    return value.replace("\0", "\ufffd").encode(errors="replace").decode()
