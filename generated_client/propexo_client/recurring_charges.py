"""Recurring charges: schedules by which charges are made: post, follow, read back, get, list."""

from datetime import date
from decimal import Decimal
from typing import Any, NotRequired, TypedDict, Unpack

from ._engine.exchange import Session
from ._engine.flow import Flow
from ._engine.methods import (
    AsyncResource,
    Resource,
    async_iterating,
    awaitable,
    blocking,
    immediate,
    iterating,
)
from ._engine.pages import OLDEST_FIRST, PAGE_SIZE, Pages
from ._engine.read_back import Comparison, ReadBackFlows
from ._engine.reads import Reader
from ._engine.values import cents, identifier, text, whole, wire_date
from ._engine.writes import FOLLOW_SECONDS, POLL_SECONDS
from .messages import Request
from .records import RecurringCharge
from .results import AcceptedWrite, PostedWrite

CREATE = "create_recurring_resident_charge"


class NewRecurringCharge(TypedDict):
    """The fields of a schedule. Source: docs: Create Recurring Resident Charge: Rentvine."""

    integration_id: str
    lease_id: str
    financial_account_id: str
    amount_in_cents: NotRequired[int]
    """Whole cents, more than zero. Pass either this or `amount`."""
    amount: NotRequired[Decimal]
    """Dollars, more than zero, at most two decimals."""
    description: str
    day_due: int
    """Day of the month, 1 to 31."""
    start_date: date
    end_date: NotRequired[date | None]
    frequency_raw: NotRequired[int | None]
    """Months between two charges, 1 to 24."""


def schedule_fields(
    *,
    integration_id: str,
    lease_id: str,
    financial_account_id: str,
    description: str,
    day_due: int,
    start_date: date,
    end_date: date | None = None,
    frequency_raw: int | None = None,
    amount_in_cents: int | None = None,
    amount: Decimal | None = None,
) -> dict[str, Any]:
    """Check the fields and write them as they go on the wire. Raises `InvalidArgument`."""
    fields: dict[str, Any] = {
        "integration_id": identifier("integration_id", integration_id),
        "lease_id": identifier("lease_id", lease_id),
        "financial_account_id": identifier("financial_account_id", financial_account_id),
        "amount_in_cents": cents(amount_in_cents=amount_in_cents, amount=amount),
        "description": text("description", description),
        "day_due": whole("day_due", day_due, 1, 31),
        "start_date": wire_date("start_date", start_date),
    }
    if end_date is not None:
        fields["end_date"] = wire_date("end_date", end_date)
    if frequency_raw is not None:
        fields["frequency_raw"] = whole("frequency_raw", frequency_raw, 1, 24)
    return fields


class RecurringChargeFlows(ReadBackFlows[RecurringCharge]):
    """What can be done with recurring charges."""

    _comparison = Comparison[RecurringCharge](operation=CREATE, sign=1, date_field="start_date")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._reader = Reader(session, RecurringCharge.from_raw)

    def prepare(self, **charge: Unpack[NewRecurringCharge]) -> Request:
        """Check the fields and return the request that `create` would send; send nothing.

        Raises `InvalidArgument` or `InvalidArgumentType`, naming the argument.
        """
        return self._request(self._session.timeout, **charge)

    def create(
        self, *, timeout: float | None = None, **charge: Unpack[NewRecurringCharge]
    ) -> Flow[AcceptedWrite]:
        """Post a recurring charge. Accepted is not booked: follow the job with `wait`.

        `timeout` is seconds for each phase of the request. Raises `InvalidArgument` before
        anything is sent, then `NotSent`, `Rejected`, `RateLimited` or `OutcomeUnknown`.
        Source: docs: Create Recurring Resident Charge: Rentvine.
        """
        return self._post(self._request(self._request_timeout(timeout), **charge))

    def create_and_wait(
        self,
        *,
        timeout: float | None = None,
        wait_timeout: float = FOLLOW_SECONDS,
        poll_interval: float = POLL_SECONDS,
        **charge: Unpack[NewRecurringCharge],
    ) -> Flow[PostedWrite]:
        """Post a recurring charge and follow its job: `create`, then `wait`, with their errors.

        `timeout` is seconds for each phase of the post, `wait_timeout` the deadline in seconds
        for the job, `poll_interval` the first pause between two looks at it.
        """
        request = self._request(self._request_timeout(timeout), **charge)
        return self._post_and_follow(request, wait_timeout, poll_interval)

    def get(self, recurring_charge_id: str) -> Flow[RecurringCharge]:
        """Read one schedule by its Propexo id. Raises `NotFound`, `Rejected` or `ReadFailed`."""
        from ._generated.api.recurring_resident_charges.get_recurring_resident_charge import (
            _get_kwargs,
        )

        return self._reader.one(
            "get_recurring_resident_charge", _get_kwargs, "recurring_charge_id", recurring_charge_id
        )

    def list(
        self,
        *,
        integration_id: str | None = None,
        integration_vendor: str | None = None,
        property_id: str | None = None,
        lease_id: str | None = None,
        location_id: str | None = None,
        page_size: int = PAGE_SIZE,
        order_by: str = OLDEST_FIRST,
    ) -> Pages[RecurringCharge]:
        """Iterate over schedules, fetching pages of `page_size` (1 to 250) as they are needed.

        Oldest first by default. Source: docs: Get all recurring resident charges.
        """
        from ._generated.api.recurring_resident_charges.list_recurring_resident_charges import (
            _get_kwargs,
        )

        return self._reader.all(
            "list_recurring_resident_charges",
            _get_kwargs,
            page_size=page_size,
            order_by=order_by,
            integration_id=integration_id,
            integration_vendor=integration_vendor,
            property_id=property_id,
            lease_id=lease_id,
            location_id=location_id,
        )

    def _read(self, record_id: str) -> Flow[RecurringCharge]:
        return self.get(record_id)

    def _request(self, timeout: float, **charge: Unpack[NewRecurringCharge]) -> Request:
        from ._generated.api.recurring_resident_charges.create_recurring_resident_charge import (
            _get_kwargs,
        )
        from ._generated.models.create_recurring_resident_charge_request import (
            CreateRecurringResidentChargeRequest,
        )

        body = CreateRecurringResidentChargeRequest(**schedule_fields(**charge))
        return Request.of(CREATE, _get_kwargs(body=body), timeout)


class RecurringCharges(Resource[RecurringChargeFlows]):
    """Recurring charges, blocking."""

    prepare = immediate(RecurringChargeFlows.prepare)
    create = blocking(RecurringChargeFlows.create)
    create_and_wait = blocking(RecurringChargeFlows.create_and_wait)
    wait = blocking(RecurringChargeFlows.wait)
    retry_write = blocking(RecurringChargeFlows.retry_write)
    read_back = blocking(RecurringChargeFlows.read_back)
    get = blocking(RecurringChargeFlows.get)
    list = iterating(RecurringChargeFlows.list)


class AsyncRecurringCharges(AsyncResource[RecurringChargeFlows]):
    """Recurring charges, asynchronous."""

    prepare = immediate(RecurringChargeFlows.prepare)
    create = awaitable(RecurringChargeFlows.create)
    create_and_wait = awaitable(RecurringChargeFlows.create_and_wait)
    wait = awaitable(RecurringChargeFlows.wait)
    retry_write = awaitable(RecurringChargeFlows.retry_write)
    read_back = awaitable(RecurringChargeFlows.read_back)
    get = awaitable(RecurringChargeFlows.get)
    list = async_iterating(RecurringChargeFlows.list)
