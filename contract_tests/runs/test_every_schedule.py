"""Any runs over one file, with anything going wrong in any order, against a simple model.

The model is the ledger: a credit is booked so many times. Whatever happens, no credit is booked
twice, and the report says no more than the ledger shows.
"""

import random
from collections import deque
from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contract_tests.runs.support import credit
from propexo_client import InvalidArgument, Propexo, PropexoError
from propexo_client.journal import Event, State
from propexo_client.runs import Report
from propexo_client.testing import FakeClock, FakePropexo, Fault, JobLife, Killed, MemoryJournal
from propexo_client.testing.faults import Planned, planned_fault
from scripts.bench.simulated import SimulatedPosting, SimulatedRun

ROWS = 5
A_DAY = 24 * 3600.0
LIVES = [
    JobLife(),
    JobLife(seconds=4),
    JobLife(seconds=400, readable_after=400),
    JobLife(ends="FAILURE"),
    JobLife(ends="PARTIAL_SUCCESS"),
    JobLife(record_id=False),
    JobLife(readable_after=A_DAY),
    JobLife(rewrites=lambda text: text[:8]),
    JobLife(rewrites=str.upper),
]
REFUSALS = [(400, True), (403, True), (403, False), (404, False), (500, False), (503, True)]


class ScriptedFake(FakePropexo):
    """A fake whose next posts meet what a script says, or nothing."""

    def __init__(self) -> None:
        super().__init__(clock=FakeClock())
        self.script: deque[Fault | None] = deque()

    def _take_fault(self, operation: str | None, method: str) -> Planned | None:
        if method == "POST" and self.script:
            fault = self.script.popleft()
            return None if fault is None else planned_fault(fault, None)
        return super()._take_fault(operation, method)


class MortalJournal(MemoryJournal):
    """A journal whose process dies before or after the append that is due."""

    dies_in: int | None = None
    written = True

    def _append(self, event: Event, lasting: float | None, within: float) -> Event | None:
        if self.dies_in is None:
            return super()._append(event, lasting, within)
        self.dies_in -= 1
        if self.dies_in >= 0:
            return super()._append(event, lasting, within)
        if self.written:
            super()._append(event, lasting, within)
        self.dies_in, self._dead = None, True
        raise Killed


class Runs(RuleBasedStateMachine):
    """A file, a journal and a ledger, through any number of starts."""

    def __init__(self) -> None:
        super().__init__()
        self.fake = ScriptedFake()
        self.journal = MortalJournal(clock=self.fake.clock)
        self.rows = {number: credit(number) for number in range(ROWS)}
        self.report: Report | None = None
        self.death: tuple[int | None, bool] = (None, True)

    def client(self) -> Propexo:
        return Propexo(
            self.fake.token,
            environment="sandbox",
            transport=self.fake.transport(),
            clock=self.fake.clock,
            journal=self.journal,
            on_rate_limit="raise",
        )

    @rule(
        faults=st.lists(st.none() | st.sampled_from(list(Fault)), max_size=6),
        lives=st.lists(st.sampled_from(LIVES), max_size=4),
        in_flight=st.integers(1, 4),
        mark=st.sampled_from(["start", "end", "none"]),
        seed=st.integers(0, 99),
    )
    def start(
        self,
        faults: list[Fault | None],
        lives: list[JobLife],
        in_flight: int,
        mark: Any,
        seed: int,
    ) -> None:
        self.fake.script = deque(faults)
        self.fake.clear_faults()
        for life in lives:
            self.fake.next_job(life)
        SimulatedPosting.chance, SimulatedPosting.latency = random.Random(seed), (0.1, 3.0)
        self.journal.dies_in, self.journal.written = self.death
        self.death = (None, True)
        try:
            run = SimulatedRun(self.client(), self.rows.values(), mark=mark, in_flight=in_flight)
            self.report = run.post()
        except Killed:
            self.report = None
        self.fake.script.clear()
        self.journal.dies_in = None
        self.journal.restart()

    @rule(appends=st.integers(0, 12), written=st.booleans())
    def the_next_start_will_be_killed(self, appends: int, written: bool) -> None:
        self.death = (appends, written)

    @rule(response=st.sampled_from(REFUSALS), booked=st.booleans())
    def the_next_post_gets_an_error(self, response: tuple[int, bool], booked: bool) -> None:
        status, has_body = response
        body = b'{"error": {"code": "x", "message": "no"}}' if has_body else b"<html>"
        refused = has_body and status < 500
        self.fake.respond_next(status, body, after_booking=booked and not refused, on="POST")

    @rule(seconds=st.sampled_from([60.0, 200.0, 25 * 3600.0]))
    def time_passes(self, seconds: float) -> None:
        self.fake.clock.sleep(seconds)
        self.report = None

    @rule(number=st.integers(0, ROWS - 1))
    def another_process_posts(self, number: int) -> None:
        fields = dict(self.rows[number])
        with suppress(PropexoError):
            self.client().credits.create(idempotency_key=fields.pop("key"), **fields)
        self.report = None

    @rule(number=st.integers(0, ROWS - 1))
    def a_person_settles_it_rightly(self, number: int) -> None:
        key = self.rows[number]["key"]
        entry = self.journal.get(key)
        if entry is None or entry.state not in (State.UNKNOWN, State.SENDING, State.FAILED):
            return
        booked = self.booked(number) == 1
        try:
            self.journal.resolve(
                key,
                "posted" if booked else "not_posted",
                because="seen by Ada",
                give_up_job=entry.state is State.FAILED,
            )
        except PropexoError:
            return
        self.report = None

    @rule(number=st.integers(0, ROWS - 1))
    def a_row_is_corrected(self, number: int) -> None:
        was = self.rows[number]
        now = was | {"amount": was["amount"] + Decimal(1)}
        try:
            SimulatedRun(self.client(), [now], mark="end", allow_twins=True)
        except InvalidArgument:
            return  # its key is bound, so that the old content stays
        self.rows[number] = now
        self.report = None

    def booked(self, number: int) -> int:
        return sum(row["lease_id"] == f"lease_{number}" for row in self.fake.credits)

    @invariant()
    def nothing_is_booked_twice(self) -> None:
        assert max(self.booked(number) for number in range(ROWS)) <= 1

    @invariant()
    def the_report_says_no_more_than_the_ledger_shows(self) -> None:
        if self.report is None:
            return
        labels = {each.row.key: each.label for each in self.report}
        assert len(labels) == ROWS
        for number in range(ROWS):
            label, count = labels[f"invoice-{number}"], self.booked(number)
            if label.startswith("posted"):
                assert count == 1
            elif label not in ("unknown", "waiting", "in progress"):
                assert (label, count) in [("not sent", 0), ("refused", 0), ("failed", 0)]
        assert (self.report.exit_code == 0) == (set(labels.values()) == {"posted"})

    @invariant()
    def no_key_that_can_be_sent_is_booked(self) -> None:
        for number in range(ROWS):
            entry = self.journal.get(f"invoice-{number}")
            if entry is None or entry.sendable:
                assert self.booked(number) == 0


TestEverySchedule = Runs.TestCase
TestEverySchedule.settings = settings(
    max_examples=120,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
