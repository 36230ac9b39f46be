"""The ledger as a run reads it: charges that may be its credits, and how each is recognized."""

# pyright: reportPrivateUsage=false
# A run drives the flows of a client itself, as the client's own methods do.

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, takewhile
from typing import Any, TypeVar

from .._engine.listing import Listing
from .._engine.read_back import same_day
from .._generated.models.charge import Charge
from ..client import Propexo
from ..errors import RateLimited, RequestError
from ..journal import BaseJournal, Entry
from ..journal.events import ANY_CONTENT
from .marks import code, codes_in, without
from .plan import note, spans
from .report import now_text
from .rows import Row

LARGEST_PAGE = 250
_NAP_SECONDS = 1.0
_MOST_TROUBLE = 10
_FORGOTTEN = 5
"""How many attempts a key may have had that a restored journal does not know of."""

R = TypeVar("R", bound=Any)


class Ledger:
    """Reads charges, finds the credits of `rows` among them, and records what that proves.

    The charge that is a row becomes its `record`. `near` has, by key and id, charges on the lease
    of a row with its amount that nothing proves to be it. `requests` counts the pages, and
    `trouble` says why a part could not be read, or cannot be trusted to be all there is.
    """

    def __init__(
        self,
        propexo: Propexo,
        journal: BaseJournal,
        rows: Iterable[Row],
        halted: Callable[[], bool],
    ) -> None:
        self.requests = 0
        self.trouble: list[str] = []
        self.near: dict[str, dict[str, Charge]] = {}
        self._propexo = propexo
        self._journal = journal
        self._journal_id = journal.id
        self._halted = halted
        self._rows = sorted(rows, key=_lease)
        for row in self._rows:
            row.record = None

    def sweep(self, rows: Iterable[Row], **filters: str) -> None:
        """Read every charge of the integrations and around the days of some rows."""
        for integration, start, end in spans(rows):
            self._read(
                integration_id=integration,
                transaction_date_start=start,
                transaction_date_end=end,
                **filters,
            )

    def look_for(self, row: Row) -> None:
        """Read the charges of one row's lease, around its day."""
        self.sweep([row], lease_id=row.lease_id)

    def pages(self, listing: Callable[[], Listing[R]], what: str) -> Iterator[list[R]]:
        """Read page by page, and wait for the rate limit; what cannot be read is `trouble`."""
        clock, asked = self._propexo._session.clock, listing()
        while not self._halted():
            try:
                for page in asked.pages():
                    self.requests += 1
                    yield page
                    if self._halted():
                        break
                else:
                    return
            except RateLimited as held_back:
                clock.sleep(min(held_back.retry_after or 1.0, _NAP_SECONDS))
            except RequestError as error:
                self.trouble.append(f"{what} could not be read: {error.reason}")
                return
        self.trouble.append(f"{what} could not be read: the run was stopped")

    def _read(self, **filters: Any) -> None:
        def charges() -> Listing[Charge]:
            return self._propexo.charges.list(page_size=LARGEST_PAGE, **filters)

        for page in self.pages(charges, "the ledger"):
            for charge in page:
                self._take(charge)

    def _take(self, charge: Charge) -> None:
        start = bisect_left(self._rows, charge.lease_id or "", key=_lease)
        rows = takewhile(
            lambda row: row.lease_id == charge.lease_id, islice(self._rows, start, None)
        )
        cents = charge.amount_in_cents
        if cents is None:
            if charge.lease_id is None or any(rows):
                self._unreadable(charge)
            return
        for row in rows:
            if row.amount_in_cents != -cents or (entry := self._journal.get(row.key)) is None:
                continue
            attempt = self._attempt(entry, charge)
            if attempt is not None:
                self._prove(row, entry, attempt, charge.id)
            elif entry.record_id is None:
                self.near.setdefault(row.key, {})[charge.id] = charge

    def _prove(self, row: Row, entry: Entry, attempt: int, record: str) -> None:
        """Record that a charge is an attempt of a row; a second charge makes it a double."""
        if row.record not in (None, record):
            entry = self._journal.booked_twice(row.key, records=sorted({row.record, record}))
        elif attempt and entry.record_id != record:
            entry = self._journal.booked(row.key, attempt, record_id=record, seen=now_text())
        row.record = record
        note(row, entry)

    def _unreadable(self, charge: Charge) -> None:
        if len(self.trouble) < _MOST_TROUBLE:
            self.trouble.append(f"the amount of {charge.id} cannot be read")

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
    try:
        day = same_day(row.transaction_date, charge.transaction_date or "")
    except ValueError:
        return False
    return day and without(charge.description) == without(row.description)
