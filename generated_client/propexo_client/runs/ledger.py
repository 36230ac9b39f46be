"""The ledger as a run reads it: charges that may be its credits, and how each is recognized."""

# pyright: reportPrivateUsage=false
# A run drives the flows of a client itself, as the client's own methods do.

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from typing import Any, TypeVar

from .._engine.listing import Listing
from .._engine.pages import LARGEST_PAGE
from .._engine.read_back import same_day
from .._generated.models.charge import Charge
from ..client import Propexo
from ..errors import RateLimited, RequestError
from ..journal import BaseJournal, Entry
from ..journal.events import ANY_CONTENT
from .marks import code, codes_in, without
from .plan import note, spans
from .rows import Row
from .schedule import Schedule
from .swept import now_text

_NAP_SECONDS = 1.0
_FORGOTTEN = 5
"""How many attempts a key may have had that a restored journal does not know of."""

R = TypeVar("R", bound=Any)


class Ledger:
    """Reads charges, finds the credits of `rows` among them, and records what that proves.

    The charge that is a row becomes its `record`. `near` has, by key and id, charges on the lease
    of a row with its amount that nothing proves to be it. `trouble` says why a part could not be
    read, and `unreadable` on which leases there are charges without a readable amount ("" where the
    lease is unreadable, too). Pages count as requests of the `schedule`.
    """

    def __init__(
        self,
        propexo: Propexo,
        journal: BaseJournal,
        rows: Iterable[Row],
        schedule: Schedule,
    ) -> None:
        self.trouble: list[str] = []
        self.unreadable: set[str] = set()
        self.near: dict[str, dict[str, Charge]] = {}
        self._propexo = propexo
        self._journal = journal
        self._journal_id = journal.id
        self._schedule = schedule
        self._rows = sorted(rows, key=_lease)
        for row in self._rows:
            row.record = None

    def look_for(self, rows: Collection[Row]) -> None:
        """Read the charges of the integrations and days of some rows.

        Where that would be more pages than there are leases, each lease is read by itself.
        """
        for integration, start, end in spans(rows):
            leases = {
                row.lease_id
                for row in rows
                if row.integration_id == integration
                and start.isoformat() <= row.transaction_date[:10] <= end.isoformat()
            }
            days = {"transaction_date_start": start, "transaction_date_end": end}
            if not self._read(len(leases), integration_id=integration, **days):
                for lease in sorted(leases):
                    self._read(None, integration_id=integration, lease_id=lease, **days)

    def pages(self, listing: Listing[R], what: str) -> Iterator[list[R]]:
        """Read page by page, and wait for the rate limit; what cannot be read is `trouble`."""
        clock, schedule = self._propexo._session.clock, self._schedule
        while not schedule.halted:
            now = clock.monotonic()
            wait = max(schedule.throttle.wait(now), self._propexo._session.pacer.rest)
            if wait:
                clock.sleep(min(wait, _NAP_SECONDS))
                continue
            schedule.throttle.count(now)
            try:
                page = next(listing.pages(), None)
            except RateLimited:
                continue
            except RequestError as error:
                self.trouble.append(f"{what} could not be read: {error.reason}")
                return
            if page is None:
                return
            schedule.requests += 1
            yield page
        self.trouble.append(f"{what} could not be read: the run was stopped")

    def _read(self, most: int | None, **filters: Any) -> bool:
        """Read charges; False, and no more than a page, where there are more than `most` pages."""
        charges: Listing[Charge] = self._propexo.charges.list(page_size=LARGEST_PAGE, **filters)
        for page in self.pages(charges, "the ledger"):
            for charge in page:
                self._take(charge)
            total = max(charges._pages._totals, default=0)
            if most is not None and total > (most + 1) * LARGEST_PAGE:
                return False
            most = None
        return True

    def _take(self, charge: Charge) -> None:
        lease, cents = charge.lease_id or "", charge.amount_in_cents
        start, end = (find(self._rows, lease, key=_lease) for find in (bisect_left, bisect_right))
        if cents is None:
            if not lease or start < end:
                self.unreadable.add(lease)
            return
        for row in self._rows[start:end]:
            if row.amount_in_cents != -cents or (entry := self._journal.get(row.key)) is None:
                continue
            attempt = self._attempt(entry, charge)
            if attempt is not None:
                self._prove(row, entry, attempt, charge.id)
            elif entry.record_id is None:
                self.near.setdefault(row.key, {})[charge.id] = charge

    def is_complete_for(self, row: Row) -> bool:
        """Whether all was read that might be this row. Even then, absence is no proof."""
        return not self.trouble and not {"", row.lease_id} & self.unreadable

    def _prove(self, row: Row, entry: Entry, attempt: int, record: str) -> None:
        """Record that a charge is an attempt of a row; a second charge makes it a double."""
        if row.record not in (None, record):
            entry = self._journal.booked_twice(row.key, records=sorted({row.record, record}))
        elif attempt and entry.record_id != record:
            entry = self._journal.booked(row.key, attempt, record_id=record, seen=now_text())
        row.record = record
        note(row, entry)

    def _attempt(self, entry: Entry, charge: Charge) -> int | None:
        """Say which attempt a charge is, 0 for the record that the job has named, or None."""
        codes = codes_in(charge.description)
        unknown = _FORGOTTEN if entry.fingerprint == ANY_CONTENT else 0
        for attempt in range(1, entry.attempt + unknown + 1):
            if code(self._journal_id, entry.key, attempt) in codes:
                return attempt
        return 0 if entry.record_id == charge.id else None


def _lease(row: Row) -> str:
    return row.lease_id


def fits(row: Row, charge: Charge) -> bool:
    """Whether day and description are those of a row, too, as far as both can be compared."""
    day = same_day(row.transaction_date, charge.transaction_date or "")
    return day and without(charge.description) == without(row.description)
