"""What the contract says the client sends and reads. Watch the client, and compare."""

import datetime
import inspect
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin, get_type_hints

import httpx
import pytest

from contract_tests.client.support import TOKEN
from propexo_client import Environment, Propexo, PropexoError
from propexo_client._contract import checks
from propexo_client.messages import Response
from scripts.document.operations import Operation
from scripts.document.usage import operations_in

FOUND = operations_in(checks.document())
OPERATIONS = FOUND.operations if FOUND else ()
OURS = {"amount", "idempotency_key", "timeout", "page_size", "order_by"}
SAMPLES = {str: "x", int: 1, bool: False, datetime.date: datetime.date(2026, 1, 15)}


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


def sample(annotation: Any) -> Any:
    """Give a value of the type that an argument has."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    options = [each for each in get_args(annotation) if each is not type(None)]
    return sample(options[0]) if options else SAMPLES[annotation]


def call(propexo: Propexo, operation: Operation, *, full: bool) -> Any:
    """Make the one call that an operation stands for, with all arguments or as few as possible."""
    if not operation.public:
        run = propexo.credits.wait if operation.method == "get" else propexo.credits.retry_write
        return run("x", timeout=1)
    group, _, name = operation.public.partition(".")
    method = getattr(getattr(propexo, group), name)
    hints = get_type_hints(inspect.unwrap(method), localns={"Decimal": Decimal})
    arguments = {
        each.name: sample(hints[each.name])
        for each in inspect.signature(method).parameters.values()
        if each.name not in OURS and (full or each.default is each.empty)
    }
    if "phone_1" in arguments:
        arguments["phone_1"] = "2025550143"
    if "amount_in_cents" in hints:
        arguments["amount_in_cents"] = 1
    result = method(**arguments)
    return list(result) if name == "list" else result


def row(operation: Operation) -> dict[str, Any]:
    """Give a record that has one object in every list."""
    schema = checks.component(f"#/components/schemas/{operation.record}")
    lists = [name for name, part in schema["properties"].items() if part.get("type") == "array"]
    return {"id": "x", **{name: [{}] for name in lists}}


def bodies(operation: Operation) -> Iterator[tuple[int, object]]:
    """Give responses that lead the client to everything it may read."""
    yield 400, {"error": {"code": "x", "message": "y", "details": {"details": {"issues": []}}}}
    if operation.method == "post":
        yield 200, {"meta": {"job_id": "job_1"}, "result": {}, "success": True}
        yield 200, {"job_id": "job_1", "success": True}
    elif not operation.public:
        yield 200, {"write_status": "SUCCESS", "errors": [], "created_record_id": None}
    elif operation.public.endswith(".list"):
        within = checks.endpoints()[operation.name].within
        rows = [row(operation)]
        yield 200, {"meta": {}, "results": {within: rows} if within else rows}
    else:
        yield 200, {"meta": {}, "results": row(operation)}


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> tuple[set[str], list[httpx.Request]]:
    """Watch every response that is parsed, and every request that is sent."""
    seen: set[str] = set()
    parse = Response.json
    monkeypatch.setattr(Response, "json", lambda self: watch(parse(self), str(self.status), seen))
    monkeypatch.setattr("propexo_client._contract.checks.response_violations", lambda *_: ())
    return seen, []


def run(
    operation: Operation, status: int, body: object, sent: list[httpx.Request], *, full: bool
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(status, json=body)

    transport = httpx.MockTransport(respond)
    with Propexo(TOKEN, environment=Environment.SANDBOX, transport=transport) as propexo:
        try:
            call(propexo, operation, full=full)
        except PropexoError:
            assert status != 200


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_client_reads_what_its_contract_says(
    operation: Operation, watched: tuple[set[str], list[httpx.Request]]
) -> None:
    seen, sent = watched
    for status, body in bodies(operation):
        run(operation, status, body, sent, full=True)
    leaves = {path for path in seen if not any(other.startswith(f"{path}.") for other in seen)}
    leaves = {path for path in leaves if not any(o.startswith(f"{path}[") for o in seen)}
    assert operation.reads is not None
    declared = {path.rstrip("?") for path in operation.reads}
    leaves -= {"400.meta", "400.job_id"}  # a refusal that had them would not be believed
    lists = {"200.results", f"200.results.{checks.endpoints()[operation.name].within}"}
    assert declared - lists == leaves - lists


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_client_sends_what_its_contract_says(
    operation: Operation, watched: tuple[set[str], list[httpx.Request]]
) -> None:
    _, sent = watched
    _, body = list(bodies(operation))[1]
    found = []
    for full in (True, False):
        run(operation, 200, body, sent, full=full)
        found.append(names_in(sent.pop(), operation))
    most, least = found
    expected = {name if name in least else f"{name}?" for name in most}
    assert operation.sends is not None
    assert set(operation.sends) == expected


def names_in(request: httpx.Request, operation: Operation) -> set[str]:
    body = json.loads(request.content) if request.content else {}
    names = {f"body.{name}" for name in body}
    names |= {f"query.{name}" for name in request.url.params}
    parameters = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    return names | {f"path.{name}" for name in parameters}
