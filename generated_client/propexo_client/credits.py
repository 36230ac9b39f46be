"""Credits: money given to a resident. The generated methods, and a search for matching credits.

A credit has no record of its own: it is stored as a charge with a negative amount.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ._engine.flow import Flow
from ._engine.http import AsyncTransport, SyncTransport
from ._engine.methods import named_arguments
from ._engine.values import possible_days
from ._generated.api import credits as generated
from ._generated.api.charges import ChargeFlows
from ._generated.models.charge import Charge
from .errors import ReadFailed
from .messages import Request

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,4})?", re.ASCII)
_A_DAY = timedelta(days=1)


class CreditFlows(generated.CreditFlows):
    """Credits, as flows."""

    def find_matching(self, *, request: Request) -> Flow[tuple[Charge, ...]]:
        """List the credits on the lease that look like the one in `request`."""
        sent = self._of_this_kind(request).body
        days = possible_days(sent["transaction_date"])
        first = max(min(days), date.min + _A_DAY) - _A_DAY
        last = min(max(days), date.max - _A_DAY) + _A_DAY
        charges = ChargeFlows(self._session).list(
            integration_id=sent["integration_id"],
            lease_id=sent["lease_id"],
            transaction_date_start=first,
            transaction_date_end=last,
        )
        found = yield from charges.every()
        for charge in found:
            if (ignored := _ignored_filter(charge, sent, first, last)) is not None:
                raise ReadFailed(
                    f"the list cannot be trusted: it ignores the filter {ignored}",
                    request=request,
                )
        return tuple(each for each in found if _may_be(each, sent["amount_in_cents"]))


def _ignored_filter(charge: Charge, sent: Mapping[str, Any], first: date, last: date) -> str | None:
    """Name a filter that `charge` does not pass; a day more is a matter of time zones."""
    for name in ("integration_id", "lease_id"):
        if getattr(charge, name) not in (None, sent[name]):
            return name
    try:
        day = date.fromisoformat((charge.transaction_date or "")[:10])
    except ValueError:
        return None
    return None if first - day <= _A_DAY and day - last <= _A_DAY else "transaction_date"


def _may_be(charge: Charge, cents: int) -> bool:
    """Whether a charge may be a credit of so many cents: one whose amount cannot be read may be."""
    if charge.amount_in_cents is not None:
        return charge.amount_in_cents == -cents
    # Only made and compared, never computed with: that would round to the caller's precision.
    for shown, unit in ((charge.raw.get("amount_in_cents"), "E0"), (charge.amount_raw, "E-2")):
        if isinstance(shown, str) and _NUMBER.fullmatch(shown):
            return Decimal(shown.removeprefix("-")) == Decimal(f"{cents}{unit}")
    return True


class Credits(generated.Credits):
    """Credits, blocking."""

    def __init__(self, flows: CreditFlows, transport: SyncTransport) -> None:
        super().__init__(flows, transport)
        self._matching = flows

    @named_arguments
    def find_matching(self, *, request: Request) -> tuple[Charge, ...]:
        """List the credits on the lease that look like the one in `request`.

        Same amount, or one that cannot be read (`amount_in_cents` is None), and the same day or the
        one before or after. Raises `ReadFailed` when the list cannot be known to be complete. This
        is evidence for a person, and never means that you may post again: a match may be an older
        credit, and one posted a moment ago may not be readable yet.

        Args:
            request: That of an `OutcomeUnknown`, or one from `prepare`.

        """
        return self._run(self._matching.find_matching(request=request))


class AsyncCredits(generated.AsyncCredits):
    """Credits, awaitable."""

    def __init__(self, flows: CreditFlows, transport: AsyncTransport) -> None:
        super().__init__(flows, transport)
        self._matching = flows

    @named_arguments
    async def find_matching(self, *, request: Request) -> tuple[Charge, ...]:
        """List the credits on the lease that look like the one in `request`.

        Same amount, or one that cannot be read (`amount_in_cents` is None), and the same day or the
        one before or after. Raises `ReadFailed` when the list cannot be known to be complete. This
        is evidence for a person, and never means that you may post again: a match may be an older
        credit, and one posted a moment ago may not be readable yet.

        Args:
            request: That of an `OutcomeUnknown`, or one from `prepare`.

        """
        return await self._run(self._matching.find_matching(request=request))
