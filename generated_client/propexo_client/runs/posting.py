"""The workers of a run: each takes a task of the schedule, does it, and reports its result."""

# pyright: reportPrivateUsage=false
# A run drives the flows of a client itself, as the client's own methods do.

import logging
import threading
from collections.abc import Callable
from functools import partial

from .._engine.exchange import Marking
from .._engine.keys import JournalKeys
from ..client import Propexo
from ..errors import (
    AlreadyPosted,
    Forbidden,
    JournalRefused,
    JournalUnavailable,
    KeyInProgress,
    KeyReused,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    StillPending,
    Unauthorized,
    WriteFailed,
    WritePartiallyFailed,
)
from ..journal import State
from ..messages import Request
from ..results import AcceptedWrite
from .marks import Where, code, marked_request
from .plan import note
from .rows import Row
from .schedule import Look, Outcome, Post, Schedule, Task

_NAP_SECONDS = 0.5
_ENDS: dict[State, Outcome] = {
    State.POSTED: "booked",
    State.DOUBLE: "booked",
    State.FAILED: "failed",
    State.UNKNOWN: "unknown",
    State.REFUSED: "refused",
}
_FORBIDDEN = (401, 403)

logger = logging.getLogger(__name__)


class Posting:
    """Posts and follows what a schedule says, with `propexo`. `mark` says where a mark goes."""

    def __init__(
        self, propexo: Propexo, keys: JournalKeys, schedule: Schedule, mark: Where | None
    ) -> None:
        self.schedule = schedule
        self._credits = propexo.credits
        self._session = propexo._session
        self._journal = keys.journal
        self._journal_id = keys.journal.id
        self._mark: Where | None = mark
        self._turn = threading.Condition()
        self._busy = 0
        self._unrecorded: dict[str, AcceptedWrite] = {}
        self._error: BaseException | None = None

    def run(self, tick: Callable[[], None]) -> None:
        """Do all tasks, in threads of their own; `tick` is called twice a second meanwhile.

        With one post in flight, all is done in this thread.
        """
        if self.schedule.in_flight == 1:
            self._work(tick)
        else:
            self._run_threads(tick)
        if self._error is not None:
            raise self._error

    def next(self, now: float) -> Task | float | None:
        """Give the next task of the schedule, or how long to wait; the rate limit counts."""
        rest = self._session.pacer.rest
        self.schedule.resumes_at = max(self.schedule.resumes_at, now + rest if rest else 0.0)
        return self.schedule.next(now)

    def do(self, task: Task) -> Callable[..., None]:
        """Do a task. Returns a call, to be made with the time, that reports it to the schedule."""
        try:
            return self._post(task) if isinstance(task, Post) else self._look(task)
        except (JournalUnavailable, JournalRefused, KeyReused) as error:
            return partial(self.schedule.gave_up, task, str(error))

    def _run_threads(self, tick: Callable[[], None]) -> None:
        threads = [
            threading.Thread(target=self._work, daemon=True) for _ in range(self.schedule.in_flight)
        ]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():
                    thread.join(_NAP_SECONDS)
                    tick()
        except BaseException:
            self.schedule.halt("interrupted")
            raise

    def _work(self, tick: Callable[[], None] | None = None) -> None:
        clock = self._session.clock
        try:
            while (task := self._next_or_wait()) is not None:
                if isinstance(task, Post | Look):
                    self._finish(self.do(task))
                else:
                    clock.sleep(min(task, _NAP_SECONDS))
                    self._finish(None)
                if tick is not None:
                    tick()
        except BaseException as error:
            self._error = self._error or error
            self.schedule.halt(f"{type(error).__name__}: {error}")
            self._finish(None)

    def _next_or_wait(self) -> Task | float | None:
        """Give the next task. Only one thread sleeps, and only where no other is at work.

        The others wait until it is done: so a clock for tests runs no faster than they work.
        """
        with self._turn:
            while True:
                found = self.next(self._session.clock.monotonic())
                if found is None or isinstance(found, Post | Look):
                    self._busy += found is not None
                    return found
                if not self._busy:
                    self._busy += 1
                    return found
                self._turn.wait(min(found, _NAP_SECONDS))

    def _finish(self, report: Callable[..., None] | None) -> None:
        with self._turn:
            self._busy -= 1
            if report is not None:
                report(now=self._session.clock.monotonic())
            self._turn.notify_all()

    # Posts

    def _post(self, post: Post) -> Callable[..., None]:
        row, schedule = post.row, self.schedule
        flow = self._credits._flows.post(
            row.request(self._session.timeout), row.key, self._marking(row)
        )
        try:
            accepted = self._credits._run(flow)
        except KeyInProgress as busy:
            row.state = State.SENDING
            return partial(schedule.in_progress, post, busy.retry_after)
        except RateLimited as held_back:
            return partial(schedule.not_sent, post, seconds=held_back.retry_after or 1.0)
        except NotSent:
            return partial(schedule.not_sent, post)
        except AlreadyPosted:
            row.state = State.POSTED
            return partial(schedule.ended, post, "booked", "", asked=False)
        except (Rejected, OutcomeUnknown, WriteFailed, WritePartiallyFailed) as error:
            return self._not_accepted(post, error)
        row.state, row.job_id = State.ACCEPTED, accepted.job_id
        if not accepted.recorded:
            self._unrecorded[row.key] = accepted
        return partial(schedule.accepted, post, accepted.job_id, elsewhere=accepted.replayed)

    def _not_accepted(
        self,
        post: Post,
        error: Rejected | OutcomeUnknown | WriteFailed | WritePartiallyFailed,
    ) -> Callable[..., None]:
        row = post.row
        row.state = (
            State.REFUSED
            if isinstance(error, Rejected)
            else State.FAILED
            if isinstance(error, WriteFailed)
            else State.UNKNOWN
        )
        if isinstance(error, Unauthorized | Forbidden | NotFound):
            self.schedule.stop(error.reason)
        return partial(
            self.schedule.ended, post, _ENDS[row.state], error.reason, asked=not error.replayed
        )

    def _marking(self, row: Row) -> Marking | None:
        if self._mark is None:
            return None
        return partial(self._marked, row.key, self._mark)

    def _marked(self, key: str, where: Where, request: Request, attempt: int) -> Request:
        return marked_request(request, code(self._journal_id, key, attempt), where)

    # Looks

    def _look(self, look: Look) -> Callable[..., None]:
        """Ask for a job, unless another process or a webhook has settled its key meanwhile."""
        row, schedule = look.row, self.schedule
        entry = self._journal.get(row.key)
        if entry is not None and entry.state is not row.state and entry.state in _ENDS:
            note(row, entry)
            return partial(schedule.ended, look, _ENDS[entry.state], entry.reason, asked=False)
        flow = self._credits._flows._follow(look.job_id, 0.0, 1.0, self._unrecorded.get(row.key))
        try:
            self._credits._run(flow)
        except StillPending as pending:
            return self._pending(look, pending)
        except (WriteFailed, WritePartiallyFailed) as error:
            row.state = State.FAILED if isinstance(error, WriteFailed) else State.UNKNOWN
            return partial(schedule.ended, look, _ENDS[row.state], error.reason)
        row.state, row.job_id = State.POSTED, None
        return partial(schedule.ended, look, "booked", "")

    def _pending(self, look: Look, pending: StillPending) -> Callable[..., None]:
        if pending.response is None:
            rest = self._session.pacer.rest
            return partial(self.schedule.not_sent, look, seconds=rest or None)
        if pending.status in _FORBIDDEN:
            self.schedule.halt(f"status {pending.status} to a question about a job")
        return partial(self.schedule.pending, look)
