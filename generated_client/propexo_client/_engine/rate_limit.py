"""Pacing: no request leaves in a minute that the server has said is used up.

The server says with every response how many requests a minute allows and how many are left; from
80 % on it delays each response by two seconds, and at 100 % it sends 429 until the next minute.
It does not say when a minute ends; we assume at most 60 seconds after we first saw it.
Source: Propexo's guide "Rate limiting".
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ..messages import Response
from .flow import Event

MINUTE = 60.0
_LONGEST_RETRY_AFTER = 120


@dataclass(frozen=True, slots=True)
class Place:
    """A place for one request, or how many seconds to wait before asking again.

    `most_left` is the most that a response within this minute can say is left: all other requests
    in flight may be counted after this one.
    """

    wait: float = 0.0
    most_left: int | None = None


class Pacer:
    """What all calls of one client know of the limit. Safe to share between threads and tasks."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._in_flight = 0
        self._limit: int | None = None
        self._remaining: int | None = None
        self._minute_ends = 0.0

    @property
    def limit(self) -> int | None:
        """Requests a minute, as last said by the server."""
        return self._limit

    @property
    def remaining(self) -> int | None:
        """Requests left in this minute, as far as known."""
        return self._remaining

    @property
    def rest(self) -> float:
        """Seconds until this minute ends, if its requests are used up."""
        used_up = self._remaining is not None and self._remaining <= 0
        return max(0.0, self._minute_ends - self._monotonic()) if used_up else 0.0

    def claim(self) -> Place:
        """Take a place for one request. Every place without `wait` is to be settled."""
        with self._lock:
            now = self._monotonic()
            if now >= self._minute_ends:
                self._remaining = self._limit
                self._minute_ends = now + MINUTE
            if self._remaining is not None:
                if self._remaining <= 0:
                    return Place(wait=self._minute_ends - now)
                self._remaining -= 1
            most = None if self._remaining is None else self._remaining + self._in_flight
            self._in_flight += 1
            return Place(most_left=most)

    def settle(self, place: Place, event: Event | None) -> None:
        """Give back the place, and learn from the response when there is one."""
        with self._lock:
            self._in_flight -= 1
            if isinstance(event, Response):
                self._learn(place, event)

    def _learn(self, place: Place, response: Response) -> None:
        headers = response.headers
        limit = whole_number(headers.get("x-ratelimit-limit"))
        if limit:
            self._limit = limit
        if response.status == 429:
            self._used_up(whole_number(headers.get("retry-after")))
            return
        left = whole_number(headers.get("x-ratelimit-remaining"))
        if left is None or limit == 0:  # a limit of 0 is how some gateways say "unlimited"
            return
        minute_has_turned = place.most_left is not None and left > place.most_left
        if self._remaining is None or minute_has_turned:
            self._minute_ends = self._monotonic() + MINUTE
            self._remaining = max(0, left - self._in_flight)
        else:
            self._remaining = min(self._remaining, left)

    def _used_up(self, retry_after: int | None) -> None:
        now = self._monotonic()
        if retry_after is not None:
            self._minute_ends = now + min(retry_after, _LONGEST_RETRY_AFTER)
        elif now >= self._minute_ends:
            self._minute_ends = now + MINUTE
        self._remaining = 0


def whole_number(text: str | None) -> int | None:
    """Read a header that should hold a small natural number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
