"""Payments on residents' ledgers: post, follow, read back, get, list."""

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
from ._engine.values import cents, flag, identifier, text, wire_date
from ._engine.writes import FOLLOW_SECONDS, POLL_SECONDS
from .charges import day_range
from .errors import InvalidArgument
from .messages import Request
from .records import Payment
from .results import AcceptedWrite, PostedWrite

CREATE = "create_resident_payment"


class NewPayment(TypedDict):
    """The fields of a payment. Source: docs: Create Resident Payment: Rentvine."""

    integration_id: str
    lease_id: str
    financial_account_id: str
    """Must be a bank account."""
    resident_id: str
    """Must be the lease's primary resident."""
    amount_in_cents: NotRequired[int]
    """Whole cents, more than zero. Pass either this or `amount`."""
    amount: NotRequired[Decimal]
    """Dollars, more than zero, at most two decimals."""
    payment_type: str
    """One of the values the contract lists, such as "ACH" or "CHECK"."""
    transaction_date: date
    """The day it counts for. An aware datetime is sent as RFC 3339."""
    send_email_receipt: bool
    description: NotRequired[str | None]
    reference_number: NotRequired[str | None]


def payment_fields(
    *,
    integration_id: str,
    lease_id: str,
    financial_account_id: str,
    resident_id: str,
    payment_type: str,
    transaction_date: date,
    send_email_receipt: bool,
    amount_in_cents: int | None = None,
    amount: Decimal | None = None,
    description: str | None = None,
    reference_number: str | None = None,
) -> dict[str, Any]:
    """Check the fields and write them as they go on the wire. Raises `InvalidArgument`."""
    optional = {"description": description, "reference_number": reference_number}
    return {
        "integration_id": identifier("integration_id", integration_id),
        "lease_id": identifier("lease_id", lease_id),
        "financial_account_id": identifier("financial_account_id", financial_account_id),
        "resident_id": identifier("resident_id", resident_id),
        "amount_in_cents": cents(amount_in_cents=amount_in_cents, amount=amount),
        "payment_type": _payment_type(payment_type),
        "transaction_date": wire_date("transaction_date", transaction_date),
        "send_email_receipt": flag("send_email_receipt", send_email_receipt),
        **{name: text(name, value) for name, value in optional.items() if value is not None},
    }


class PaymentFlows(ReadBackFlows[Payment]):
    """What can be done with payments."""

    _comparison = Comparison[Payment](operation=CREATE, sign=1, date_field="transaction_date")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._reader = Reader(session, Payment.from_raw)

    def prepare(self, **payment: Unpack[NewPayment]) -> Request:
        """Check the fields and return the request that `create` would send; send nothing.

        Raises `InvalidArgument` or `InvalidArgumentType`, naming the argument.
        """
        return self._request(self._session.timeout, **payment)

    def create(
        self, *, timeout: float | None = None, **payment: Unpack[NewPayment]
    ) -> Flow[AcceptedWrite]:
        """Post a payment. Accepted is not booked: follow the job with `wait`.

        `timeout` is seconds for each phase of the request. Raises `InvalidArgument` before
        anything is sent, then `NotSent`, `Rejected`, `RateLimited` or `OutcomeUnknown`.
        Source: docs: Create Resident Payment: Rentvine.
        """
        return self._post(self._request(self._request_timeout(timeout), **payment))

    def create_and_wait(
        self,
        *,
        timeout: float | None = None,
        wait_timeout: float = FOLLOW_SECONDS,
        poll_interval: float = POLL_SECONDS,
        **payment: Unpack[NewPayment],
    ) -> Flow[PostedWrite]:
        """Post a payment and follow its job to the end: `create`, then `wait`, with their errors.

        `timeout` is seconds for each phase of the post, `wait_timeout` the deadline in seconds
        for the job, `poll_interval` the first pause between two looks at it.
        """
        request = self._request(self._request_timeout(timeout), **payment)
        return self._post_and_follow(request, wait_timeout, poll_interval)

    def get(self, payment_id: str) -> Flow[Payment]:
        """Read one payment by its Propexo id. Raises `NotFound`, `Rejected` or `ReadFailed`."""
        from ._generated.api.resident_payments.get_resident_payment import _get_kwargs

        return self._reader.one("get_resident_payment", _get_kwargs, "payment_id", payment_id)

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
    ) -> Pages[Payment]:
        """Iterate over payments, fetching pages of `page_size` (1 to 250) as they are needed.

        Both dates are included; oldest first by default. Source: docs: Get all resident payments.
        """
        from ._generated.api.resident_payments.list_resident_payments import _get_kwargs

        return self._reader.all(
            "list_resident_payments",
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

    def _read(self, record_id: str) -> Flow[Payment]:
        return self.get(record_id)

    def _request(self, timeout: float, **payment: Unpack[NewPayment]) -> Request:
        from ._generated.api.resident_payments.create_resident_payment import _get_kwargs
        from ._generated.models.create_resident_payment_request import CreateResidentPaymentRequest

        body = CreateResidentPaymentRequest(**payment_fields(**payment))
        return Request.of(CREATE, _get_kwargs(body=body), timeout)


def _payment_type(value: str) -> str:
    from ._generated.models.create_resident_payment_request_payment_type import (
        CREATE_RESIDENT_PAYMENT_REQUEST_PAYMENT_TYPE_VALUES as KNOWN,
    )

    if text("payment_type", value) not in KNOWN:
        raise InvalidArgument(f"payment_type: must be one of {', '.join(sorted(KNOWN))}")
    return value


class Payments(Resource[PaymentFlows]):
    """Payments, blocking."""

    prepare = immediate(PaymentFlows.prepare)
    create = blocking(PaymentFlows.create)
    create_and_wait = blocking(PaymentFlows.create_and_wait)
    wait = blocking(PaymentFlows.wait)
    retry_write = blocking(PaymentFlows.retry_write)
    read_back = blocking(PaymentFlows.read_back)
    get = blocking(PaymentFlows.get)
    list = iterating(PaymentFlows.list)


class AsyncPayments(AsyncResource[PaymentFlows]):
    """Payments, asynchronous."""

    prepare = immediate(PaymentFlows.prepare)
    create = awaitable(PaymentFlows.create)
    create_and_wait = awaitable(PaymentFlows.create_and_wait)
    wait = awaitable(PaymentFlows.wait)
    retry_write = awaitable(PaymentFlows.retry_write)
    read_back = awaitable(PaymentFlows.read_back)
    get = awaitable(PaymentFlows.get)
    list = async_iterating(PaymentFlows.list)
