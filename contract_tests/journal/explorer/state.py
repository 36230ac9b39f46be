"""One state of the world that the search walks through, and the setting that bounds it."""

from dataclasses import dataclass
from typing import NamedTuple

from propexo_client.journal import rules
from propexo_client.journal.history import SETTLING_SECONDS

DAY = SETTLING_SECONDS
OVERDUE, SETTLED = 1000.0, DAY + 1000.0
RETRY = "retry"
"""In place of a content: the call is `retry_write` of the first job."""

_COUNTED = (
    *("kills", "cancels", "disk", "unconnected", "refused", "limited", "lost", "late", "failing"),
    *("colleague", "person", "evidence", "overdue", "settled", "forgets"),
)
_PLACE = {name: place for place, name in enumerate(_COUNTED)}


@dataclass(frozen=True)
class Setting:
    """What may happen, and how often. `calls` are the contents that each worker posts in turn.

    `errs`: a person says what is not so. `sees`: what a person looks at.
    """

    calls: tuple[tuple[str, ...], ...]
    kills: int = 0
    cancels: int = 0
    disk: int = 0
    unconnected: int = 0
    refused: int = 0
    limited: int = 0
    lost: int = 0
    late: int = 0
    failing: int = 0
    colleague: int = 0
    person: int = 0
    evidence: int = 0
    overdue: int = 1
    settled: int = 1
    forgets: int = 0
    errs: bool = False
    sees: str = "ledger, writes, jobs"


class Job(NamedTuple):
    """A write that the vendor has queued: `state` is queued, booked, failed or given up.

    `logged`: the log of writes shows it. `retries` names the failed job that it runs again.
    """

    name: str
    attempt: int
    content: str
    state: str = "queued"
    logged: bool = True
    retries: str | None = None


class Flight(NamedTuple):
    """A request on its way, which may be executed until a day after its connection was opened."""

    attempt: int
    content: str
    retries: str | None
    opened: float


class World(NamedTuple):
    """One state. `history` numbers events; a worker is its call and how far that has come.

    `person` and `evidence` are what somebody has seen and not written yet.
    """

    history: tuple[int, ...] = ()
    now: float = 0.0
    jobs: tuple[Job, ...] = ()
    flights: tuple[Flight, ...] = ()
    workers: tuple[tuple[int, int], ...] = ()
    person: tuple[rules.Verdict, bool] | None = None
    evidence: tuple[str, str] | None = None
    budget: tuple[int, ...] = ()
    proven: bool = False

    def left(self, name: str) -> bool:
        """Whether this may still happen."""
        return self.budget[_PLACE[name]] > 0

    def spend(self, name: str) -> "World":
        """Let it happen once more."""
        place, budget = _PLACE[name], self.budget
        return self._replace(budget=(*budget[:place], budget[place] - 1, *budget[place + 1 :]))

    def with_job(self, place: int, job: Job) -> "World":
        """Replace a job."""
        return self._replace(jobs=(*self.jobs[:place], job, *self.jobs[place + 1 :]))

    def executed(self, flight: Flight) -> tuple["World", str]:
        """Queue a job for a request that has arrived, and name it."""
        name = f"J{len(self.jobs) + 1}"
        job = Job(name, flight.attempt, flight.content, retries=flight.retries)
        return self._replace(jobs=(*self.jobs, job)), name

    def refuses(self, flight: Flight) -> bool:
        """Whether the vendor refuses a request: only a failed job is run again."""
        return flight.retries is not None and not self.has_failed(flight.retries)

    def has_failed(self, name: str) -> bool:
        """Whether a job failed, and nobody has had it run again in the dashboard."""
        return any(job.name == name and job.state == "failed" for job in self.jobs)

    def in_colleagues_reach(self, name: str) -> bool:
        """Whether a colleague may retry a job: they see its retries, which the API does not."""
        alive = ("queued", "booked")
        return self.has_failed(name) and not any(
            job.retries == name and job.state in alive for job in self.jobs
        )


def start(setting: Setting) -> World:
    """Give the world in which nothing has happened."""
    workers = tuple((0, -1) for _ in setting.calls)
    return World(workers=workers, budget=tuple(getattr(setting, name) for name in _COUNTED))


class Violation(Exception):
    """Something happened that must never happen."""
