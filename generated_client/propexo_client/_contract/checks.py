"""The vendor's contract at run time: whether a body is as documented.

Reads the OpenAPI document that this package carries. A violation is one line, a place and what
departs there (`/meta/job_id is missing`). It never contains a value, which may be a secret.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from .._json import is_array
from .schema import Check, Schema, Violations, compile_schema


@dataclass(frozen=True)
class Endpoint:
    """One operation: its name, its HTTP method, and its path with `{parameters}`.

    `kind` is what the client makes of it: a list, a get, a write, or a request. `record` names the
    schema of what is read, or of what a ledger write creates, its amount multiplied by `sign`.
    `within` names a list that `results` is an object around.
    """

    operation: str
    method: str
    path: str
    kind: str = "request"
    record: str = ""
    within: str = ""
    sign: int = 1


def response_violations(operation: str, status: int, body: object) -> tuple[str, ...]:
    """List where a decoded response departs from the contract; undocumented fields may be there.

    An undocumented status is one violation, whatever the body. Raises `KeyError` for an operation
    that the contract does not have.
    """
    check = _response_check(operation, status)
    if check is None:
        return (f"status {status} is not documented for {operation}",)
    return _lines(check(body))


def request_violations(operation: str, body: object) -> tuple[str, ...]:
    """List where a request body departs from the contract; `None` stands for no body at all.

    Undocumented keys are violations, since the vendor refuses them (docs: Write Requests).
    Raises `KeyError` for an operation that the contract does not have.
    """
    return _lines(_request_check(operation)(body))


def query_violations(operation: str, query: Mapping[str, str]) -> tuple[str, ...]:
    """List where the query parameters of a URL, as texts, depart from the contract.

    Undocumented parameters are violations. Raises `KeyError` for an operation that the contract
    does not have.
    """
    schema = _query_schema(operation)
    values = {
        name: _decode(text, schema["properties"].get(name, {})) for name, text in query.items()
    }
    return _lines(_query_check(operation)(values))


@cache
def document() -> Any:
    """Return the OpenAPI document that this package carries, parsed."""
    package = resources.files(__name__.rsplit(".", 2)[0])
    return json.loads(package.joinpath("_generated", "contract.json").read_text("utf-8"))


@cache
def endpoints() -> Mapping[str, Endpoint]:
    """Return every operation of the contract, by its name."""
    return {
        details["operationId"]: _endpoint(method, path, details)
        for path, item in document()["paths"].items()
        for method, details in item.items()
        if isinstance(details, dict) and "operationId" in details
    }


def query_parameters(operation: str) -> frozenset[str]:
    """Name the query parameters that the contract documents. Raises `KeyError`."""
    return frozenset(_query_schema(operation)["properties"])


def success_schema(operation: str) -> Any:
    """Return the schema of the body that means success, as written. Raises `KeyError`."""
    return _json_schema(_operation(operation)["responses"].get("200", {}))


def component(reference: str) -> Any:
    """Return the part of the document that a `$ref` points at."""
    part = document()
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return part


def _endpoint(method: str, path: str, details: Any) -> Endpoint:
    use = details.get("x-propexo-client", {})
    creates = use.get("creates", {})
    return Endpoint(
        operation=details["operationId"],
        method=method.upper(),
        path=path,
        kind=use.get("kind", "request"),
        record=use.get("record") or creates.get("record", ""),
        within=use.get("within", ""),
        sign=creates.get("sign", 1),
    )


def _operation(name: str) -> Any:
    endpoint = endpoints()[name]
    return document()["paths"][endpoint.path][endpoint.method.lower()]


@cache
def _response_check(operation: str, status: int) -> Check | None:
    response = _operation(operation)["responses"].get(str(status))
    return None if response is None else _compile(_json_schema(response), closed=False)


@cache
def _request_check(operation: str) -> Check:
    body = _operation(operation).get("requestBody")
    return _compile({"type": "null"} if body is None else _json_schema(body), closed=True)


@cache
def _query_check(operation: str) -> Check:
    return _compile(_query_schema(operation), closed=True)


@cache
def _query_schema(operation: str) -> Any:
    parameters = [p for p in _operation(operation).get("parameters", []) if p["in"] == "query"]
    return {
        "type": "object",
        "properties": {p["name"]: p["schema"] for p in parameters},
        "required": [p["name"] for p in parameters if p.get("required")],
    }


@cache
def _component(reference: str, closed: bool) -> Check:
    return _compile(component(reference), closed=closed)


def _compile(schema: Schema, *, closed: bool) -> Check:
    return compile_schema(schema, lambda reference: _component(reference, closed), closed=closed)


def _json_schema(content: Any) -> Schema:
    schema: Schema = content.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _decode(text: str, schema: Schema) -> object:
    branches = (schema, *schema.get("anyOf", ()))
    kinds = {kind for each in branches for kind in _kinds(each.get("type", []))}
    if "integer" in kinds and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    return [text] if "array" in kinds else text


def _kinds(written: Any) -> list[Any]:
    return written if is_array(written) else [written]


def _lines(violations: Violations) -> tuple[str, ...]:
    return tuple(f"{place or 'the body'} {message}" for place, message in violations)
