"""A credit run in simulated time: several requests at once, without threads, each run the same."""

import heapq
import random
from collections.abc import Callable

from propexo_client.runs import CreditRun
from propexo_client.runs.posting import Posting
from propexo_client.runs.schedule import Look, Post
from propexo_client.testing import FakeClock


class SimulatedPosting(Posting):
    """Does every task at the moment it begins, and reports it at the moment it ends.

    What a request takes is drawn from `latency`, in seconds, beside what the server adds.
    """

    chance = random.Random(1)
    latency = (0.0, 0.0)

    def run(self, tick: Callable[[], None]) -> None:
        """Do all tasks, as many at once as the schedule allows."""
        clock = self._session.clock
        assert isinstance(clock, FakeClock)
        now, number = clock.monotonic(), 0
        ends: list[tuple[float, int, Callable[..., None]]] = []
        while True:
            wait: float | None = None
            while len(ends) < self.schedule.in_flight:
                task = self.next(now)
                if not isinstance(task, Post | Look):
                    wait = task
                    break
                came = self.do(task)
                end = clock.monotonic() + self.chance.uniform(*self.latency)
                number += 1
                heapq.heappush(ends, (end, number, came))
                clock.now = now
            moments = [ends[0][0]] if ends else []
            if wait is not None:
                moments.append(now + wait)
            if not moments:
                return
            now = min(moments)
            clock.now = now
            while ends and ends[0][0] <= now:
                heapq.heappop(ends)[2](now=now)
            tick()


class SimulatedRun(CreditRun):
    """A run whose requests overlap in simulated time."""

    _posting = SimulatedPosting
