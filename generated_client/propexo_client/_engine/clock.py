"""Time, as one small object, so that a test can hand in its own."""

import time

_WHILE_SUSPENDED = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", 0))


class Clock:
    """Monotonic time in seconds, and two ways to let it pass."""

    monotonic = staticmethod(time.monotonic)
    """Seconds since some fixed moment; never goes back."""

    def moments(self) -> tuple[float, float]:
        """Seconds by a clock that goes on while the machine is suspended, and by the wall's."""
        if not hasattr(time, "clock_gettime"):  # Windows, where monotonic time goes on
            return time.monotonic(), time.time()
        return time.clock_gettime(_WHILE_SUSPENDED), time.time()

    def sleep(self, seconds: float) -> None:
        """Block the thread for this many seconds."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Suspend the task for this many seconds."""
        import anyio  # not before it is needed: pytest wants to load its plugin first

        await anyio.sleep(seconds)
