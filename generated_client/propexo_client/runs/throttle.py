"""At most so many requests a minute, by this process."""

from collections import deque

_MINUTE = 60.0


class Throttle:
    """Counts the requests of the last minute; `most` of them are allowed, None: any number."""

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._recent: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Say after how many seconds the next request may be sent."""
        while self._recent and self._recent[0] <= now - _MINUTE:
            self._recent.popleft()
        if self._most is None or len(self._recent) < self._most:
            return 0.0
        return self._recent[0] + _MINUTE - now

    def count(self, now: float) -> None:
        """Count a request."""
        if self._most is not None:
            self._recent.append(now)
