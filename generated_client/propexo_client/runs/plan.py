"""The plan of a run: every credit once, all of them checked before the first is posted."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from .._engine.values import possible_days
from ..errors import InvalidArgument, InvalidArgumentType, KeyReused
from ..journal import BaseJournal, Entry, State
from ..journal.rules import check_content
from ..messages import fingerprint
from .rows import OPERATION, BadRows, Problem, Row

_HAS_A_JOB = (State.ACCEPTED, State.FAILED, State.UNKNOWN)
_A_DAY = timedelta(days=1)


class Plan:
    """The credits of one run. Raises `BadRows` if one cannot be posted, or two contradict.

    `expect_rows` and `expect_total` (dollars) are control totals: what the caller knows from
    elsewhere. Raises `InvalidArgument` where they differ.
    """

    def __init__(
        self,
        rows: Iterable[Row | Problem],
        *,
        name: str = "credit",
        expect_rows: int | None = None,
        expect_total: Decimal | None = None,
    ) -> None:
        self.name = name
        self.repeated = 0
        self._by_key: dict[str, Row] = {}
        problems = list(self._take_in(rows))
        if problems:
            raise BadRows(problems)
        self._check_totals(expect_rows, expect_total)

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._by_key.values())

    def get(self, key: str) -> Row | None:
        """Return the row with this key."""
        return self._by_key.get(key)

    @property
    def total_in_cents(self) -> int:
        """All amounts together."""
        return sum(row.amount_in_cents for row in self)

    @property
    def to_send(self) -> list[Row]:
        """Rows that are still to be posted, as the journal was last read.

        Those that were refused before come last, so that one of them is not the first again.
        """
        rows = [row for row in self if row.is_to_send]
        return sorted(rows, key=lambda row: row.state is State.REFUSED)

    def compare(self, journal: BaseJournal, *, allow_twins: bool = False) -> None:
        """Read the journal: what became of each row, and whether a key or a credit is taken.

        Raises `BadRows` for a key that belongs to other content, and, unless `allow_twins`, for two
        keys with the same lease, amount and day of which one is still to be posted.
        """
        for row in self:
            row.state = row.job_id = None
        others: dict[tuple[str, int, str], str] = {}
        problems = list[Problem]()
        own = (journal.get(row.key) for row in self)  # without twins, no other key matters
        for entry in filter(None, own) if allow_twins else journal.entries():
            found = self.get(entry.key)
            if found is not None:
                note(found, entry)
                problems += self._other_content(found, entry)
            elif not allow_twins and entry.operation == OPERATION and not entry.sendable:
                others[_twin_key(entry.fields)] = entry.key
        if not allow_twins:
            problems += self._twins(others)
        if problems:
            raise BadRows(problems)

    def _take_in(self, rows: Iterable[Row | Problem]) -> Iterator[Problem]:
        for row in rows:
            if isinstance(row, Problem):
                yield row
                continue
            known = self._by_key.setdefault(row.key, row)
            if known is row:
                continue
            if known.fields != row.fields:
                reason = f"belongs to other content in line {known.place}: {_differing(known, row)}"
                yield Problem(self._place(row), "key", row.key, reason)
            self.repeated += 1

    def _check_totals(self, rows: int | None, total: object) -> None:
        if rows is not None and rows != len(self):
            again = f" ({self.repeated} more are repeated)" if self.repeated else ""
            raise InvalidArgument(
                f"expect_rows: {rows} are expected, {self.name} has {len(self)}{again}"
            )
        if total is not None and not isinstance(total, Decimal):
            kind = type(total).__name__
            raise InvalidArgumentType(
                f'expect_total: pass a Decimal such as Decimal("1250.00"), not {kind}'
            )
        if total is not None and total != _exact(self.total_in_cents):
            raise InvalidArgument(
                f"expect_total: {total} is expected, {self.name} has {dollars(self.total_in_cents)}"
            )

    def _other_content(self, row: Row, entry: Entry) -> Iterator[Problem]:
        try:
            check_content(entry, OPERATION, row.fields, fingerprint(OPERATION, row.fields))
        except KeyReused as reused:
            reason = f"is {entry.state} in the journal with other content: {reused.changes}"
            yield Problem(self._place(row), "key", row.key, reason)

    def _twins(self, others: Mapping[tuple[str, int, str], str]) -> Iterator[Problem]:
        for _, group in groupby(sorted(self, key=lambda row: row.lease_id), lambda r: r.lease_id):
            seen: dict[tuple[str, int, str], Row] = {}
            for row in group:
                twin = seen.setdefault(row.twin_key, row)
                where = ""
                if twin is not row and (row.is_to_send or twin.is_to_send):
                    where = f"{twin.key!r} in line {twin.place}"
                elif row.is_to_send and row.twin_key in others:
                    where = f"{others[row.twin_key]!r}, which the journal knows"
                if where:
                    reason = (
                        f"same lease, amount and day as {where}; --allow-twins if both are meant"
                    )
                    yield Problem(self._place(row), "key", row.key, reason)

    def _place(self, row: Row) -> str:
        return f"{self.name}:{row.place}"


def note(row: Row, entry: Entry) -> None:
    """Take over what the journal says of a row."""
    row.state = State.UNKNOWN if entry.overdue else entry.state
    row.job_id = entry.job_id if entry.state in _HAS_A_JOB else None


def spans(rows: Iterable[Row]) -> list[tuple[str, date, date]]:
    """Give the integrations and the first and last days between which credits can appear."""
    days: dict[str, set[date]] = {}
    for integration, day in {(row.integration_id, row.transaction_date) for row in rows}:
        for each in possible_days(day):
            days.setdefault(integration, set()).update(_near(each))
    return [
        (integration, start, end)
        for integration in sorted(days)
        for start, end in _joined(days[integration])
    ]


def dollars(cents: int) -> str:
    """Write cents as dollars: 1,250.00."""
    return f"{_exact(cents):,.2f}"


def _exact(cents: int) -> Decimal:
    """Give cents as dollars, not rounded to the precision that the caller has set."""
    return Decimal(f"{cents}E-2")


def _differing(one: Row, other: Row) -> str:
    names = [name for name, value in one.fields.items() if value != other.fields[name]]
    return "; ".join(
        f"{name} {getattr(one, name)!r} there, {getattr(other, name)!r} here" for name in names
    )


def _twin_key(fields: Mapping[str, Any]) -> tuple[str, int, str]:
    return fields["lease_id"], fields["amount_in_cents"], fields["transaction_date"]


def _near(day: date) -> Iterator[date]:
    """Give the day before, the day and the day after, as far as the calendar has them."""
    first = max(day, date.min + _A_DAY) - _A_DAY
    last = min(day, date.max - _A_DAY) + _A_DAY
    return (first + _A_DAY * step for step in range((last - first).days + 1))


def _joined(days: set[date]) -> list[tuple[date, date]]:
    joined: list[tuple[date, date]] = []
    for day in sorted(days):
        if joined and day - joined[-1][1] <= _A_DAY:
            joined[-1] = joined[-1][0], day
        else:
            joined.append((day, day))
    return joined
