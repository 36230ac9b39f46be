"""Time that passes only when somebody sleeps."""

import threading

from .._engine.clock import Clock


class FakeClock(Clock):
    """A clock whose sleeps take no time: each one just moves it on. Safe to share between threads.

    Hand the same one to the client and to the fake, and a minute of waiting takes microseconds.
    `now` is its time in seconds; set it to let time pass without a sleep.
    """

    def __init__(self, start: float = 1000.0) -> None:
        self.now = start
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        """Seconds since some fixed moment."""
        return self.now

    def moments(self) -> tuple[float, float]:
        """Seconds, by this clock alone."""
        return self.now, self.now

    def sleep(self, seconds: float) -> None:
        """Move on by this many seconds."""
        with self._lock:
            self.now += max(0.0, seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Move on by this many seconds, and let other tasks run."""
        import anyio

        self.sleep(seconds)
        await anyio.sleep(0)
