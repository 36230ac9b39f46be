"""The life of a write, once for all kinds: post, follow the job, retry the job.

Everything here is a flow: it says what to send and when, and does neither.
"""

import logging
import math
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from ..errors import (
    InvalidArgument,
    RateLimited,
    RequestError,
    StillPending,
    WriteFailed,
    WritePartiallyFailed,
)
from ..messages import Request
from ..results import AcceptedWrite, PostedWrite
from . import outcomes
from .exchange import Flows, Marking
from .flow import Flow, Note, Sleep
from .outcomes import Undecided
from .values import duration, identifier, seconds

if TYPE_CHECKING:
    from .replays import Replay

FOLLOW_SECONDS = 120.0
"""How long `wait` follows a job by default."""

POLL_SECONDS = 1.0
"""Pause after the first look at a job; each further pause is half as long again."""

UNKNOWN_SECONDS = 10.0
"""How long a job may be unknown to the server before `wait` takes its id for a wrong one."""

LOOK_SECONDS = 30.0
"""The longest that one look at a job may take, within the timeout of the client."""

_LONGEST_PAUSE = 15.0
_LAST_LOOK = 3.0

S = TypeVar("S")
W = TypeVar("W", AcceptedWrite, PostedWrite)

logger = logging.getLogger(__name__)


class WriteFlows(Flows, ABC):
    """What every kind of write can do once its request is made."""

    @abstractmethod
    def _status_request(self, job_id: str, *, timeout: float) -> Request:
        """Make the request that looks at a job."""

    @abstractmethod
    def _retry_request(self, job_id: str, *, timeout: float) -> Request:
        """Make the request that runs a job again."""

    def wait(
        self, job_id: str, *, timeout: float = FOLLOW_SECONDS, poll_interval: float = POLL_SECONDS
    ) -> Flow[PostedWrite]:
        """Follow a write to its end. The job id alone is enough, now or in another process.

        `timeout` is the most seconds this may take (0: look once, within the client's own timeout);
        `poll_interval` the first pause in seconds, which then grows. Raises `WriteFailed`,
        `WritePartiallyFailed`, or `StillPending` when the job has not verifiably ended by then;
        never anything that invites a second post.
        Source: Propexo's reference, "Check the status of a write operation".
        """
        return self._follow(identifier("job_id", job_id), timeout, poll_interval)

    def retry_write(self, job_id: str, *, timeout: float | None = None) -> Flow[AcceptedWrite]:
        """Have Propexo run a failed job again; follow the new job id that comes back.

        Only for jobs that ended in FAILURE. This moves money like a post does, and ends in the
        same outcomes. `timeout` is the most seconds it may take. Source: Propexo's reference,
        "Retry a write".
        """
        job_id = identifier("job_id", job_id)
        session = self._session
        request = self._retry_request(job_id, timeout=duration(timeout, session.timeout))
        came: AcceptedWrite | Replay
        if session.keys is None:
            came = yield from session.exchange(request, outcomes.of_write, _note(request))
        else:
            came = yield from session.keys.retry(request, job_id)
        return (yield from self._accepted(came))

    def post(
        self, request: Request, key: str | None = None, mark: Marking | None = None
    ) -> Flow[AcceptedWrite]:
        """Post `request`, made by one of the flows that prepare it; at most once for its key.

        `mark` makes of it what an attempt with the key is to send.
        """
        return (yield from self._accepted((yield from self._sent(request, key, mark))))

    def post_and_wait(
        self, request: Request, key: str | None = None, *, wait_timeout: float, poll_interval: float
    ) -> Flow[PostedWrite]:
        """Post `request`, and follow its job to the end."""
        seconds("wait_timeout", wait_timeout, zero=True)
        seconds("poll_interval", poll_interval)
        came = yield from self._sent(request, key)
        replayed = None if isinstance(came, AcceptedWrite) else came.posted()
        if replayed is not None:
            return replayed
        accepted = yield from self._accepted(came)
        posted = yield from self._follow(accepted.job_id, wait_timeout, poll_interval, accepted)
        violations = accepted.contract_violations + posted.contract_violations
        return replace(posted, request=request, contract_violations=violations)

    def _sent(
        self, request: Request, key: str | None, mark: Marking | None = None
    ) -> Flow["AcceptedWrite | Replay"]:
        """Send `request`, or find what became of its key."""
        session = self._session
        if session.keys is not None:
            return (yield from session.keys.post(request, key, mark))
        if key is not None:
            raise InvalidArgument(
                "idempotency_key: needs a journal; pass journal=Journal(path) to the client"
            )
        return (yield from session.exchange(request, outcomes.of_write, _note(request)))

    def _accepted(self, came: "AcceptedWrite | Replay") -> Flow[AcceptedWrite]:
        if not isinstance(came, AcceptedWrite):
            return came.accepted()
        yield Note(_at_stake(came.job_id), came.request)
        logger.info("%s: accepted as job %s", came.request.operation, came.job_id)
        return _checked(came.request.operation, came)

    def _follow(
        self,
        job_id: str,
        timeout: float,
        poll_interval: float,
        accepted: AcceptedWrite | None = None,
    ) -> Flow[PostedWrite]:
        look = self._status_request(job_id, timeout=self._session.timeout)
        seconds("timeout", timeout, zero=True)
        deadline = self._session.deadline(timeout or self._session.timeout)
        pause = seconds("poll_interval", poll_interval)
        last_look = timeout == 0
        since: float | None = None
        request = look if accepted is None else accepted.request
        if accepted is None:
            yield Note(_at_stake(job_id))
        while True:
            state = yield from self._look(job_id, look, deadline)
            state, since = _unless_unknown(state, since, self._session.clock.monotonic())
            if not isinstance(state, Undecided) and self._session.keys is not None:
                yield from self._session.keys.ended(state, accepted)
            if isinstance(state, PostedWrite):
                return _checked(look.operation, state)
            if isinstance(state, RequestError):
                state.request = request
                raise state
            left = self._session.left(deadline)
            if state.final or last_look or left <= 0:
                raise _still_pending(job_id, state, request)
            longest = left - min(_LAST_LOOK, left / 2)
            last_look = pause >= longest
            yield Sleep(min(pause, longest))
            pause = min(pause * 1.5, max(_LONGEST_PAUSE, poll_interval))

    def _look(
        self, job_id: str, look: Request, deadline: float
    ) -> Flow[PostedWrite | WriteFailed | WritePartiallyFailed | Undecided]:
        try:
            event = yield from self._session.send(look, deadline, min(LOOK_SECONDS, look.timeout))
        except RateLimited as held_back:
            return Undecided(f"its status cannot be read: {held_back.reason}")
        return outcomes.of_status(job_id, look, event)


def _unless_unknown(
    state: S, since: float | None, now: float
) -> tuple[S | Undecided, float | None]:
    """Make a status final once the server has not known the job for long, `since` a moment.

    A fresh job may be unknown for a moment; one whose id was mistyped stays so. A job that the
    server has known once is no longer doubted: `since` is then infinity.
    """
    if not isinstance(state, Undecided) or state.write_status is not None:
        return state, math.inf
    if state.response is None or state.response.status != 404:
        return state, since
    since = now if since is None else since
    if now - since < UNKNOWN_SECONDS:
        return state, since
    reason = f"the server has not known this job for {now - since:.0f} s"
    advice = "check the job id and the environment"
    return Undecided(f"{reason}; {advice}", state.response, final=True), since


def _note(request: Request) -> Note:
    doubt = "its outcome is unknown, do NOT post it again before reconciling"
    return Note(f"{request.operation} was interrupted: {doubt}", request)


def _at_stake(job_id: str) -> str:
    return f"job {job_id} was accepted and may be booked; call wait({job_id!r})"


def _still_pending(job_id: str, state: Undecided, request: Request) -> StillPending:
    return StillPending(
        state.reason,
        job_id=job_id,
        request=request,
        response=state.response,
        write_status=state.write_status,
    )


def _checked(operation: str, result: W) -> W:
    """Check the response against the contract, once its job id is safe in the log."""
    violations = outcomes.violations(operation, result.response, result.raw)
    if violations:
        logger.warning(
            "%s: the response about job %s departs from the contract: %s",
            operation,
            result.job_id,
            "; ".join(violations),
        )
    return replace(result, contract_violations=violations)
