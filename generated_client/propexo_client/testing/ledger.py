"""The books behind the fake: rows of every kind of record, and the jobs that write them."""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .._contract import checks
from .._engine.clock import Clock
from .jobs import Job, JobLife
from .rows import Row, make_row, records, written_row

LOGS = ("WriteLog", "JobLog")
"""Records of which the jobs are a part."""


class Ledger:
    """Rows and jobs, in memory. Ids are counted up, so a run repeats itself."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._now = clock.monotonic
        self._rows: dict[str, dict[str, Row]] = {record: {} for record in records()}
        self._hidden_until: dict[str, float] = {}
        self._jobs: dict[str, Job] = {}
        self._count = 0
        self.booked: list[Row] = []
        self.default_life = JobLife()
        self.next_lives: deque[JobLife] = deque()

    def add(self, record: str, fields: Mapping[str, Any], *, readable_after: float = 0.0) -> Row:
        """Put in a row of the kind `record`; `fields` fill or override its fields."""
        self._count += 1
        row = make_row(record, self._count, fields)
        self._rows[record][row["id"]] = row
        self._hidden_until[row["id"]] = self._now() + readable_after
        return row

    def rows(self, record: str) -> list[Row]:
        """Return the rows that can be read by now, oldest first."""
        now = self._now()
        rows = [row for row in self.all_rows(record) if self._hidden_until[row["id"]] <= now]
        return [*rows, *self._logged(record)]

    def _logged(self, record: str) -> list[Row]:
        if record not in LOGS:
            return []
        ended = [job for job in self._jobs.values() if job.over(self._now())]
        return [make_row(record, number, job.entry()) for number, job in enumerate(ended, 1)]

    def all_rows(self, record: str) -> list[Row]:
        """Return every row, readable yet or not, oldest first."""
        return list(self._rows[record].values())

    def row(self, record: str, row_id: str) -> Row | None:
        """Return one row, if there is one and it can be read by now."""
        row = self._rows[record].get(row_id)
        return row if row is not None and self._hidden_until[row_id] <= self._now() else None

    def start_job(self, operation: str, body: Mapping[str, Any]) -> Job:
        """Accept a write: start its job, and book it unless the job is to fail."""
        life = self.next_lives.popleft() if self.next_lives else self.default_life
        moment = datetime.fromtimestamp(self._clock.moments()[1], UTC)
        created_at = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        job = Job(f"job_{len(self._jobs) + 1:06d}", operation, body, life, self._now(), created_at)
        self._jobs[job.id] = job
        record = checks.endpoints()[operation].record
        if life.books and record:
            fields = written_row(operation, body)
            if life.rewrites is not None and "description" in fields:
                fields["description"] = life.rewrites(fields["description"])
            row = self.add(record, fields, readable_after=life.readable_after)
            self.booked.append(row)
            job.record_id = row["id"]
        return job

    def status(self, job_id: str) -> dict[str, Any] | None:
        """Look at a job, and return what write-status reports; None for an unknown job."""
        job = self._jobs.get(job_id)
        return None if job is None else job.look(self._now())

    def retry_job(self, job_id: str) -> Job | None:
        """Run a failed job again as a new one; None unless there is such a job and it failed.

        Source: Propexo's reference, "Retry a write".
        """
        job = self._jobs.get(job_id)
        if job is None or not job.failed(self._now()):
            return None
        return self.start_job(job.operation, job.body)
