"""A journal in memory, on the fake's clock: for tests, because it forgets."""

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace

from .._engine.clock import Clock
from ..environment import Environment
from ..errors import JournalUnavailable
from ..journal import BaseJournal, Event
from ..journal.events import History
from ..journal.header import Note, first_note
from .clock import FakeClock
from .messages import Killed


class MemoryJournal(BaseJournal):
    """An empty journal that fails and dies on command. Safe to share between threads.

        journal = MemoryJournal(clock=fake.clock)
        propexo = Propexo(fake.token, ..., clock=fake.clock, journal=journal)
        journal.die_after_next_claim()
        with pytest.raises(Killed):
            propexo.credits.create(idempotency_key="credit:1", ...)
        journal.restart()

    With the plugin's fixture `journal`, the fixtures `propexo` and `async_propexo` have it.
    It belongs to one environment, like any other, and is refused for production.
    """

    def __init__(
        self, *, environment: str = Environment.SANDBOX, clock: Clock | None = None
    ) -> None:
        self._clock = clock or FakeClock()
        self._lock = threading.RLock()
        self._events: dict[str, History] = {}
        self._written: list[Note] = [first_note(environment, ephemeral=True)]
        self._failures: list[bool] = []
        self._dies = self._dead = False

    def __str__(self) -> str:
        return "the journal in memory"

    def __repr__(self) -> str:
        return f"MemoryJournal({len(self._events)} keys)"

    def fail_next_commit(self, *, durable: bool, times: int = 1) -> None:
        """Let the next commit fail: after it was written if `durable`, else before."""
        with self._lock:
            self._failures += [durable] * times

    def die_after_next_claim(self) -> None:
        """Let the process die when a claim has been written, before anything is sent."""
        self._dies = True

    def restart(self) -> None:
        """Let a new process open the journal that a dead one left."""
        self._dead = False

    def _read(self, key: str, within: float) -> tuple[History, float]:
        del within
        with self._alive():
            return self._events.get(key, ()), self._clock.monotonic()

    def _append(self, event: Event, lasting: float | None, within: float) -> Event | None:
        del within
        with self._alive():
            history = self._events.get(event.key, ())
            if event.seq != len(history) + 1:
                return None
            durable = self._failures.pop(0) if self._failures else None
            if durable is False:
                raise JournalUnavailable("the disk is full")
            now = self._clock.monotonic()
            event = replace(event, at=now, deadline=None if lasting is None else now + lasting)
            self._events[event.key] = (*history, event)
            if durable:
                raise JournalUnavailable("the connection broke at commit", in_doubt=True)
            if self._dies and lasting is not None:
                self._dies, self._dead = False, True
                raise Killed
            return event

    def _owner(self, job_id: str, within: float) -> str | None:
        del within
        with self._alive():
            found = (
                key
                for key, history in self._events.items()
                for event in history
                if job_id in (event.job_id, event.detail.get("other_job"))
            )
            return next(found, None)

    def _histories(self) -> Iterator[tuple[History, float]]:
        with self._alive():
            now = self._clock.monotonic()
            return iter([(history, now) for history in self._events.values()])

    def _notes(self) -> tuple[Note, ...]:
        with self._alive():
            return tuple(self._written)

    def _append_note(self, note: Note) -> None:
        with self._alive():
            self._written.append(note)

    def _home(self) -> str:
        return "memory"

    @contextmanager
    def _alive(self) -> Generator[None]:
        with self._lock:
            if self._dead:
                raise Killed
            yield
