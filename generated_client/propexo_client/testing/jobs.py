"""The life of a write job: pending for a while, then one end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLife:
    """How a job goes.

    It is PENDING for `polls` looks at it and until `seconds` have passed, then ends as `ends` says:
    SUCCESS, FAILURE, PARTIAL_SUCCESS, or any other text. `errors` go with the end. Everything but
    a FAILURE is booked, and books when the write is accepted; `readable_after` seconds pass before
    the record can be read. `record_id=False` keeps the record's id from write-status.
    """

    polls: int = 0
    seconds: float = 0.0
    ends: str = "SUCCESS"
    errors: tuple[str, ...] = ()
    readable_after: float = 0.0
    record_id: bool = True

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
    record_id: str | None = None
    polls: int = 0

    def look(self, now: float) -> dict[str, Any]:
        """Look at the job at `now`, in seconds, and return what write-status tells.

        Source: docs: Check the status of a write operation.
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

    def failed(self, now: float) -> bool:
        """Whether the job has ended in FAILURE at `now`, in seconds; this is no look at it."""
        over = self.polls >= self.life.polls and now >= self.started + self.life.seconds
        return over and self.life.ends == "FAILURE"
