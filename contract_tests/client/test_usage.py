"""`openapi/operations.toml` says what the client sends and reads. Watch it, and compare."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from contract_tests.client.support import CREDIT, TOKEN
from propexo_client import Environment, Propexo, PropexoError
from propexo_client.messages import Request, Response
from scripts.document.operations import Operation, load

OPERATIONS = load().operations
DAY = datetime.date(2026, 1, 15)


class Watched(dict[str, Any]):
    """A JSON object that notes the path of every member somebody asks for."""

    def __init__(self, members: dict[str, Any], path: str, seen: set[str]) -> None:
        super().__init__(members)
        self.path, self.seen = path, seen

    def get(self, name: str, default: Any = None) -> Any:
        path = f"{self.path}.{name}"
        self.seen.add(path)
        return watch(super().get(name, default), path, self.seen)

    def __getitem__(self, name: str) -> Any:
        return self.get(name)


def watch(value: Any, path: str, seen: set[str]) -> Any:
    if isinstance(value, dict):
        return Watched(value, path, seen)
    if isinstance(value, list):
        return [watch(item, f"{path}[]", seen) for item in value]
    return value


def calls(propexo: Propexo, *, full: bool) -> dict[str, Callable[[], object]]:
    """One call for every operation, with all that can be sent or with as little as possible."""
    span = {"transaction_date_start": DAY, "transaction_date_end": DAY} if full else {}
    ids = ["integration_id", "integration_vendor", "property_id"] if full else []
    by_id = dict.fromkeys(ids, "x")
    ledger: Any = by_id | (dict.fromkeys(["lease_id", "resident_id"], "x") | span if full else {})
    schedule: Any = CREDIT | {"day_due": 1, "start_date": DAY}
    del schedule["transaction_date"]
    payment: Any = {"resident_id": "x", "payment_type": "ACH", "send_email_receipt": False}
    more: Any = {"end_date": DAY, "frequency_raw": 1} if full else {}
    note: Any = {"reference_number": "x"} if full else {}
    paid: Any = {name: CREDIT[name] for name in CREDIT if full or name != "description"}
    places: Any = by_id | ({"lease_id": "x", "location_id": "x"} if full else {})
    accounts: Any = by_id | ({"account_number": "x"} if full else {})
    return {
        "create_resident_credit": lambda: propexo.credits.create(**CREDIT),
        "create_resident_charge": lambda: propexo.charges.create(**CREDIT),
        "create_resident_payment": lambda: propexo.payments.create(**paid, **payment, **note),
        "create_recurring_resident_charge": lambda: propexo.recurring_charges.create(
            **schedule, **more
        ),
        "list_resident_charges": lambda: list(propexo.charges.list(**ledger)),
        "list_resident_payments": lambda: list(propexo.payments.list(**ledger)),
        "list_recurring_resident_charges": lambda: list(propexo.recurring_charges.list(**places)),
        "list_financial_accounts": lambda: list(propexo.financial_accounts.list(**accounts)),
        "get_resident_charge": lambda: propexo.charges.get("x"),
        "get_resident_payment": lambda: propexo.payments.get("x"),
        "get_recurring_resident_charge": lambda: propexo.recurring_charges.get("x"),
        "get_financial_account": lambda: propexo.financial_accounts.get("x"),
        "get_write_status": lambda: propexo.credits.wait("x", timeout=0),
        "retry_write": lambda: propexo.credits.retry_write("x"),
    }


def bodies(operation: Operation) -> Iterator[tuple[int, object]]:
    """Answers that lead the client to everything it may read."""
    yield 400, {"error": {"code": "x", "message": "y", "details": {"details": {"issues": []}}}}
    if operation.method == "post":
        yield 200, {"meta": {"job_id": "job_1"}, "result": {}, "success": True}
        yield 200, {"job_id": "job_1", "success": True}
    elif operation.name == "get_write_status":
        yield 200, {"write_status": "SUCCESS", "errors": [], "created_record_id": None}
    else:
        yield 200, {"meta": {}, "results": [{}] if "list" in operation.name else {"id": "x"}}


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> tuple[set[str], list[Request]]:
    """Watch every answer that is parsed, and every request that is built."""
    seen: set[str] = set()
    sent: list[Request] = []
    parse, build = Response.json, Request.of
    monkeypatch.setattr(Response, "json", lambda self: watch(parse(self), str(self.status), seen))
    monkeypatch.setattr("propexo_client._contract.checks.response_violations", lambda *_: ())

    def note(*args: Any) -> Request:
        sent.append(build(*args))
        return sent[-1]

    monkeypatch.setattr(Request, "of", note)
    return seen, sent


def call(operation: Operation, status: int, body: object, *, full: bool) -> None:
    propexo = Propexo(
        TOKEN,
        environment=Environment.SANDBOX,
        transport=httpx.MockTransport(lambda _: httpx.Response(status, json=body)),
    )
    try:
        calls(propexo, full=full)[operation.name]()
    except PropexoError:
        assert status != 200


def test_every_operation_is_watched() -> None:
    propexo = Propexo(TOKEN, environment=Environment.SANDBOX)
    assert {operation.name for operation in OPERATIONS} == calls(propexo, full=True).keys()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_client_reads_what_operations_toml_says(
    operation: Operation, watched: tuple[set[str], list[Request]]
) -> None:
    for status, body in bodies(operation):
        call(operation, status, body, full=True)
    seen, _ = watched
    leaves = {path for path in seen if not any(other.startswith(f"{path}.") for other in seen)}
    leaves = {path for path in leaves if not any(o.startswith(f"{path}[") for o in seen)}
    assert operation.reads is not None
    declared = {path.rstrip("?") for path in operation.reads}
    assert declared - {"200.results"} == leaves - {"200.results"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_client_sends_what_operations_toml_says(
    operation: Operation, watched: tuple[set[str], list[Request]]
) -> None:
    _, body = list(bodies(operation))[1]
    found = []
    for full in (True, False):
        call(operation, 200, body, full=full)
        found.append(names_in(watched[1].pop(), operation))
    most, least = found
    expected = {name if name in least else f"{name}?" for name in most}
    assert operation.sends is not None
    assert set(operation.sends) == expected


def names_in(request: Request, operation: Operation) -> set[str]:
    names = {f"body.{name}" for name in request.body or {}}
    names |= {f"query.{name}" for name, _ in request.params}
    parameters = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    return names | {f"path.{name}" for name in parameters}
