"""Charges on residents' ledgers: post, follow, read back, get, list."""

from collections.abc import Mapping
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
from ._engine.values import cents, identifier, text, wire_date
from ._engine.writes import FOLLOW_SECONDS, POLL_SECONDS
from .messages import Request
from .records import Charge
from .results import AcceptedWrite, PostedWrite

CREATE = "create_resident_charge"


class NewCharge(TypedDict):
    """The fields of a charge, and of a credit. Source: docs: Create Resident Charge: Rentvine."""

    integration_id: str
    lease_id: str
    financial_account_id: str
    amount_in_cents: NotRequired[int]
    """Whole cents, more than zero. Pass either this or `amount`."""
    amount: NotRequired[Decimal]
    """Dollars, more than zero, at most two decimals."""
    transaction_date: date
    """The day it counts for. An aware datetime is sent as RFC 3339."""
    description: str


def ledger_fields(
    *,
    integration_id: str,
    lease_id: str,
    financial_account_id: str,
    transaction_date: date,
    description: str,
    amount_in_cents: int | None = None,
    amount: Decimal | None = None,
) -> dict[str, Any]:
    """Check the six fields and write them as they go on the wire. Raises `InvalidArgument`."""
    return {
        "integration_id": identifier("integration_id", integration_id),
        "lease_id": identifier("lease_id", lease_id),
        "financial_account_id": identifier("financial_account_id", financial_account_id),
        "amount_in_cents": cents(amount_in_cents=amount_in_cents, amount=amount),
        "transaction_date": wire_date("transaction_date", transaction_date),
        "description": text("description", description),
    }


class ChargeFlows(ReadBackFlows[Charge]):
    """What can be done with charges."""

    _comparison = Comparison[Charge](operation=CREATE, sign=1, date_field="transaction_date")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._reader = Reader(session, Charge.from_raw)

    def prepare(self, **charge: Unpack[NewCharge]) -> Request:
        """Check the fields and return the request that `create` would send; send nothing.

        Raises `InvalidArgument` or `InvalidArgumentType`, naming the argument.
        """
        return self._request(self._session.timeout, **charge)

    def create(
        self, *, timeout: float | None = None, **charge: Unpack[NewCharge]
    ) -> Flow[AcceptedWrite]:
        """Post a charge. Accepted is not booked: follow the job with `wait`.

        `timeout` is seconds for each phase of the request. Raises `InvalidArgument` before
        anything is sent, then `NotSent`, `Rejected`, `RateLimited` or `OutcomeUnknown`.
        Source: docs: Create Resident Charge: Rentvine.
        """
        return self._post(self._request(self._request_timeout(timeout), **charge))

    def create_and_wait(
        self,
        *,
        timeout: float | None = None,
        wait_timeout: float = FOLLOW_SECONDS,
        poll_interval: float = POLL_SECONDS,
        **charge: Unpack[NewCharge],
    ) -> Flow[PostedWrite]:
        """Post a charge and follow its job to the end: `create`, then `wait`, with their errors.

        `timeout` is seconds for each phase of the post, `wait_timeout` the deadline in seconds
        for the job, `poll_interval` the first pause between two looks at it.
        """
        request = self._request(self._request_timeout(timeout), **charge)
        return self._post_and_follow(request, wait_timeout, poll_interval)

    def get(self, charge_id: str) -> Flow[Charge]:
        """Read one charge by its Propexo id. Raises `NotFound`, `Rejected` or `ReadFailed`."""
        from ._generated.api.resident_charges.get_resident_charge import _get_kwargs

        return self._reader.one("get_resident_charge", _get_kwargs, "charge_id", charge_id)

    def list(
        self,
        *,
        integration_id: str | None = None,
        integration_vendor: str | None = None,
        property_id: str | None = None,
        lease_id: str | None = None,
        resident_id: str | None = None,
        transaction_date_start: date | None = None,
        transaction_date_end: date | None = None,
        page_size: int = PAGE_SIZE,
        order_by: str = OLDEST_FIRST,
    ) -> Pages[Charge]:
        """Iterate over charges, fetching pages of `page_size` (1 to 250) as they are needed.

        Both dates are included. Oldest first by default, so that rows arriving meanwhile come
        last; rows that shift between pages are not repeated. Propexo bills charges read by the
        record. Source: docs: Get all resident charges.
        """
        from ._generated.api.resident_charges.list_resident_charges import _get_kwargs

        return self._reader.all(
            "list_resident_charges",
            _get_kwargs,
            page_size=page_size,
            order_by=order_by,
            integration_id=integration_id,
            integration_vendor=integration_vendor,
            property_id=property_id,
            lease_id=lease_id,
            resident_id=resident_id,
            **day_range(transaction_date_start, transaction_date_end),
        )

    def _read(self, record_id: str) -> Flow[Charge]:
        return self.get(record_id)

    def _request(self, timeout: float, **charge: Unpack[NewCharge]) -> Request:
        from ._generated.api.resident_charges.create_resident_charge import _get_kwargs
        from ._generated.models.create_resident_charge_request import CreateResidentChargeRequest

        body = CreateResidentChargeRequest(**ledger_fields(**charge))
        return Request.of(CREATE, _get_kwargs(body=body), timeout)


def day_range(start: date | None, end: date | None) -> Mapping[str, str | None]:
    """Write the two filters on the transaction date."""
    days = {"transaction_date_start": start, "transaction_date_end": end}
    return {name: None if day is None else wire_date(name, day) for name, day in days.items()}


class Charges(Resource[ChargeFlows]):
    """Charges, blocking."""

    prepare = immediate(ChargeFlows.prepare)
    create = blocking(ChargeFlows.create)
    create_and_wait = blocking(ChargeFlows.create_and_wait)
    wait = blocking(ChargeFlows.wait)
    retry_write = blocking(ChargeFlows.retry_write)
    read_back = blocking(ChargeFlows.read_back)
    get = blocking(ChargeFlows.get)
    list = iterating(ChargeFlows.list)


class AsyncCharges(AsyncResource[ChargeFlows]):
    """Charges, asynchronous."""

    prepare = immediate(ChargeFlows.prepare)
    create = awaitable(ChargeFlows.create)
    create_and_wait = awaitable(ChargeFlows.create_and_wait)
    wait = awaitable(ChargeFlows.wait)
    retry_write = awaitable(ChargeFlows.retry_write)
    read_back = awaitable(ChargeFlows.read_back)
    get = awaitable(ChargeFlows.get)
    list = async_iterating(ChargeFlows.list)
