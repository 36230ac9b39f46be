"""The ledger as a run reads it: charges that may be its credits, and how each is recognized."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .._engine.listing import Listing
from .._engine.read_back import same_day
from .._generated.models.charge import Charge
from ..client import Propexo
from ..errors import RateLimited, RequestError
from ..journal import BaseJournal, Entry
from ..journal.events import ANY_CONTENT
from .marks import code, codes_in, without
from .plan import spans
from .rows import Row

LARGEST_PAGE = 250
_NAP_SECONDS = 1.0
_FORGOTTEN = 5
"""How many attempts a key may have had that a restored journal does not know of."""

R = TypeVar("R", bound=Any)


@dataclass(slots=True)
class Sighting:
    """What the ledger shows of one row.

    `records` are charges on its lease with its amount that are it: each has the attempt whose mark
    it carries, or 0 where it is the record that the row's job has named. `near` are charges on its
    lease with its amount that nothing proves to be it.
    """

    records: dict[str, int] = field(default_factory=dict[str, int])
    near: list[Charge] = field(default_factory=list[Charge])


class Ledger:
    """Reads charges, and finds the credits of `rows` among them. `requests` counts the pages.

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
        self.sightings: dict[str, Sighting] = {}
        self._propexo = propexo
        self._journal = journal
        self._journal_id = journal.id
        self._halted = halted
        self._wanted: dict[tuple[str, int], list[Row]] = {}
        self._leases: set[str] = set()
        for row in rows:
            self._wanted.setdefault((row.lease_id, -row.amount_in_cents), []).append(row)
            self._leases.add(row.lease_id)

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
        if charge.amount_in_cents is None:
            if charge.lease_id is None or charge.lease_id in self._leases:
                self.trouble.append(f"the amount of {charge.id} cannot be read")
            return
        rows = self._wanted.get((charge.lease_id or "", charge.amount_in_cents), ())
        for row in rows:
            entry = self._journal.get(row.key)
            if entry is None:
                continue
            seen = self.sightings.setdefault(row.key, Sighting())
            attempt = self._attempt(entry, charge)
            if attempt is not None:
                seen.records[charge.id] = attempt
            elif entry.record_id is None and all(each.id != charge.id for each in seen.near):
                seen.near.append(charge)

    def _attempt(self, entry: Entry, charge: Charge) -> int | None:
        """Say which attempt a charge is, 0 for the record that the job has named, or None."""
        codes = codes_in(charge.description)
        unknown = _FORGOTTEN if entry.fingerprint == ANY_CONTENT else 0
        for attempt in range(1, entry.attempt + unknown + 1):
            if code(self._journal_id, entry.key, attempt) in codes:
                return attempt
        return 0 if entry.record_id == charge.id else None


def fits(row: Row, charge: Charge) -> bool:
    """Whether day and description are those of a row, too, as far as both can be compared."""
    try:
        day = same_day(row.transaction_date, charge.transaction_date or "")
    except ValueError:
        return False
    return day and without(charge.description) == without(row.description)
