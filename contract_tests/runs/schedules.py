"""Schedules for tests, and ways to step through them."""

from collections import deque

from contract_tests.runs.support import credit
from propexo_client.runs import Row
from propexo_client.runs.rows import checked
from propexo_client.runs.schedule import Look, Post, Schedule, Task
from propexo_client.runs.throttle import Throttle


def rows(count: int) -> list[Row]:
    made = (checked(number, credit(number)) for number in range(count))
    return [each for each in made if isinstance(each, Row)]


def schedule(count: int = 3, in_flight: int = 4, most: int | None = None) -> Schedule:
    return Schedule(deque(rows(count)), in_flight, Throttle(most))


def posted(schedule: Schedule, now: float) -> Post:
    task = schedule.next(now)
    assert isinstance(task, Post)
    return task


def wait_for(schedule: Schedule, now: float) -> tuple[Task, float]:
    """Wait until there is something to do; return it and the moment."""
    while not isinstance(came := schedule.next(now), Post | Look):
        assert isinstance(came, float)
        assert came >= 0.01
        now += came
    return came, now


def moments(schedule: Schedule, now: float, count: int) -> list[float]:
    """Let a job be pending again and again; return when it is asked."""
    asked: list[float] = []
    for _ in range(count):
        look, now = wait_for(schedule, now)
        assert isinstance(look, Look)
        asked.append(now)
        schedule.pending(look, now)
    return asked


def after_the_first(seconds: float, count: int = 3, in_flight: int = 4) -> tuple[Schedule, float]:
    """Have the first credit booked after so many seconds."""
    made = schedule(count, in_flight)
    made.accepted(posted(made, 0.0), "job_0", 0.0)
    look, now = wait_for(made, 0.0)
    while now < seconds:
        assert isinstance(look, Look)
        made.pending(look, now)
        look, now = wait_for(made, now)
    made.ended(look, "booked", "", now)
    return made, now
