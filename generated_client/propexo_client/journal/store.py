"""Where a journal keeps its events, and what it says of itself."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from ..environment import Environment, base_url
from ..errors import JournalRefused
from .events import Event, History
from .header import VERSION, Header, Note, reason_given, signed


class Store(ABC):
    """Events and notes that are appended and never changed, whichever disk or database has them."""

    _pinned: str | None = None
    _adopting = False

    def close(self) -> None:  # noqa: B027 (a file is open during an operation only)
        """Close what is held open between two calls; the next one opens it again."""

    @property
    def header(self) -> Header:
        """What this journal is, as it says of itself."""
        return Header.of(self._notes())

    @property
    def id(self) -> str:
        """Its id, to be pinned in the caller's configuration."""
        return self.header.id

    def check_environment(self, environment: str) -> None:
        """Raise `JournalRefused` unless it is the journal of this environment, a base URL."""
        header = self.header
        if header.ephemeral and environment == Environment.PRODUCTION:
            raise JournalRefused(f"journal: {self} is ephemeral, so it is not for production")
        if environment not in header.environments:
            known = " and ".join(header.environments)
            raise JournalRefused(
                f"journal: {self} belongs to {known}, not to {environment}. If these are the same "
                f"books, say so once: journal adopt --also {environment} --because ..."
            )

    def also(self, environment: str, *, because: str) -> None:
        """Say, for good, that this address leads to the same books."""
        because = reason_given(because)
        self._append_note(signed({"environment": base_url(environment), "because": because}))

    def remember(self, **settings: Any) -> None:
        """Keep settings that all who use this journal must share."""
        self._append_note(signed({"settings": settings}))

    def _refused(self, why: str) -> JournalRefused:
        return JournalRefused(f"journal: {self} {why}")

    def _check(self, header: Header, home: str) -> None:
        """Refuse what is not the journal it should be."""
        if not header.id:
            raise self._refused("is no journal: it does not begin with a header")
        if header.version != VERSION:
            raise self._refused(
                f"is of version {header.version}, this package writes {VERSION}: "
                + ("use a newer package" if header.version > VERSION else "journal upgrade")
            )
        if self._pinned not in (None, header.id):
            raise self._refused(f"is {header.id}, not the {self._pinned} that was asked for")
        if header.home != home and not self._adopting:
            raise self._refused(
                "is a copy, or was restored. Say which keys it lacks: journal adopt"
            )

    # What each kind of store does in its own way

    @abstractmethod
    def _read(self, key: str, within: float) -> tuple[History, float]:
        """Read the history of a key, and the time."""

    @abstractmethod
    def _append(self, event: Event, lasting: float | None, within: float) -> Event | None:
        """Append an event durably, stamped with the time. None: its `seq` is taken."""

    @abstractmethod
    def _owner(self, job_id: str, within: float) -> str | None:
        """Find the key that owns a job."""

    @abstractmethod
    def _histories(self) -> Iterator[tuple[History, float]]:
        """Read the history of every key, and the time."""

    @abstractmethod
    def _notes(self) -> tuple[Note, ...]:
        """Read the notes on the journal itself, oldest first."""

    @abstractmethod
    def _append_note(self, note: Note) -> None:
        """Append a note durably."""

    @abstractmethod
    def _home(self) -> str:
        """Name the place where it is; no copy has the same name."""
