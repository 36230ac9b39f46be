"""Credits: money given to a resident. What is generated, and a search for credits like one's own.

A credit has no record of its own: it is stored as a charge with a negative amount.
"""

from datetime import timedelta

from ._engine.flow import Flow
from ._engine.http import AsyncTransport, SyncTransport
from ._engine.methods import named_arguments
from ._engine.values import possible_days
from ._generated.api import credits as generated
from ._generated.api.charges import ChargeFlows
from ._generated.models.charge import Charge
from .errors import InvalidArgument
from .messages import Request

_A_DAY = timedelta(days=1)


class CreditFlows(generated.CreditFlows):
    """Credits, as flows."""

    def find_matching(self, *, request: Request) -> Flow[tuple[Charge, ...]]:
        """List the credits on the lease that look like the one in `request`."""
        sent = self._of_a_credit(request).body
        days = possible_days(sent["transaction_date"])
        charges = ChargeFlows(self._session).list(
            integration_id=sent["integration_id"],
            lease_id=sent["lease_id"],
            transaction_date_start=min(days) - _A_DAY,
            transaction_date_end=max(days) + _A_DAY,
        )
        return (
            yield from charges.where(
                lambda charge: charge.amount_in_cents == -sent["amount_in_cents"]
            )
        )

    def _of_a_credit(self, request: Request) -> Request:
        if request.operation != self._comparison.operation:
            raise InvalidArgument(f"request: pass that of a credit, not of {request.operation}")
        return request


class Credits(generated.Credits):
    """Credits, blocking."""

    def __init__(self, flows: CreditFlows, transport: SyncTransport) -> None:
        super().__init__(flows, transport)
        self._matching = flows

    @named_arguments
    def find_matching(self, *, request: Request) -> tuple[Charge, ...]:
        """List the credits on the lease that look like the one in `request`.

        Same amount, and the same day or the one before or after. This is evidence for a person,
        never a licence to post again: one found may be an older twin, and one posted a moment ago
        may not be readable yet.

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

        Same amount, and the same day or the one before or after. This is evidence for a person,
        never a licence to post again: one found may be an older twin, and one posted a moment ago
        may not be readable yet.

        Args:
            request: That of an `OutcomeUnknown`, or one from `prepare`.

        """
        return await self._run(self._matching.find_matching(request=request))
