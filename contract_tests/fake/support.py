"""A fake with something in it, and plain httpx clients that reach it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from contract_tests.client import support
from propexo_client.testing import FakePropexo

BASE = "https://api.sandbox.propexo.com"
CREDITS = "/v1/resident-credits/rentvine/"
CHARGES = "/v1/resident-charges/"
CREDIT: dict[str, Any] = support.CREDIT | {"transaction_date": "2026-01-15"}
CHARGE = {**CREDIT, "description": "a charge"}
PAYMENT = {
    **CREDIT,
    "resident_id": "resident_1",
    "payment_type": "CHECK",
    "send_email_receipt": False,
}
RECURRING = {
    **{key: value for key, value in CREDIT.items() if key != "transaction_date"},
    "day_due": 1,
    "start_date": "2026-02-01",
    "frequency_raw": 1,
}
WRITES: dict[str, Any] = {
    CREDITS: CREDIT,
    "/v1/resident-charges/rentvine/": CHARGE,
    "/v1/resident-payments/rentvine/": PAYMENT,
    "/v1/recurring-resident-charges/rentvine/": RECURRING,
}


@contextmanager
def in_process(fake: FakePropexo) -> Iterator[httpx.Client]:
    """Reach `fake` without a socket."""
    headers = {"authorization": f"Bearer {fake.token}"}
    with httpx.Client(base_url=BASE, transport=fake.transport(), headers=headers) as client:
        yield client


@contextmanager
def on_loopback(fake: FakePropexo, timeout: float = 30.0) -> Iterator[httpx.Client]:
    """Reach `fake` through a real server."""
    headers = {"authorization": f"Bearer {fake.token}"}
    with (
        fake.serve() as server,
        httpx.Client(base_url=server.url, headers=headers, timeout=timeout) as client,
    ):
        yield client


def populated() -> FakePropexo:
    """Make a fake that has a row of every kind."""
    fake = FakePropexo()
    with in_process(fake) as client:
        for path, body in WRITES.items():
            assert client.post(path, json=body).status_code == 200
    fake.add_financial_account(name="Rent", account_number="4000")
    return fake
