"""A journal and a clock that the search owns: every step of them is a step of the search."""

from collections.abc import Iterator
from dataclasses import replace

from propexo_client.errors import JournalUnavailable
from propexo_client.journal import BaseJournal, Event
from propexo_client.journal.events import History
from propexo_client.journal.header import Note
from propexo_client.journal.history import jobs

KEY = "credit:1"


class Simulated(BaseJournal):
    """One key. `trouble` is how the next append fails: "before", "after" or "closed"."""

    def __init__(self) -> None:
        self.events: History = ()
        self.now = 0.0
        self.writer = ""
        self.trouble = ""
        self.nonces = 0

    def nonce(self) -> str:
        """Name an append by who tries it and when, so that equal paths make equal events."""
        self.nonces += 1
        return f"{self.writer}.{len(self.events)}.{self.nonces}"

    def _read(self, key: str, within: float) -> tuple[History, float]:
        del within
        return (self.events if key == KEY else ()), self.now

    def _append(self, event: Event, lasting: float | None, within: float) -> Event | None:
        del within
        if not self.takes(event):
            return None
        trouble, self.trouble = self.trouble, ""
        if trouble == "before":
            raise JournalUnavailable("the disk is full")
        deadline = None if lasting is None else self.now + lasting
        event = replace(event, at=self.now, deadline=deadline)
        self.events = (*self.events, event)
        if trouble:
            raise JournalUnavailable("it broke at commit", in_doubt=trouble == "after")
        return event

    def takes(self, event: Event) -> bool:
        """Whether an append is the next one."""
        return event.key == KEY and event.seq == len(self.events) + 1

    def _owner(self, job_id: str, within: float) -> str | None:
        del within
        return KEY if job_id in jobs(self.events) else None

    def _histories(self) -> Iterator[tuple[History, float]]:
        yield self.events, self.now

    def _notes(self) -> tuple[Note, ...]:
        return ()

    def _append_note(self, note: Note) -> None:
        """Keep none."""

    def _home(self) -> str:
        return ""
