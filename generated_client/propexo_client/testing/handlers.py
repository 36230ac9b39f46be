"""One handler for each operation of the contract: a checked request in, a response out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import unquote

from .._contract import checks
from .filters import NEEDS
from .ledger import Ledger
from .listing import UnknownOrder, listed, single
from .messages import Call, FakeResponse, error_response, json_response
from .rows import least, subject


@dataclass(frozen=True, slots=True)
class Matched:
    """A request whose operation is known: the id in its path, its query and its parsed body."""

    operation: str
    id: str
    query: Mapping[str, str]
    body: Any


Handler: TypeAlias = Callable[[Ledger, Matched], FakeResponse]


def find(call: Call) -> tuple[str, str] | FakeResponse:
    """Find the operation of a request and the id in its path, or the response that refuses it.

    A trailing slash matters, as it does in the documented paths.
    """
    allowed: list[str] = []
    for pattern, method, operation in _routes():
        if match := pattern.fullmatch(call.path):
            if method == call.method:
                return operation, unquote(match[1]) if pattern.groups else ""
            allowed.append(method)
    if allowed:
        refusal = error_response(405, "method not allowed", code="method_not_allowed")
        return FakeResponse(405, {**refusal.headers, "allow": ", ".join(allowed)}, refusal.body)
    return error_response(404, f"no such path: {call.path}", code="not_found")


def refusal(request: Matched) -> FakeResponse | None:
    """Refuse what the contract does not allow: unknown keys and unknown query parameters too.

    The vendor documents that for bodies; for queries it is this fake's choice, because a misspelt
    filter that is ignored lists everything. Source: Propexo's guide "Write requests".
    """
    lines = checks.query_violations(request.operation, request.query)
    lines += checks.request_violations(request.operation, request.body)
    documented = checks.query_parameters(request.operation)
    lines += tuple(
        f"/{name} needs {other} beside it"
        for name, other in NEEDS.items()
        if name in request.query and other in documented and other not in request.query
    )
    if not lines:
        return None
    return error_response(400, "invalid request", issues=tuple(_issue(line) for line in lines))


def handle(ledger: Ledger, request: Matched) -> FakeResponse:
    """Execute a request that has passed every check."""
    kind = checks.endpoints()[request.operation].kind
    handler = _BY_NAME.get(request.operation) or _BY_KIND.get(kind, _documented)
    return handler(ledger, request)


def _create(ledger: Ledger, request: Matched) -> FakeResponse:
    job = ledger.start_job(request.operation, request.body)
    return json_response({"meta": {"job_id": job.id}, "result": request.body})


def _list(ledger: Ledger, request: Matched) -> FakeResponse:
    endpoint = checks.endpoints()[request.operation]
    rows = ledger.rows(endpoint.record)
    try:
        return json_response(
            listed(rows, request.query, subject=subject(endpoint.record), within=endpoint.within)
        )
    except UnknownOrder as error:
        return error_response(400, str(error))


def _get(ledger: Ledger, request: Matched) -> FakeResponse:
    row = ledger.row(_record(request), request.id)
    return _missing(request.id) if row is None else json_response(single(row))


def _write_status(ledger: Ledger, request: Matched) -> FakeResponse:
    status = ledger.status(request.id)
    return _missing(request.id) if status is None else json_response(status)


def _retry_write(ledger: Ledger, request: Matched) -> FakeResponse:
    job = ledger.retry_job(request.id)
    if job is None:
        return error_response(400, "only a failed write can be retried")
    return json_response({"success": True, "job_id": job.id})


def _documented(_: Ledger, request: Matched) -> FakeResponse:
    return json_response(least(checks.success_schema(request.operation)))


def _missing(row_id: str) -> FakeResponse:
    return error_response(404, f"no record {row_id}", code="not_found")


def _record(request: Matched) -> str:
    return checks.endpoints()[request.operation].record


_BY_KIND: dict[str, Handler] = {"write": _create, "list": _list, "get": _get}
_BY_NAME: dict[str, Handler] = {"get_write_status": _write_status, "retry_write": _retry_write}


@cache
def _routes() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    def pattern(path: str) -> re.Pattern[str]:
        parts = re.split(r"\{[^}]*\}", path)
        return re.compile("([^/]+)".join(map(re.escape, parts)))

    # Fixed paths first: `/resident-charges/{id}` would match `/resident-charges/rentvine` too.
    ordered = sorted(checks.endpoints().values(), key=lambda endpoint: endpoint.path.count("{"))
    return tuple((pattern(each.path), each.method, each.operation) for each in ordered)


def _issue(line: str) -> dict[str, Any]:
    place, _, message = line.partition(" ")
    steps = place.removeprefix("/").split("/") if place.startswith("/") else []
    if message == "is not documented":
        key = steps.pop()
        text = f"Unrecognized key(s) in object: '{key}'"
        return {"code": "unrecognized_keys", "keys": [key], "path": steps, "message": text}
    return {"code": "invalid_type", "path": steps, "message": message}
