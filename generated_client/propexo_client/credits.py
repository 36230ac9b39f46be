"""Credits: money given to a resident. Post, follow, read back, and look for one like it.

A credit has no record of its own: it is stored as a charge with a negative amount.
Source: docs: Create Resident Credit: Rentvine.
"""

from datetime import timedelta
from typing import Unpack

from ._engine.exchange import Session
from ._engine.flow import Flow
from ._engine.methods import AsyncResource, Resource, awaitable, blocking, immediate
from ._engine.read_back import Comparison, ReadBackFlows
from ._engine.values import possible_days
from ._engine.writes import FOLLOW_SECONDS, POLL_SECONDS
from .charges import ChargeFlows, NewCharge, ledger_fields
from .errors import InvalidArgument
from .messages import Request
from .records import Charge
from .results import AcceptedWrite, PostedWrite

CREATE = "create_resident_credit"
_A_DAY = timedelta(days=1)


class NewCredit(NewCharge):
    """The fields of a credit. The amount is positive, although it reads back negative."""


class CreditFlows(ReadBackFlows[Charge]):
    """What can be done with credits."""

    _comparison = Comparison[Charge](operation=CREATE, sign=-1, date_field="transaction_date")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._charges = ChargeFlows(session)

    def prepare(self, **credit: Unpack[NewCredit]) -> Request:
        """Check the fields and return the request that `create` would send; send nothing.

        Its `fingerprint` can be stored before posting, and `find_matching` takes it. Raises
        `InvalidArgument` or `InvalidArgumentType`, naming the argument.
        """
        return self._request(self._session.timeout, **credit)

    def create(
        self, *, timeout: float | None = None, **credit: Unpack[NewCredit]
    ) -> Flow[AcceptedWrite]:
        """Post a credit. Accepted is not booked: follow the job with `wait`.

        Pass the amount as `amount_in_cents` (int) or `amount` (Decimal dollars); `timeout` is
        seconds for each phase of the request. Raises `InvalidArgument` before anything is sent;
        then `NotSent`, `Rejected` or `RateLimited` when nothing was posted, and `OutcomeUnknown`
        when it may have been: then never post it again before reconciling.
        Source: docs: Create Resident Credit: Rentvine.
        """
        return self._post(self._request(self._request_timeout(timeout), **credit))

    def create_and_wait(
        self,
        *,
        timeout: float | None = None,
        wait_timeout: float = FOLLOW_SECONDS,
        poll_interval: float = POLL_SECONDS,
        **credit: Unpack[NewCredit],
    ) -> Flow[PostedWrite]:
        """Post a credit and follow its job to the end: `create`, then `wait`, with their errors.

        `timeout` is seconds for each phase of the post, `wait_timeout` the deadline in seconds
        for the job, `poll_interval` the first pause between two looks at it.
        """
        request = self._request(self._request_timeout(timeout), **credit)
        return self._post_and_follow(request, wait_timeout, poll_interval)

    def find_matching(self, *, request: Request) -> Flow[tuple[Charge, ...]]:
        """List the credits on the lease that look like the one in `request`.

        Same amount, and the same day or the one before or after. This is evidence for a person,
        never a licence to post again: one found may be an older twin, and one posted a moment ago
        may not be readable yet. `request` is that of an `OutcomeUnknown`, or from `prepare`.
        Source: docs: Get all resident charges.
        """
        sent = _of_a_credit(request).body
        days = possible_days(sent["transaction_date"])
        charges = self._charges.list(
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

    def _read(self, record_id: str) -> Flow[Charge]:
        return self._charges.get(record_id)

    def _request(self, timeout: float, **credit: Unpack[NewCredit]) -> Request:
        from ._generated.api.resident_credits.create_resident_credit import _get_kwargs
        from ._generated.models.create_resident_credit_request import CreateResidentCreditRequest

        body = CreateResidentCreditRequest(**ledger_fields(**credit))
        return Request.of(CREATE, _get_kwargs(body=body), timeout)


def _of_a_credit(request: Request) -> Request:
    if request.operation != CREATE:
        raise InvalidArgument(f"request: pass that of a credit, not of {request.operation}")
    return request


class Credits(Resource[CreditFlows]):
    """Credits, blocking."""

    prepare = immediate(CreditFlows.prepare)
    create = blocking(CreditFlows.create)
    create_and_wait = blocking(CreditFlows.create_and_wait)
    wait = blocking(CreditFlows.wait)
    retry_write = blocking(CreditFlows.retry_write)
    read_back = blocking(CreditFlows.read_back)
    find_matching = blocking(CreditFlows.find_matching)


class AsyncCredits(AsyncResource[CreditFlows]):
    """Credits, asynchronous."""

    prepare = immediate(CreditFlows.prepare)
    create = awaitable(CreditFlows.create)
    create_and_wait = awaitable(CreditFlows.create_and_wait)
    wait = awaitable(CreditFlows.wait)
    retry_write = awaitable(CreditFlows.retry_write)
    read_back = awaitable(CreditFlows.read_back)
    find_matching = awaitable(CreditFlows.find_matching)
