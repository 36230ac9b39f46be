"""`CreditRun`: many credits, each exactly once, and the truth about every one."""

# pyright: reportPrivateUsage=false
# A run drives the flows of a client itself, as the client's own methods do.

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from .._engine.keys import JournalKeys
from .._engine.pages import LARGEST_PAGE
from .._engine.values import seconds, whole
from ..client import Propexo
from ..errors import InvalidArgument
from ..journal import State
from .csv_file import CsvFile
from .marks import Where, code, marked
from .plan import Plan, spans
from .posting import Posting
from .progress import Meter, Progress
from .report import Report
from .rows import Row, numbered
from .schedule import Schedule
from .settling import Settling
from .throttle import Throttle

IN_FLIGHT = 4
PATIENCE_SECONDS = 24 * 3600.0
_REQUESTS_A_CREDIT = 2.05
_A_MINUTE = 150

Mark = Literal["start", "end", "none"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run will do, before it does it. Amounts in cents.

    `sample` is the first description, as it will be booked. `sweep` names what the read of the
    ledger covers: these reads are billed by the record, and so are those of evidence.
    """

    rows: int
    total_in_cents: int
    to_send: int
    to_send_in_cents: int
    sample: str
    requests: int
    minutes: float
    sweep: tuple[str, ...]


class CreditRun:
    """A run over `source`: a `CsvFile`, or mappings of `key` and the arguments of `create`.

        run = CreditRun(propexo, CsvFile("january.csv"), mark="end")
        report = run.post()
        print(report.counts())

    `propexo` has a journal, which remembers what was posted: running again continues where the last
    run stopped. All credits are checked here: if one cannot be posted, it raises `BadRows`, an
    `InvalidArgument`, and posts nothing. `mark` is "start" or "end" of the description, or "none";
    without it, the journal's own setting. `expect_rows` and `expect_total` (dollars) are control
    totals. `max_per_minute` leaves room for others who use the token. `sweep=False` does not read
    the ledger back; reads are billed by the record. `patience` is how many seconds, over all runs,
    an unknown credit is looked for before a person is asked to decide. `in_flight` is how many
    posts there are at once, each in a thread; with 1, in the caller's own.
    """

    _posting = Posting

    def __init__(
        self,
        propexo: Propexo,
        source: CsvFile | Iterable[Mapping[str, Any]],
        *,
        mark: Mark | None = None,
        allow_twins: bool = False,
        expect_rows: int | None = None,
        expect_total: Decimal | None = None,
        max_per_minute: int | None = None,
        sweep: bool = True,
        patience: float = PATIENCE_SECONDS,
        in_flight: int = IN_FLIGHT,
    ) -> None:
        if max_per_minute is not None:
            whole("max_per_minute", max_per_minute, 1, None)
        self._in_flight = whole("in_flight", in_flight, 1, 50)
        self._patience = seconds("patience", patience, zero=True)
        self._propexo = propexo
        self._keys = _keys(propexo)
        self._journal = self._keys.journal
        self._max_per_minute = max_per_minute
        self._sweep = sweep
        self._mark = self._chosen(mark)
        self.plan = plan_of(source, expect_rows=expect_rows, expect_total=expect_total)
        self.plan.compare(self._journal, allow_twins=allow_twins)
        self._schedule: Schedule | None = None
        self._stopped = ""

    def estimate(self) -> Estimate:
        """Say what `post` would do; sends nothing."""
        to_send = self.plan.to_send
        pages = -(-len(self.plan) // LARGEST_PAGE) if self._sweep else 0
        open_jobs = sum(row.job_id is not None for row in self.plan)
        requests = round(len(to_send) * _REQUESTS_A_CREDIT) + open_jobs + pages
        reads = [
            f"every charge of integration {integration} from {start} to {end}"
            for integration, start, end in spans(self.plan)
        ]
        return Estimate(
            rows=len(self.plan),
            total_in_cents=self.plan.total_in_cents,
            to_send=len(to_send),
            to_send_in_cents=sum(row.amount_in_cents for row in to_send),
            sample=self._description(next(iter(to_send or self.plan), None)),
            requests=requests,
            minutes=requests / (self._max_per_minute or _A_MINUTE),
            sweep=tuple(reads if self._sweep else ()),
        )

    def post(self, show: Callable[[Progress], None] | None = None) -> Report:
        """Post what is to be posted, follow every job, look at the ledger, and report.

        Blocks for as long as that takes. `show` is called with the progress now and then. A run
        that goes wrong stops early; the report says why. Raises nothing for a credit that is not
        booked: the report has it. Safe to call again, here or elsewhere, after any interruption.
        """
        if self._mark is not None:
            self._journal.remember(mark=self._mark)
        now = self._propexo._session.clock.monotonic
        schedule = self._schedule = self._new_schedule(now())
        if self._stopped:
            schedule.halt(self._stopped)
        meter = Meter(self.plan, schedule, now, show)
        self._posting(self._propexo, self._keys, schedule, self._where).run(meter.tick)
        settling = Settling(self._propexo, self._journal, self.plan, schedule, self._patience)
        if not schedule.halted:
            meter.show("looking at the ledger")
            settling.run(sweep=self._sweep)
        meter.show()
        return Report(
            self.plan,
            self._journal,
            evidence=settling.evidence,
            stopped=schedule.stopped,
            trouble=settling.trouble,
        )

    def stop(self, why: str = "interrupted") -> None:
        """Post nothing more and ask nothing more, once the responses in flight have come.

        May be called from any thread, and from a signal handler.
        """
        self._stopped = why
        if self._schedule is not None:
            self._schedule.halt(why)

    def _description(self, row: Row | None) -> str:
        """Write the description of a row as its next attempt will have it."""
        where = self._where
        if row is None or where is None:
            return "" if row is None else row.description
        entry = self._journal.get(row.key)
        attempt = 1 if entry is None else entry.attempt + 1
        return marked(row.description, code(self._journal.id, row.key, attempt), where)

    def _new_schedule(self, now: float) -> Schedule:
        schedule = Schedule(
            deque(self.plan.to_send), self._in_flight, Throttle(self._max_per_minute)
        )
        schedule.follow(((row, row.job_id) for row in self.plan if row.job_id is not None), now)
        schedule.others((row for row in self.plan if row.state is State.SENDING), now)
        return schedule

    @property
    def _where(self) -> Where | None:
        mark = self._mark or self._journal.header.settings.get("mark")
        return mark if mark in ("start", "end") else None

    def _chosen(self, mark: Mark | None) -> Mark | None:
        if mark not in (None, "start", "end", "none"):
            raise InvalidArgument('mark: pass "start", "end" or "none"')
        if mark is None and self._journal.header.settings.get("mark") is None:
            raise InvalidArgument(
                "mark: choose once for this journal. A mark is a short code in each description, "
                "by which a credit whose outcome is unknown is found on the ledger; tenants and "
                "accountants see it. --mark or --no-mark"
            )
        return mark if mark != self._journal.header.settings.get("mark") else None


def plan_of(
    source: CsvFile | Iterable[Mapping[str, Any]],
    *,
    expect_rows: int | None = None,
    expect_total: Decimal | None = None,
) -> Plan:
    """Check every credit by itself, and against the others and the control totals."""
    if isinstance(source, CsvFile):
        rows, name = source.rows(), source.name
    else:
        rows, name = numbered(source), "credit"
    plan = Plan(rows, name=name, expect_rows=expect_rows, expect_total=expect_total)
    if isinstance(source, CsvFile) and not len(plan):
        raise InvalidArgument(f"{name}: has no credits")
    return plan


def _keys(propexo: object) -> JournalKeys:
    if not isinstance(propexo, Propexo):
        raise InvalidArgument("propexo: pass a Propexo; a run is blocking")
    keys = propexo._session.keys
    if not isinstance(keys, JournalKeys):
        raise InvalidArgument("propexo: has no journal; pass journal=Journal(path) to the client")
    return keys
