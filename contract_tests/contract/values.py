"""Whether what went out is what was asked for: to the right place, value by value."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx

from contract_tests.contract import arguments
from contract_tests.contract.arguments import PAGING, Inputs
from contract_tests.contract.complaints import Complaint
from scripts.document.operations import Operation, parameter_names


def differences(operation: Operation, asked: Inputs, request: httpx.Request) -> list[Complaint]:
    """List where a request says another thing than its caller did."""
    return [
        Complaint(operation.endpoint, "request", field, f"asked for {wanted}, sent {sent}")
        for field, wanted, sent in _differences(operation, asked, request)
    ]


def canonical(value: Any) -> str:
    """Write JSON so that equal values, and only those, are equal text: 15000.0 is not 15000."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def written(operation: Operation, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Write dates in the one form that the client uses."""
    return {
        name: _date(arguments.moment_or_day(value))
        if arguments.takes(arguments.annotation(operation, name), date)
        else value
        for name, value in asked.items()
    }


def _differences(
    operation: Operation, asked: Inputs, request: httpx.Request
) -> Iterator[tuple[str, str, str]]:
    endpoint = operation.path
    for name in parameter_names(operation.path):
        endpoint = endpoint.replace(f"{{{name}}}", asked.path[name])
    path, _, query = request.url.raw_path.decode().partition("?")
    sent = "/".join(unquote(segment) for segment in path.split("/"))
    if (operation.method.upper(), endpoint) != (request.method, sent):
        yield "endpoint", f"{operation.method.upper()} {endpoint}", f"{request.method} {sent}"
    chosen = {name: _text(value) for name, value in written(operation, asked.query).items()}
    found = dict(parse_qsl(query, keep_blank_values=True))
    own = {name: value for name, value in found.items() if name in PAGING}
    yield from _between("query", {**own, **chosen}, found)
    if request.content or asked.body:
        body = json.loads(request.content or b"{}")
        yield from _between("body", written(operation, asked.body), body)


def _between(
    side: str, wanted: Mapping[str, Any], sent: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    for name in sorted({*wanted, *sent}):
        texts = [
            canonical(values[name]) if name in values else "nothing" for values in (wanted, sent)
        ]
        if texts[0] != texts[1]:
            yield f"{side} {name}", texts[0], texts[1]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _date(value: date) -> str:
    if isinstance(value, datetime) and value.utcoffset() == timedelta(0):
        return value.replace(tzinfo=None).isoformat() + "Z"
    return value.isoformat()
