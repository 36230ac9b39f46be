"""The life of a write job: pending for a while, then one end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLife:
    """How a job goes.

    It is PENDING for `polls` looks at it and until `seconds` have passed, then ends as `ends` says:
    SUCCESS, FAILURE, PARTIAL_SUCCESS, or any other text. `errors` go with the end. Everything but
    a FAILURE is booked, and books when the write is accepted; `readable_after` seconds pass before
    the record can be read. `record_id=False` keeps the record's id from write-status. `rewrites`
    makes of a description what the ledger shows of it: `str.upper`, say.
    """

    polls: int = 0
    seconds: float = 0.0
    ends: str = "SUCCESS"
    errors: tuple[str, ...] = ()
    readable_after: float = 0.0
    record_id: bool = True
    rewrites: Callable[[str], str] | None = None

    @property
    def books(self) -> bool:
        """Whether the write ends up in the ledger."""
        return self.ends != "FAILURE"


@dataclass(slots=True)
class Job:
    """One job: what it is to write, how it goes, and how often it was looked at."""

    id: str
    operation: str
    body: Mapping[str, Any]
    life: JobLife
    started: float
    created_at: str
    record_id: str | None = None
    polls: int = 0

    def look(self, now: float) -> dict[str, Any]:
        """Look at the job at `now`, in seconds, and return what write-status reports.

        Source: Propexo's reference, "Check the status of a write operation".
        """
        self.polls += 1
        if self.polls <= self.life.polls or now < self.started + self.life.seconds:
            return {"write_status": "PENDING", "errors": [], "created_record_id": None}
        shows_id = self.life.record_id and self.life.ends in ("SUCCESS", "PARTIAL_SUCCESS")
        return {
            "write_status": self.life.ends,
            "errors": list(self.life.errors),
            "created_record_id": self.record_id if shows_id else None,
        }

    def over(self, now: float) -> bool:
        """Whether the job has ended at `now`, in seconds; this is no look at it."""
        return self.polls >= self.life.polls and now >= self.started + self.life.seconds

    def failed(self, now: float) -> bool:
        """Whether the job has ended in FAILURE at `now`, in seconds; this is no look at it."""
        return self.over(now) and self.life.ends == "FAILURE"

    def entry(self) -> dict[str, Any]:
        """Return what the logs of writes and of jobs show when it has ended.

        Whether the vendor logs a credit, and what it calls its type, is not documented.
        """
        succeeded = self.life.ends == "SUCCESS"
        return {
            "id": f"log_{self.id}",
            "job_id": self.id,
            "root_job_id": self.id,
            "job_log_id": f"log_{self.id}",
            "job_type": self.operation.upper(),
            "created_at": self.created_at,
            "status": "SUCCESS" if succeeded else "FAILURE",
            "error": None if succeeded else "; ".join(self.life.errors) or self.life.ends,
            "integration_id": self.body.get("integration_id", ""),
            "parameters": dict(self.body),
            "name": "Rentvine",
            "vendor": "RENTVINE",
        }
