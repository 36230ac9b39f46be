"""What became of every row, as the journal knows it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..journal import BaseJournal, Entry, State
from .plan import Plan
from .rows import Row
from .swept import Swept

ALL_BOOKED, SOME_REFUSED, NEEDS_A_PERSON, SOME_OPEN = 0, 1, 3, 4

UNSEEN: Final = "posted, not seen in the ledger"

_LABELS = {
    None: "not sent",
    State.RELEASED: "not sent",
    State.NOT_POSTED: "not sent",
    State.SENDING: "in progress",
    State.ACCEPTED: "waiting",
    State.POSTED: "posted",
    State.REFUSED: "refused",
    State.FAILED: "failed",
    State.UNKNOWN: "unknown",
    State.DOUBLE: "booked twice",
}
_EXIT_CODES = {
    "booked twice": NEEDS_A_PERSON,
    "unknown": NEEDS_A_PERSON,
    UNSEEN: NEEDS_A_PERSON,
    "in progress": SOME_OPEN,
    "waiting": SOME_OPEN,
    "not sent": SOME_OPEN,
    "failed": SOME_REFUSED,
    "refused": SOME_REFUSED,
    "posted": ALL_BOOKED,
}
LABELS = tuple(_EXIT_CODES)
"""Every label, the most urgent first."""

_REMEDIES = {
    "booked twice": "reverse one of the two bookings in Rentvine",
    "unknown": "look for it in the ledger and the logs, then: journal resolve {key} ...",
    UNSEEN: "look for it in Rentvine; run the file again to look at the ledger again",
    "in progress": "run the file again in a few minutes",
    "waiting": "run the file again; job {job} has not ended",
    "not sent": "run the file again",
    "failed": "journal retry {key}; or, if the row was wrong: journal resolve {key} not-posted "
    "--give-up-job ..., correct it, run the file again",
    "refused": "correct the row, run the file again; the key can stay",
    "posted": "",
}
_NO_VALID_TOKEN = "status 401"


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row. `evidence` is what was looked at, where it is unknown."""

    row: Row
    label: str
    attempt: int
    job_id: str
    record_id: str
    reason: str
    evidence: tuple[str, ...] = ()

    @property
    def what_to_do(self) -> str:
        """The remedy; empty where there is nothing to do."""
        if self.label == "refused" and self.reason.startswith(_NO_VALID_TOKEN):
            return "set a token that is valid here, run the file again; the key can stay"
        return _REMEDIES[self.label].format(key=self.row.key, job=self.job_id)

    def as_json(self) -> dict[str, Any]:
        """Return it as an object for JSON."""
        return {
            "place": self.row.place,
            "key": self.row.key,
            **self.row.fields,
            "state": self.label,
            "attempt": self.attempt,
            "job_id": self.job_id or None,
            "record_id": self.record_id or None,
            "reason": self.reason or None,
            "what_to_do": self.what_to_do or None,
            "evidence": list(self.evidence),
        }


class Report:
    """What became of the rows of a plan. Iterate over it for one `RowReport` a row.

    Reads the journal as it stands then, and nothing else. `evidence` has, by key, what a run has
    looked at; `stopped` says why a run has stopped early, and `trouble` what of the ledger could
    not be read.
    """

    def __init__(
        self,
        plan: Plan,
        journal: BaseJournal,
        *,
        evidence: Mapping[str, Iterable[str]] | None = None,
        stopped: str = "",
        trouble: Iterable[str] = (),
    ) -> None:
        self.plan = plan
        self.stopped = stopped
        self.trouble = tuple(trouble)
        self._journal = journal
        self._evidence = evidence or {}
        self._unseen = Swept.read(plan, journal).unseen

    def __iter__(self) -> Iterator[RowReport]:
        for row in self.plan:
            yield self._of(row, self._journal.get(row.key))

    def get(self, key: str) -> RowReport | None:
        """Report on the row with this key."""
        row = self.plan.get(key)
        return None if row is None else self._of(row, self._journal.get(key))

    def counts(self) -> Counter[str]:
        """Count the rows by their labels."""
        return Counter(each.label for each in self)

    @property
    def exit_code(self) -> int:
        """0 all booked, 1 some refused or failed, 3 some need a person, 4 some are open.

        The most urgent of those that apply; a ledger that could not be read is open, too.
        """
        return self.exit_code_of(self.counts())

    def exit_code_of(self, counts: Mapping[str, int]) -> int:
        """Return the exit code that these counts make."""
        codes = {_EXIT_CODES[label] for label, count in counts.items() if count}
        codes |= {SOME_OPEN} if self.trouble else set()
        return next(
            (code for code in (NEEDS_A_PERSON, SOME_OPEN, SOME_REFUSED) if code in codes), 0
        )

    def _of(self, row: Row, entry: Entry | None) -> RowReport:
        state = None if entry is None else entry.state
        label = _LABELS[state]
        if entry is not None and entry.overdue:
            label = "unknown"
        if state is State.POSTED and row.key in self._unseen:
            label = UNSEEN
        if entry is None:
            return RowReport(row, label, 0, "", "", "")
        reason = entry.reason
        if entry.overdue:
            reason = "the process that sent it has recorded no outcome"
        return RowReport(
            row,
            label,
            entry.attempt,
            entry.job_id or str(entry.last.detail.get("clue") or ""),
            entry.record_id or "",
            reason if label != "posted" or entry.last.by_a_person else "",
            tuple(self._evidence.get(row.key, ())),
        )
