"""After the posts: what the ledger shows of every credit, and what it settles of the unknown ones.

Only proof is recorded: a charge that carries our mark, or a job's success together with a charge.
Everything else is shown to a person. That nothing is found is never proof of anything.
"""

from datetime import datetime
from typing import Any

from .._generated.models.charge import Charge
from ..client import Propexo
from ..errors import StillPending, WriteFailed, WritePartiallyFailed
from ..journal import BaseJournal, Entry, State
from ..journal.events import BOOKED
from ..journal.shown import moment
from .ledger import Ledger, fits
from .plan import Plan, dollars, note
from .rows import Row
from .schedule import Schedule
from .swept import Swept, now_text

_MOST_SHOWN = 3
_NEAR_SECONDS = 300.0
_SHORTEST_WAIT, _LONGEST_WAIT = 600.0, 6 * 3600.0
_LOG_PAGE = 100


class Settling:
    """Looks at the ledger for the rows of a plan, once. `evidence` is what a person should see."""

    def __init__(
        self,
        propexo: Propexo,
        journal: BaseJournal,
        plan: Plan,
        schedule: Schedule,
        patience: float,
    ) -> None:
        self.evidence: dict[str, list[str]] = {}
        self.trouble: list[str] = []
        self._propexo = propexo
        self._journal = journal
        self._plan = plan
        self._patience = patience
        self._schedule = schedule

    def run(self, *, sweep: bool) -> None:
        """Read the ledger, record what it proves, and gather evidence on the rest.

        A ledger that showed every booked credit of the plan before is not read for them again.
        """
        booked = [row for row in self._plan if row.state in BOOKED]
        unknown = [row for row in self._plan if row.state is State.UNKNOWN]
        sweep = sweep and bool(booked) and self._has_changed(len(booked))
        sent = (row for row in self._plan if row.state is not None)
        ledger = Ledger(self._propexo, self._journal, sent, self._schedule)
        ledger.look_for([*unknown, *(booked if sweep else [])])
        free = self._free(ledger)
        for row in unknown:
            self._settle(row, free.get(row.key, []), ledger.is_complete_for(row))
        if sweep and not ledger.trouble:
            self._remember_unseen(free)
        self._show_logs(ledger, [row for row in unknown if row.state is State.UNKNOWN])
        self.trouble = list(dict.fromkeys(ledger.trouble))

    def _has_changed(self, booked: int) -> bool:
        swept = Swept.read(self._plan, self._journal)
        return not swept.at or bool(swept.unseen) or swept.booked != booked

    def _free(self, ledger: Ledger) -> dict[str, list[Charge]]:
        """Give the charges near each row that are not known to be another key's."""
        near = {record for charges in ledger.near.values() for record in charges}
        taken = {row.record for row in self._plan}
        if near - taken:
            taken |= {entry.record_id for entry in self._journal.entries()}
        return {
            key: [charge for record, charge in charges.items() if record not in taken]
            for key, charges in ledger.near.items()
        }

    def _settle(self, row: Row, near: list[Charge], is_complete: bool) -> None:
        if row.state is not State.UNKNOWN:
            return
        entry = self._journal.get(row.key)
        assert entry is not None
        lines = self.evidence.setdefault(row.key, [])
        clue = entry.last.detail.get("clue")
        if isinstance(clue, str) and self._follow_clue(row, entry, clue, near, lines):
            return
        near.sort(key=lambda charge: not fits(row, charge))
        for charge in near[:_MOST_SHOWN]:
            how = "looks like it" if fits(row, charge) else "same lease and amount"
            lines.append(f"{how}: {_shown(charge)}")
        if row.record is None:
            lines.append(self._how_long(entry, is_complete))
        else:
            lines.append(f"the ledger shows {row.record}, which the job has named; decide")

    def _follow_clue(
        self, row: Row, entry: Entry, clue: str, near: list[Charge], lines: list[str]
    ) -> bool:
        """Ask for a job whose id came in a damaged response. Proof only together with a charge."""
        self._schedule.requests += 1
        try:
            posted = self._propexo.credits.wait(clue, timeout=0)
        except (StillPending, WriteFailed, WritePartiallyFailed) as error:
            lines.append(f"job {clue}, read from a damaged response: {error.reason}")
            return False
        lines.append(f"job {clue}, read from a damaged response, has succeeded")
        named = posted.created_record_id
        found = [charge.id for charge in near if named is None or charge.id == named]
        if len(found) != 1:
            return False
        row.record = found[0]
        note(row, self._journal.booked(row.key, entry.attempt, job_id=clue, record_id=found[0]))
        return True

    def _how_long(self, entry: Entry, is_complete: bool) -> str:
        sent = next(e.at for e in reversed(entry.history) if e.state is State.SENDING or e.seq == 1)
        age = max(0.0, entry.now - sent)
        if not is_complete:
            return "the ledger could not be read completely, so that nothing follows from it"
        if age >= self._patience:
            return f"not seen since {moment(sent)}; decide"
        again = entry.now + min(max(age, _SHORTEST_WAIT), _LONGEST_WAIT)
        return f"not seen in the ledger by {moment(entry.now)}; run again after {moment(again)}"

    def _remember_unseen(self, free: dict[str, list[Charge]]) -> None:
        """Have the journal remember which booked credits the ledger does not show."""
        unseen, taken, count = set[str](), set[str](), 0
        for row in self._plan:
            if row.state not in BOOKED:
                continue
            count += 1
            fitting = (charge.id for charge in free.get(row.key, ()) if fits(row, charge))
            candidates = fitting if row.record is None else (row.record,)
            record = next((each for each in candidates if each not in taken), None)
            unseen.add(row.key) if record is None else taken.add(record)
        Swept(now_text(), frozenset(unseen), count).remember(self._plan, self._journal)

    def _show_logs(self, ledger: Ledger, rows: list[Row]) -> None:
        """Show entries of both logs from the minutes of each row; they decide nothing."""
        for integration in sorted({row.integration_id for row in rows}):
            entries = [
                *self._log(ledger, "write log", self._propexo.write_logs, integration),
                *self._log(
                    ledger, "job log", self._propexo.job_logs, integration, "created_at:desc"
                ),
            ]
            for row in rows:
                if row.integration_id == integration:
                    self.evidence[row.key] += self._near(row, entries)

    def _log(
        self, ledger: Ledger, name: str, group: Any, integration: str, order: str | None = None
    ) -> list[tuple[float, str]]:
        """Read the newest entries of a log: when, and what a person is shown of it."""
        options = {} if order is None else {"order_by": order}
        listing = group.list(integration_id=integration, page_size=_LOG_PAGE, **options)
        for page in ledger.pages(listing, f"the {name}"):
            return [
                (at, f"{name}: job {each.job_id}, {each.job_type}, {each.status}, {moment(at)}")
                for each in page
                if (at := _seconds(each.created_at)) is not None
            ]
        return []

    def _near(self, row: Row, entries: list[tuple[float, str]]) -> list[str]:
        sent = self._journal.history(row.key)[0].at
        near = sorted((abs(at - sent), line) for at, line in entries)
        return [line for distance, line in near if distance <= _NEAR_SECONDS][:_MOST_SHOWN]


def _shown(charge: Charge) -> str:
    amount = dollars(charge.amount_in_cents or 0)
    return f"{charge.id}, {amount} on {charge.transaction_date}, {charge.description!r}"


def _seconds(created_at: str | None) -> float | None:
    try:
        return datetime.fromisoformat(created_at or "").timestamp()
    except ValueError:
        return None
