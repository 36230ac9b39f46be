"""What a run does next, and when it stops: decided here, without I/O and without a clock.

The first credit is posted alone and must be booked; then a few are in flight at once. Each job is
asked when it is likely to have ended, which is learned from the jobs of this run. Requests are what
is scarce, so that a job is asked late rather than twice.
"""

import heapq
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Literal, TypeAlias

from .rows import Row
from .throttle import Throttle

FIRST_SECONDS = 120.0
"""How long the first credit may take to be booked, before the run stops."""

UNKNOWN_IN_A_ROW = 3
"""How many posts in a row may have an unknown outcome, before the run stops."""

FOLLOW_SECONDS = 600.0
"""How long a job is followed. One that takes longer is left open for the next start."""

OFFLINE_SECONDS = 1800.0
"""How long the run tries to connect again, before it stops."""

_EXPECTED = 5.0
_TOO_EARLY, _IN_TIME = 1.3, 0.99
"""How the expected length of a job changes with each look: some 4 of 100 come too early."""

_SHORTEST, _LONGEST = 1.0, 300.0
_ELSEWHERE = 5.0
"""Head start of another process with a job that it has posted itself."""

_LONGEST_PAUSE = 60.0


@dataclass(slots=True)
class Post:
    """Post this row."""

    row: Row
    first: bool = False
    tries: int = 0
    until: float | None = None


@dataclass(slots=True)
class Look:
    """Ask how the job of this row is going; it was accepted at `since`."""

    row: Row
    job_id: str
    since: float
    until: float
    first: bool = False


Task: TypeAlias = Post | Look
Outcome: TypeAlias = Literal["booked", "failed", "refused", "unknown"]
"""How a row ended."""


@dataclass(slots=True)
class Schedule:
    """The tasks of a run. `next` gives one, and one of the other methods takes its result.

    `stopped` says why nothing more is posted; `halted` that nothing more is asked, either.
    """

    to_send: deque[Row]
    in_flight: int
    throttle: Throttle = field(default_factory=Throttle)
    stopped: str = ""
    halted: bool = False
    requests: int = 0
    expected: float = _EXPECTED
    posting: int = 0
    looking: int = 0
    unknown_in_a_row: int = 0
    resumes_at: float = 0.0
    offline_since: float | None = None
    _first: Literal["untried", "open", "over"] = "untried"
    _pause: float = 0.0
    _jobs: list[tuple[float, int, Look]] = field(default_factory=list)
    _later: list[tuple[float, int, Post]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    @property
    def left(self) -> int:
        """How many requests are still to be made, if each job is asked once."""
        posts = len(self.to_send) + len(self._later) + self.posting
        return 2 * posts + len(self._jobs) + self.looking

    def stop(self, why: str) -> None:
        """Post nothing more; jobs that were accepted are still followed."""
        self.stopped = self.stopped or why

    def halt(self, why: str) -> None:
        """Send nothing more at all."""
        self.stop(why)
        self.halted = True

    def next(self, now: float) -> Task | float | None:
        """Give the next task, the seconds after which to ask again, or None when all is done."""
        if self.halted:
            return None
        wait = max(self.resumes_at - now, self.throttle.wait(now))
        if wait > 0:
            return wait if self._has_work() else None
        task = self._due_job(now) or self._due_post(now)
        if task is not None:
            self.throttle.count(now)
            return task
        if not self._has_work():
            return None
        return self._until_due(now)

    # The result of a task

    def accepted(self, post: Post, job_id: str, now: float, *, elsewhere: bool = False) -> None:
        """Follow a job that was accepted just now, or earlier by another process."""
        self.posting -= 1
        if elsewhere:
            self._give_way(post)
            self.follow([(post.row, job_id)], now + self.expected + _ELSEWHERE)
            return
        self._online()
        self.unknown_in_a_row = 0
        until = now + (FIRST_SECONDS if post.first else FOLLOW_SECONDS)
        pause = _SHORTEST if post.first else self.expected
        self._push(now + pause, Look(post.row, job_id, now, until, post.first))

    def follow(self, jobs: Iterable[tuple[Row, str]], now: float) -> None:
        """Follow jobs that were accepted before."""
        for row, job_id in jobs:
            self._push(now, Look(row, job_id, now, now + FOLLOW_SECONDS))

    def ended(
        self, task: Task, outcome: Outcome, why: str, now: float, *, asked: bool = True
    ) -> None:
        """Note how a row ended; if the server was not `asked`, another call has settled it."""
        if isinstance(task, Look):
            self.looking -= 1
        else:
            self.posting -= 1
        if asked:
            self._online()
            self._learn(task, outcome, now)
        elif isinstance(task, Post):
            self._give_way(task)
            return
        if task.first:
            self._first = "over"
            if outcome != "booked":
                self.stop(f"the first credit was not booked: {why}")
        elif self.unknown_in_a_row >= UNKNOWN_IN_A_ROW:
            self.stop(f"{UNKNOWN_IN_A_ROW} outcomes in a row are unknown: {why}")

    def pending(self, look: Look, now: float) -> None:
        """Note that a job has not ended; ask later."""
        self.looking -= 1
        self._online()
        age = now - look.since
        if look.first:
            if now >= look.until:
                self._first = "over"
                self.stop(f"the first credit was not booked within {FIRST_SECONDS:.0f} s")
                look.first, look.until = False, look.since + FOLLOW_SECONDS
        else:
            self.expected = min(_LONGEST, max(self.expected * _TOO_EARLY, _SHORTEST))
        if now < look.until:
            self._push(min(now + max(age / 2, _SHORTEST), look.until), look)

    def others(self, rows: Iterable[Row], now: float) -> None:
        """Ask later about keys that another call may be sending, or that a dead one has left."""
        for row in rows:
            heapq.heappush(self._later, (now, next(self._order), Post(row)))

    def in_progress(self, post: Post, seconds: float, now: float) -> None:
        """Note that another call is sending this key; ask later, though not for ever.

        A clock that was set back can keep a dead call's deadline far away.
        """
        self.posting -= 1
        self._give_way(post)
        post.tries += 1
        post.until = now + FOLLOW_SECONDS if post.until is None else post.until
        if now >= post.until:
            return
        pause = min(seconds + _SHORTEST, 2.0**post.tries, _LONGEST_PAUSE)
        heapq.heappush(self._later, (now + pause, next(self._order), post))

    def not_sent(self, task: Task, now: float, seconds: float | None = None) -> None:
        """Note that a request was held back for so many seconds, or could not be sent at all."""
        self._put_back(task, now)
        if seconds is not None:
            self.resumes_at = max(self.resumes_at, now + seconds)
            return
        self.offline_since = now if self.offline_since is None else self.offline_since
        if now - self.offline_since >= OFFLINE_SECONDS:
            self.halt(f"no connection could be made for {OFFLINE_SECONDS / 60:.0f} minutes")
        if now >= self.resumes_at:  # else this is one of several that met the same trouble
            self._pause = min(max(1.0, self._pause * 2), _LONGEST_PAUSE)
            self.resumes_at = now + self._pause

    def gave_up(self, task: Task, why: str, now: float) -> None:
        """Note that a task cannot be done: nothing was sent, and nothing more is to be."""
        self._put_back(task, now)
        self.halt(why)

    @property
    def trouble(self) -> str:
        """What keeps the run from going on just now; empty if nothing does."""
        return "" if self.offline_since is None else "no connection can be made; trying again"

    # How it is decided

    def _due_job(self, now: float) -> Look | None:
        if not self._jobs or self._jobs[0][0] > now:
            return None
        self.looking += 1
        return heapq.heappop(self._jobs)[2]

    def _due_post(self, now: float) -> Post | None:
        most = 1 if self.unknown_in_a_row else self.in_flight
        if self.stopped or self._first == "open" or self.posting >= most:
            return None
        is_late = self._later and self._later[0][0] <= now
        if is_late and (self._first == "over" or not self.to_send):
            post = heapq.heappop(self._later)[2]
        elif self.to_send:
            post = Post(self.to_send.popleft())
        else:
            return None
        if self._first == "untried":
            self._first, post.first = "open", True
        self.posting += 1
        return post

    def _has_work(self) -> bool:
        if self.posting or self.looking or self._jobs:
            return True
        return not self.stopped and bool(self.to_send or self._later)

    def _until_due(self, now: float) -> float:
        moments = [each[0][0] for each in (self._jobs, self._later) if each]
        return max(0.01, min([*moments, now + _SHORTEST]) - now)

    def _learn(self, task: Task, outcome: Outcome, now: float) -> None:
        if isinstance(task, Post):
            self.unknown_in_a_row = self.unknown_in_a_row + 1 if outcome == "unknown" else 0
        elif task.first:
            self.expected = max(now - task.since, _SHORTEST)
        else:
            self.expected = max(self.expected * _IN_TIME, _SHORTEST)

    def _give_way(self, post: Post) -> None:
        """Note that a row is not ours to post: if it was the first, another one is."""
        if post.first:
            post.first, self._first = False, "untried"

    def _put_back(self, task: Task, now: float) -> None:
        if isinstance(task, Look):
            self.looking -= 1
            self._push(now, task)
        else:
            self.posting -= 1
            self._give_way(task)
            self.to_send.appendleft(task.row)

    def _push(self, due: float, look: Look) -> None:
        heapq.heappush(self._jobs, (due, next(self._order), look))

    def _online(self) -> None:
        self.requests += 1
        self.offline_since, self._pause = None, 0.0
