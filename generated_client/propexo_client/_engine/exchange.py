"""What all flows of one client share, and the one way in which any of them makes an exchange."""

import logging
import math
import random
from collections.abc import Callable
from typing import Literal, TypeAlias, TypeVar

from ..errors import NotSent, RateLimited, ReadFailed, RequestError
from ..messages import Request, Response
from .clock import Clock
from .flow import Event, Flow, Sleep
from .rate_limit import Pacer, Place
from .values import seconds

T = TypeVar("T")
OnRateLimit: TypeAlias = Literal["wait", "raise"]

RETRIES = 2
"""How often a request that was not executed, or a read, is sent again."""

_FIRST_BACKOFF = 0.5
_LONGEST_NAP = 5.0

logger = logging.getLogger(__name__)


class Session:
    """Timeout in seconds, clock, pacing and retry policy of one client."""

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
        self.pacer = Pacer(self.clock.monotonic)
        self._jitter = jitter

    def exchange(
        self, request: Request, judge: Callable[[Request, Event], T | RequestError]
    ) -> Flow[T]:
        """Send `request` until `judge` makes something of the answer, or raise what it made."""
        attempt = 0
        while True:
            place = yield from self.admit(request)
            outcome = judge(request, (yield from self.send(request, place)))
            if not isinstance(outcome, RequestError):
                return outcome
            if attempt >= RETRIES or not self._may_send_again(outcome):
                if outcome.money_may_have_moved:
                    logger.warning("%s", outcome)
                raise outcome
            yield Sleep(self._backoff(attempt))
            attempt += 1

    def admit(self, request: Request, deadline: float = math.inf) -> Flow[Place]:
        """Wait for a place under the rate limit. Raises `RateLimited` when there is none in time.

        `deadline` is a moment of the monotonic clock.
        """
        while (place := self.pacer.claim()).wait:
            delay = place.wait
            late = self.clock.monotonic() + delay > deadline
            if late or self.on_rate_limit == "raise":
                raise RateLimited(
                    f"this minute's requests are used up, {delay:.0f} s are left of it",
                    request=request,
                    limit=self.pacer.limit,
                    remaining=self.pacer.remaining,
                    retry_after=delay,
                )
            logger.info("rate limit reached, the next minute is at most %.0f s away", delay)
            yield Sleep(min(delay, _LONGEST_NAP))
        return place

    def send(self, request: Request, place: Place) -> Flow[Event]:
        """Send `request` once. An interruption in the middle of a write goes on with a note."""
        try:
            event: Event = yield request
        except BaseException as interruption:
            self.pacer.settle(place, None)
            if request.is_write:
                note_interruption(
                    interruption,
                    f"{request.operation} was interrupted: its outcome is unknown, do NOT post it "
                    f"again before reconciling [fingerprint {request.fingerprint}]",
                )
            raise
        self.pacer.settle(place, event)
        _log(request, event)
        return event

    def _may_send_again(self, outcome: RequestError) -> bool:
        """Only what was never executed, or changes nothing. No setting widens this."""
        if isinstance(outcome, RateLimited):
            return outcome.response is not None and self.on_rate_limit == "wait"
        return isinstance(outcome, NotSent) or (
            isinstance(outcome, ReadFailed) and is_transient(outcome.status)
        )

    def _backoff(self, attempt: int) -> float:
        return float(_FIRST_BACKOFF * 2**attempt * (0.5 + self._jitter()))


class Flows:
    """The flows of one group: what is sent and when; they do neither themselves."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def _timeout(self, timeout: float | None) -> float:
        return self._session.timeout if timeout is None else seconds("timeout", timeout)


def is_transient(status: int | None) -> bool:
    """Whether a read that ended like this may well succeed a moment later."""
    return status is None or status == 408 or status >= 500


def note_interruption(interruption: BaseException, text: str) -> None:
    """Leave `text` on the exception that interrupts, and in the log."""
    interruption.add_note(text)
    logger.warning("%s", text)


def _log(request: Request, event: Event) -> None:
    if isinstance(event, Response):
        mark = f" [request id {event.request_id}]" if event.request_id else ""
        logger.debug(
            "%s %s: %d in %.3f s%s",
            *(request.method, request.path, event.status, event.seconds, mark),
        )
    else:
        cause = type(event.cause).__name__
        logger.debug("%s %s: no answer, %s", request.method, request.path, cause)
