"""The rate limit: reported with every response, and enforced on request."""

from collections.abc import Callable
from dataclasses import replace

from .messages import FakeResponse, error_response

_MINUTE = 60.0
_SLOW_FROM = 0.8
_SLOWED_BY = 2.0


class RateLimit:
    """Counts the requests of each minute.

    Enforced, it delays responses by two seconds from 80 % on, and refuses with 429 once the minute
    is used up. Otherwise it reports a limit that is never used up. Source: Propexo's guide
    "Rate limiting".
    """

    def __init__(self, now: Callable[[], float], limit: int, *, enforced: bool) -> None:
        self._now = now
        self._limit = limit
        self._enforced = enforced
        self._minute = -1
        self._used = 0

    def admit(self) -> FakeResponse | None:
        """Count a request in, or return the 429 that refuses it."""
        minute = int(self._now() // _MINUTE)
        if minute != self._minute:
            self._minute, self._used = minute, 0
        if self._enforced and self._used >= self._limit:
            refusal = error_response(429, "rate limit exceeded", code="rate_limit_exceeded")
            return self.report(refusal)
        self._used += 1
        return None

    def report(self, response: FakeResponse) -> FakeResponse:
        """Add the limit headers, and the delay of a minute that is nearly used up."""
        used = self._used if self._enforced else 1
        headers = {
            "x-ratelimit-limit": str(self._limit),
            "x-ratelimit-remaining": str(max(0, self._limit - used)),
        }
        slowed = response.status != 429 and used > self._limit * _SLOW_FROM
        delay = response.delay + (_SLOWED_BY if slowed else 0.0)
        return replace(response, headers={**headers, **response.headers}, delay=delay)
