"""Every call of the client that reaches the wire, in every form of arguments it accepts."""

from collections.abc import AsyncIterator, Awaitable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from propexo_client import AsyncPropexo, Propexo

IDS = {
    "integration_id": "intg_9f8b7c6d5e4a3b2c1d0e",
    "lease_id": "lease_1234567890abcdef",
    "financial_account_id": "finacct_0987654321fedcba",
}
ENTRY = {
    **IDS,
    "amount_in_cents": 15000,
    "transaction_date": date(2024, 1, 15),
    "description": "Rent adjusted for January",
}
PAYMENT = {
    **ENTRY,
    "resident_id": "resident_1",
    "payment_type": "ACH",
    "send_email_receipt": False,
}
SCHEDULE = {
    **IDS,
    "amount_in_cents": 15000,
    "description": "Parking",
    "day_due": 1,
    "start_date": date(2024, 2, 1),
}
FILTERS = {
    "integration_id": "intg_1",
    "integration_vendor": "RENTVINE",
    "property_id": "property_1",
}
LEDGER_FILTERS = {
    **FILTERS,
    "lease_id": "lease_1",
    "resident_id": "resident_1",
    "transaction_date_start": date(2024, 1, 1),
    "transaction_date_end": date(2024, 1, 31),
}
PAYMENT_TYPES = [
    *("ACH", "CREDIT/DEBIT_CARD", "CHECK", "MONEY_ORDER"),
    *("CASH", "OTHER", "CASH_PAY", "CASHIER_CHECK"),
]
DATES: tuple[date, ...] = (
    datetime(2024, 1, 15, 9, 30, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=-7))),
    date(1999, 12, 31),
)


@dataclass(frozen=True)
class Prepared:
    """Stands for the request that `client.<resource>.prepare(**fields)` returns."""

    resource: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call: `client.<resource>.<method>(*args, **kwargs)`."""

    resource: str
    method: str
    kwargs: dict[str, Any] = field(default_factory=dict)
    args: tuple[Any, ...] = ()

    def __str__(self) -> str:
        differing = {k: v for k, v in self.kwargs.items() if ENTRY.get(k) != v and k not in IDS}
        return f"{self.resource}.{self.method}({', '.join(map(str, differing))})"

    def run(self, client: Propexo) -> Any:
        """Make the call, and read a list to its end."""
        result = self._on(client)
        return list(result) if isinstance(result, Iterator) else result

    async def run_async(self, client: AsyncPropexo) -> Any:
        """Make the same call on the asynchronous client, to its end."""
        result = self._on(client)
        if isinstance(result, AsyncIterator):
            return [row async for row in result]
        return await result if isinstance(result, Awaitable) else result

    def _on(self, client: Propexo | AsyncPropexo) -> Any:
        resource = getattr(client, self.resource)
        kwargs = {
            name: getattr(client, value.resource).prepare(**value.fields)
            if isinstance(value, Prepared)
            else value
            for name, value in self.kwargs.items()
        }
        return getattr(resource, self.method)(*self.args, **kwargs)


def _without(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def _entries(resource: str, fields: dict[str, Any]) -> list[Call]:
    """Forms that all ledger entries share: amounts, dates, texts."""
    dollars = {**_without(fields, "amount_in_cents"), "amount": Decimal("150.00")}
    return [
        Call(resource, "create", fields),
        Call(resource, "create", dollars),
        Call(resource, "create", {**fields, "amount_in_cents": 1}),
        Call(resource, "create", {**fields, "amount_in_cents": 2**53 - 1}),
        Call(resource, "create", {**fields, "description": "Überzahlung, 返金 \U0001f3e0\n" * 40}),
        *(Call(resource, "create", {**fields, "transaction_date": day}) for day in DATES),
        Call(resource, "create_and_wait", {**fields, "timeout": 5.0}),
    ]


def _reads(resource: str, filters: dict[str, Any]) -> list[Call]:
    return [
        Call(resource, "get", args=("record/with?#é",)),
        Call(resource, "list"),
        Call(resource, "list", {**filters, "page_size": 250, "order_by": "updated_at:desc"}),
        *(Call(resource, "list", {name: value}) for name, value in filters.items()),
    ]


NEW = {"credits": ENTRY, "charges": ENTRY, "payments": PAYMENT, "recurring_charges": SCHEDULE}
CALLS = [
    *_entries("credits", ENTRY),
    *_entries("charges", ENTRY),
    *_entries("payments", PAYMENT),
    *(Call("payments", "create", {**PAYMENT, "payment_type": kind}) for kind in PAYMENT_TYPES),
    Call("payments", "create", {**PAYMENT, "reference_number": "42", "send_email_receipt": True}),
    Call("payments", "create", _without(PAYMENT, "description")),
    Call("recurring_charges", "create", SCHEDULE),
    Call("recurring_charges", "create", {**SCHEDULE, "day_due": 31, "frequency_raw": 24}),
    Call("recurring_charges", "create", {**SCHEDULE, "end_date": DATES[0]}),
    Call("recurring_charges", "create_and_wait", SCHEDULE),
    *(
        Call(resource, "read_back", {"created_record_id": "r", "request": Prepared(resource, new)})
        for resource, new in NEW.items()
    ),
    *(
        Call(
            "credits",
            "find_matching",
            {"request": Prepared("credits", {**ENTRY, "transaction_date": day})},
        )
        for day in DATES
    ),
    *(Call(resource, "wait", args=("job/1",)) for resource in NEW),
    *(Call(resource, "retry_write", args=("job_1",)) for resource in NEW),
    *_reads("charges", LEDGER_FILTERS),
    *_reads("payments", LEDGER_FILTERS),
    *_reads("recurring_charges", {**FILTERS, "lease_id": "lease_1", "location_id": "location_1"}),
    *_reads("financial_accounts", {**FILTERS, "account_number": "1000"}),
]
