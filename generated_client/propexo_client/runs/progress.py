"""How far a run is, while it goes on: numbers, and two ways to show them."""

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from ..journal import State
from ..journal.shown import plain
from .plan import Plan
from .schedule import Schedule

_EVERY_SECONDS = 10.0
_TICK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `sent` are the rows that this run has posted or found posted.

    `seconds_left` is what is left at the present speed, None where that cannot be said yet.
    """

    rows: int
    sent: int
    booked: int
    waiting: int
    refused: int
    unknown: int
    requests: int
    per_minute: float
    seconds_left: float | None
    note: str = ""

    def __str__(self) -> str:
        counts = {
            "waiting": self.waiting,
            "refused or failed": self.refused,
            "unknown": self.unknown,
        }
        shown = "".join(f", {count:,} {name}" for name, count in counts.items() if count)
        left = "" if self.seconds_left is None else f", {_minutes(self.seconds_left)} left"
        note = f"; {plain(self.note)}" if self.note else ""
        return (
            f"{self.sent:,} of {self.rows:,} sent, {self.booked:,} booked{shown}; "
            f"{self.per_minute:.0f} requests a minute{left}{note}"
        )


class Meter:
    """Takes the measure of a run, and shows it now and then, if there is a `show` to do so."""

    def __init__(
        self, plan: Plan, schedule: Schedule, now: Callable[[], float], show: "Show | None"
    ) -> None:
        self._plan = plan
        self._schedule = schedule
        self._now = now
        self._show = show
        self._started = self._shown = now()
        self._left_at_first = max(1, schedule.left)

    def tick(self) -> None:
        """Show the progress, twice a second at most."""
        if self._now() - self._shown >= _TICK_SECONDS:
            self.show()

    def show(self, note: str = "") -> None:
        """Show the progress."""
        self._shown = self._now()
        if self._show is not None:
            self._show(self.read(note))

    def read(self, note: str = "") -> Progress:
        """Count where every row stands by now."""
        states = [row.state for row in self._plan]
        schedule, seconds = self._schedule, max(1.0, self._now() - self._started)
        done = self._left_at_first - schedule.left
        left = seconds * schedule.left / done if done > 0 else None
        booked = states.count(State.POSTED) + states.count(State.DOUBLE)
        refused = states.count(State.REFUSED) + states.count(State.FAILED)
        waiting = states.count(State.ACCEPTED) + states.count(State.SENDING)
        unknown = states.count(State.UNKNOWN)
        return Progress(
            rows=len(states),
            sent=booked + refused + waiting + unknown,
            booked=booked,
            waiting=waiting,
            refused=refused,
            unknown=unknown,
            requests=schedule.requests,
            per_minute=schedule.requests * 60 / seconds,
            seconds_left=left if schedule.left else 0.0,
            note=note or schedule.stopped or schedule.trouble,
        )


Show = Callable[[Progress], None]


@contextmanager
def shown() -> Generator[Show]:
    """Show progress: a bar on a terminal, if rich is installed, plain lines else."""
    stream = sys.stderr
    if stream.isatty():
        try:
            import rich.console  # type: ignore[import-not-found,unused-ignore]
            import rich.progress as bars  # type: ignore[import-not-found,unused-ignore]
        except ImportError:
            pass
        else:
            bar_column = bars.BarColumn(bar_width=20)
            text_column = bars.TextColumn("{task.description}", markup=False)
            console = rich.console.Console(file=stream)
            with bars.Progress(bar_column, text_column, console=console, transient=True) as bar:
                task = bar.add_task("")
                yield lambda p: bar.update(
                    task, total=p.rows, completed=p.sent - p.waiting, description=str(p)
                )
            return
    yield _Lines(stream)


class _Lines:
    """Writes a line now and then, and whenever there is something to say."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last = 0.0
        self._note: str = ""

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._last >= _EVERY_SECONDS or progress.note != self._note:
            self._last, self._note = now, progress.note
            print(progress, file=self._stream, flush=True)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
