"""Time, as one small object, so that a test can hand in its own."""

import time


class Clock:
    """Monotonic time in seconds, and two ways to let it pass."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment; never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the thread for this many seconds."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Suspend the task for this many seconds."""
        import anyio  # not before it is needed: pytest wants to load its plugin first

        await anyio.sleep(seconds)
