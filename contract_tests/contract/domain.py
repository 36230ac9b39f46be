"""What the client accepts of all that its contract allows: to draw from, and where it ends.

The client refuses on purpose what a schema does not exclude: blank texts, ids with white space,
amounts beyond what every JSON reader keeps exact. Everything else that is allowed must go through.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import unquote

import schemathesis
from hypothesis import find, strategies
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from contract_tests import conformance
from contract_tests.contract import arguments
from contract_tests.contract.arguments import CENTS, OFFSET, PAGE_SIZE, Inputs
from contract_tests.contract.published import Published
from scripts.document import operations
from scripts.document.operations import Operation
from scripts.document.schemas import Schema
from scripts.document.slices import Content, resolve_pointer

MOST_CENTS = 2**53 - 1
JSON = "application/json"
_WITHOUT_TOKEN = SchemathesisConfig.from_str("[generation]\nwith-security-parameters = false\n")


@dataclass(frozen=True)
class Domain:
    """The values of one field: a schema to draw them from, and some at its limits."""

    schema: Schema
    limits: tuple[Any, ...]
    """An everyday value first."""
    unfit: re.Pattern[str] | None = None
    """What the client refuses of those that the schema admits."""

    def accepts(self, value: Any) -> bool:
        """Whether the client takes a value that was drawn."""
        return self.unfit is None or not self.unfit.search(value)


DATE = Domain(
    {"anyOf": [{"type": "string", "format": kind} for kind in ("date", "date-time")]},
    (
        *("2024-01-15", "2024-02-29", "1999-12-31", "0001-01-01", "9999-12-31"),
        *("2024-01-15T09:30:00Z", "2024-02-29T23:59:59.123456-07:00", "2024-12-31T00:00:00+14:00"),
    ),
)
ID = Domain(
    {"type": "string", "minLength": 1},
    ("id_1", "x", "x" * 1000, "with/?#é%2F&=+", "00042", ".hidden"),
    re.compile(r"[\s\x00-\x1f\x7f]|^\.{0,2}$"),
)
TEXT = Domain(
    {"type": "string", "minLength": 1},
    ("a text", "x", "x" * 1000, "Überzahlung, 返金 \U0001f3e0\n", '"quoted", \\ and %2F'),
    re.compile(r"^\s*$"),
)
FLAG = Domain({"type": "boolean"}, (False, True))


@dataclass(frozen=True, eq=False)
class Field:
    """A parameter ("path" or "query") or a property of the "body"."""

    where: str
    name: str
    required: bool
    domain: Domain


@functools.cache
def fields_of(operation: Operation) -> tuple[Field, ...]:
    """List all that a caller can send with an operation."""
    published = Published(conformance.contract(), operation.path, operation.method)
    return tuple(
        Field(where, name, required, _domain(operation, where, name, schema))
        for where, name, required, schema in _declared(published)
        if name != OFFSET and arguments.is_argument(operation, where, name)
    )


def inputs(operation: Operation) -> strategies.SearchStrategy[Inputs]:
    """Draw what a request may carry, with schemathesis."""
    drawn = _narrowed().find_operation_by_id(operation.name)
    strategy: strategies.SearchStrategy[Any] = drawn.as_strategy(
        generation_mode=GenerationMode.POSITIVE
    )
    fields = {(field.where, field.name): field for field in fields_of(operation)}

    def accepted(drawn: Inputs) -> bool:
        return all(
            fields[where, name].domain.accepts(value)
            for where in ("path", "query", "body")
            for name, value in getattr(drawn, where).items()
        )

    return strategy.map(_inputs).filter(accepted)


def boundaries(operation: Operation) -> Iterator[Inputs]:
    """Yield the least and the most that a request can carry, then each field at its limits."""
    fields = fields_of(operation)
    least = {field: field.domain.limits[0] for field in fields if field.required}
    yield _of(least)
    yield _of({field: field.domain.limits[0] for field in fields})
    for field in fields:
        for value in field.domain.limits:
            yield _of({**least, field: value})


def _of(values: dict[Field, Any]) -> Inputs:
    parts = {
        where: {field.name: value for field, value in values.items() if field.where == where}
        for where in ("path", "query", "body")
    }
    return Inputs(**parts)


def _inputs(case: Any) -> Inputs:
    return Inputs(
        path={name: unquote(value) for name, value in (case.path_parameters or {}).items()},
        query={name: _plain(value) for name, value in (case.query or {}).items()},
        body={name: _plain(value) for name, value in case.body.items()}
        if isinstance(case.body, dict)
        else {},
    )


def _plain(value: Any) -> Any:
    """Write an integer as one: to JSON Schema 2960.0 is an integer too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


@functools.cache
def _narrowed() -> Any:
    """Load our own contract, reduced to what the client accepts."""
    document: Content = {**conformance.contract(), "paths": {}}
    for operation in operations.load().operations:
        details = conformance.contract()["paths"][operation.path][operation.method]
        item = document["paths"].setdefault(operation.path, {})
        item[operation.method] = _narrow(operation, details)
    return schemathesis.openapi.from_dict(document, config=_WITHOUT_TOKEN)


def _narrow(operation: Operation, details: Content) -> Content:
    narrowed = {key: value for key, value in details.items() if key != "requestBody"}
    narrowed["parameters"] = [
        {
            "in": each.where,
            "name": each.name,
            "required": each.required,
            "schema": each.domain.schema,
        }
        for each in fields_of(operation)
        if each.where != "body"
    ]
    if "requestBody" in details:
        properties = [each for each in fields_of(operation) if each.where == "body"]
        body = {
            "type": "object",
            "properties": {each.name: each.domain.schema for each in properties},
            "required": [each.name for each in properties if each.required],
            "additionalProperties": False,
        }
        narrowed["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
    return narrowed


def _declared(published: Published) -> Iterator[tuple[str, str, bool, Schema]]:
    for (where, name), parameter in published.parameters().items():
        schema = _resolved(published.content, parameter["schema"])
        yield where, name, bool(parameter.get("required")), schema
    body = _resolved(published.content, published.request_body(JSON) or {})
    for name, schema in body.get("properties", {}).items():
        required = name in body.get("required", [])
        yield "body", name, required, _resolved(published.content, schema)


def _domain(operation: Operation, where: str, name: str, schema: Schema) -> Domain:
    if where == "path":
        return ID
    if "enum" in schema:
        values = tuple(value for value in schema["enum"] if value is not None)
        return Domain({"enum": list(values)}, values)
    kind = arguments.annotation(operation, name)
    if arguments.takes(kind, date):
        return DATE
    if arguments.takes(kind, bool):
        return FLAG
    if arguments.takes(kind, int):
        return _whole(name, schema)
    if "pattern" in schema:
        return _patterned(schema["pattern"])
    return ID if name.endswith("_id") else TEXT


def _patterned(pattern: str) -> Domain:
    drawn = strategies.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)
    return Domain({"type": "string", "pattern": pattern}, (find(drawn, lambda _: True),))


def _whole(name: str, schema: Schema) -> Domain:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
    if name in (CENTS, PAGE_SIZE):
        low = max(low, 1)
    high = schema.get("maximum", MOST_CENTS)
    bounds = {"type": "integer", "minimum": low, "maximum": high}
    return Domain(bounds, (low, low + 1, high - 1, high))


def _resolved(content: Content, schema: Schema) -> Schema:
    return (
        _resolved(content, resolve_pointer(content, schema["$ref"])) if "$ref" in schema else schema
    )
