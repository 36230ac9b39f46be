"""Per-client state (timeout, clock, rate limit), and the loop that sends and retries."""

import logging
import math
import os
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, TypeVar

from ..errors import (
    NotSent,
    RateLimited,
    ReadFailed,
    RequestError,
    WriteFailed,
    WritePartiallyFailed,
)
from ..messages import Request, Response
from ..results import AcceptedWrite, PostedWrite
from .clock import Clock
from .flow import NOTHING_AT_STAKE, Connect, Event, Flow, NotDelivered, Note, Send, Sleep
from .rate_limit import Pacer, Place

if TYPE_CHECKING:
    from .replays import Replay

T = TypeVar("T")
OnRateLimit: TypeAlias = Literal["wait", "raise"]
Marking: TypeAlias = Callable[[Request, int], Request]
"""Makes of a request what one attempt with its key is to send."""

RETRIES = 2
"""How often a request that was not executed, or a read, is sent again."""

CONNECT_SECONDS = 15.0
"""The longest that one try to connect may take."""

_FIRST_BACKOFF = 0.5
_LONGEST_NAP = 5.0

logger = logging.getLogger(__name__)


class Keys(Protocol):
    """What a session does with idempotency keys: `keys` has it, for clients with a journal."""

    def post(
        self, request: Request, key: str | None, mark: Marking | None = None
    ) -> "Flow[AcceptedWrite | Replay]":
        """Send a write, marked as that attempt's own, or give what became of its key."""
        ...

    def retry(self, request: Request, job_id: str) -> "Flow[AcceptedWrite | Replay]":
        """Have a job run again under the key that owns it, or give what became of that."""
        ...

    def ended(
        self,
        state: PostedWrite | WriteFailed | WritePartiallyFailed,
        accepted: AcceptedWrite | None,
    ) -> Flow[None]:
        """Record how a job ended, on the key that owns it."""
        ...


class Session:
    """Timeout in seconds, clock, pacing, retry policy and idempotency keys of one client."""

    def __init__(
        self,
        *,
        timeout: float,
        on_rate_limit: OnRateLimit = "wait",
        clock: Clock | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.timeout = timeout
        self.on_rate_limit = on_rate_limit
        self.clock = clock or Clock()
        self.keys: Keys | None = None
        self._pacer = Pacer(self.clock.monotonic)
        self._process = os.getpid()
        self._jitter = jitter

    @property
    def pacer(self) -> Pacer:
        """What this process knows of the rate limit. A forked child starts with nothing."""
        if self._process != os.getpid():
            self._pacer, self._process = Pacer(self.clock.monotonic), os.getpid()
        return self._pacer

    def deadline(self, seconds: float) -> float:
        """Return the moment of the monotonic clock that is so far away."""
        return self.clock.monotonic() + seconds

    def left(self, deadline: float) -> float:
        """Return the seconds until `deadline`."""
        return deadline - self.clock.monotonic()

    def exchange(
        self,
        request: Request,
        judge: Callable[[Request, Event], T | RequestError],
        note: Note | None = None,
    ) -> Flow[T]:
        """Send `request` until `judge` makes something of the response, or raise what it made.

        All tries together take no longer than the request's timeout. `note` is what to leave on
        whatever interrupts a try, as soon as it may have arrived.
        """
        deadline = self.deadline(request.timeout)
        attempt = 0
        while True:
            outcome = judge(request, (yield from self.send(request, deadline, note=note)))
            if not isinstance(outcome, RequestError):
                return outcome
            yield from self.again(outcome, attempt, deadline)
            attempt += 1

    def again(self, outcome: RequestError, attempt: int, deadline: float) -> Flow[None]:
        """Pause before the next attempt; raise `outcome` where there must be none, or in vain."""
        pause = self._backoff(attempt)
        too_late = pause + self.pacer.rest >= self.left(deadline)
        if too_late or attempt >= RETRIES or not self._may_send_again(outcome):
            if outcome.money_may_have_moved:
                logger.warning("%s", outcome)
            raise outcome
        yield NOTHING_AT_STAKE
        yield Sleep(pause)

    def send(
        self,
        request: Request,
        deadline: float,
        longest: float = math.inf,
        *,
        note: Note | None = None,
        before: Callable[[], Flow[NotDelivered | None]] | None = None,
    ) -> Flow[Event]:
        """Send `request` once: wait for the rate limit, connect, send.

        The exchange itself takes `longest` seconds at most. `before` runs when the connection
        stands and not one byte has left; if it declines, none will. Raises `RateLimited` when the
        rate limit leaves no time for it.
        """
        now, pacer = self.clock.monotonic, self.pacer
        place = yield from self._admit(pacer, request, deadline)
        event: Event | None = None
        try:
            until = min(deadline, now() + longest)
            connection = yield Connect(min(until - now(), CONNECT_SECONDS))
            declined = connection if isinstance(connection, NotDelivered) else None
            if declined is None and before is not None:
                declined = yield from before()
            if declined is None and now() >= until:
                declined = NotDelivered(TimeoutError("the time for the call is over"))
            if declined is None and note is not None:
                yield note
            came: Event = declined or (yield Send(connection, request, until - now()))
            event = came
            if logger.isEnabledFor(logging.DEBUG):
                _log(request, came)
            return came
        finally:
            pacer.settle(place, event)

    def _admit(self, pacer: Pacer, request: Request, deadline: float) -> Flow[Place]:
        while (place := pacer.claim()).wait:
            delay = place.wait
            if delay > self.left(deadline) or self.on_rate_limit == "raise":
                raise RateLimited(
                    f"this minute's requests are used up, {delay:.0f} s are left of it",
                    request=request,
                    limit=pacer.limit,
                    remaining=pacer.remaining,
                    retry_after=delay,
                )
            logger.info("rate limit reached, the next minute is at most %.0f s away", delay)
            yield Sleep(min(delay, _LONGEST_NAP))
        return place

    def _may_send_again(self, outcome: RequestError) -> bool:
        """Only what was never executed, or changes nothing. No setting widens this."""
        if isinstance(outcome, RateLimited):
            return self.on_rate_limit == "wait"
        return isinstance(outcome, NotSent) or (
            isinstance(outcome, ReadFailed) and is_transient(outcome.status)
        )

    def _backoff(self, attempt: int) -> float:
        return float(_FIRST_BACKOFF * 2**attempt * (0.5 + self._jitter()))


class Flows:
    """The flows of one group: what is sent and when; they do neither themselves."""

    def __init__(self, session: Session) -> None:
        self._session = session


def is_transient(status: int | None) -> bool:
    """Whether a read that ended like this may well succeed a moment later."""
    return status is None or status == 408 or status >= 500


def _log(request: Request, event: Event) -> None:
    if isinstance(event, Response):
        mark = f" [request id {event.request_id}]" if event.request_id else ""
        logger.debug(
            "%s %s: %d in %.3f s%s",
            *(request.method, request.path, event.status, event.seconds, mark),
        )
    else:
        cause = type(event.cause).__name__
        logger.debug("%s %s: no response, %s", request.method, request.path, cause)
