"""Holding requests and responses against an OpenAPI document, in a closed world.

schemathesis does the validating. What it leaves open is added here: server, path, security,
undeclared query parameters, and undeclared keys in bodies, because the vendor refuses those.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import httpx
import jsonschema_rs
import schemathesis
from schemathesis.core.failures import FailureGroup

from contract_tests.conformance import FOUR
from scripts.document.operations import METHODS, Operations, erase_parameters
from scripts.document.schemas import Schema, map_schemas, rewrite
from scripts.document.slices import Content


class Judge:
    """Says where a request or a response departs from `content`; silence means it conforms."""

    def __init__(self, content: Content, operations: Operations) -> None:
        self.content = content
        self.operations = operations
        self.schema: Any = schemathesis.openapi.from_dict(close(content))

    def paths(self, name: str) -> tuple[str, str] | None:
        """Find path and method under which the document publishes an operation of ours."""
        wanted = self.operations.named(name)
        for path, item in self.content["paths"].items():
            if erase_parameters(path) == erase_parameters(wanted.path) and wanted.method in item:
                return path, wanted.method
        return None

    def request(self, request: httpx.Request) -> list[str]:
        """List where a request departs from the document."""
        found = self._match(request)
        label = f"{request.method} {request.url.path}"
        if found is None:
            return [f"{label}: no such operation in the document"]
        path, method, values = found
        details = self.content["paths"][path][method]
        operation = self.schema[path][method.upper()]
        complaints = [
            *self._server(request, details, path),
            *self._security(request, details),
            *_parameters(request, operation, values),
            *_body(request, operation),
        ]
        return [f"{method.upper()} {path}: {complaint}" for complaint in complaints]

    def response(self, name: str, response: httpx.Response) -> list[str]:
        """List where a response to an operation of ours departs from the document."""
        place = self.paths(name)
        if place is None:
            return [f"{self.operations.named(name).endpoint}: no such operation in the document"]
        return self._response(*place, response)

    def answer(self, request: httpx.Request, response: httpx.Response) -> list[str]:
        """List where the response to a request, as it was on the wire, departs."""
        found = self._match(request)
        if found is None:
            return [f"{request.method} {request.url.path}: no such operation in the document"]
        return self._response(found[0], found[1], response)

    def _response(self, path: str, method: str, response: httpx.Response) -> list[str]:
        operation = self.schema[path][method.upper()]
        response.elapsed = timedelta(0)
        values = {parameter.name: "x" for parameter in operation.path_parameters}
        try:
            operation.Case(path_parameters=values).validate_response(response, checks=FOUR)
        except FailureGroup as failures:
            label = f"{method.upper()} {path}: response {response.status_code}"
            return [f"{label}: {_describe(failure)}" for failure in failures.exceptions]
        return []

    def _match(self, request: httpx.Request) -> tuple[str, str, dict[str, str]] | None:
        wire = request.url.raw_path.decode().partition("?")[0]
        for path, item in self.content["paths"].items():
            pattern = re.sub(r"\\\{([^{}]*)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
            match = re.fullmatch(pattern, wire)
            if match and request.method.lower() in item and request.method.lower() in METHODS:
                values = {key: unquote(value) for key, value in match.groupdict().items()}
                return path, request.method.lower(), values
        return None

    def _server(self, request: httpx.Request, details: Content, path: str) -> Iterator[str]:
        levels = (details, self.content["paths"][path], self.content)
        servers: list[Content] = next(
            (level["servers"] for level in levels if level.get("servers")), []
        )
        urls = [server["url"].rstrip("/") for server in servers]
        sent = f"{request.url.scheme}://{request.url.netloc.decode()}"
        if sent not in urls:
            yield f"server {sent} is not one of {', '.join(urls) or 'none'}"

    def _security(self, request: httpx.Request, details: Content) -> Iterator[str]:
        alternatives = details.get("security", self.content.get("security", []))
        schemes = self.content.get("components", {}).get("securitySchemes", {})
        if alternatives and not any(
            all(_satisfies(request, schemes.get(name, {})) for name in requirement)
            for requirement in alternatives
        ):
            asked = [schemes.get(name, name) for each in alternatives for name in each]
            yield f"security: the request satisfies none of {asked}"


def close(content: Content) -> Content:
    """Refuse undeclared keys in every object that declares some."""

    def shut(schema: Schema) -> Schema:
        if not isinstance(schema, dict) or not schema.get("properties"):
            return schema
        if "additionalProperties" in schema or "allOf" in schema:
            return schema
        return {**schema, "additionalProperties": False}

    closed: Content = map_schemas(content, lambda schema: rewrite(schema, shut))
    return closed


def _satisfies(request: httpx.Request, scheme: Content) -> bool:
    if scheme.get("type") == "http":
        given = request.headers.get("authorization", "").partition(" ")[0].lower()
        return bool(given == scheme.get("scheme", "").lower())
    if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
        return scheme["name"] in request.headers
    return False


def _parameters(request: httpx.Request, operation: Any, values: dict[str, str]) -> Iterator[str]:
    given: dict[str, Callable[[str], str | None]] = {
        "path": values.get,
        "query": request.url.params.get,
        "header": request.headers.get,
    }
    declared = set()
    for parameter in operation.iter_parameters():
        where, name = parameter.location.value, parameter.name
        declared.add((where, name))
        value = given[where](name) if where in given else None
        if value is None:
            if parameter.is_required:
                yield f"{where} parameter {name}: required, but not sent"
        elif not any(parameter.is_valid(reading) for reading in _readings(value)):
            yield f"{where} parameter {name}: {value!r} is not allowed"
    for name in request.url.params:
        if ("query", name) not in declared:
            yield f"query parameter {name}: not declared"


def _readings(text: str) -> list[object]:
    return [text, int(text)] if re.fullmatch(r"-?\d+", text) else [text]


def _body(request: httpx.Request, operation: Any) -> Iterator[str]:
    if not operation.body:
        if request.content:
            yield "request body: none is declared"
        return
    media = request.headers.get("content-type", "")
    body = operation.get_body_for_media_type(media)
    if body is None:
        yield f"request body: media type {media!r} is not declared"
        return
    try:
        body.validate(httpx.Response(200, content=request.content).json())
    except jsonschema_rs.ValidationError as error:
        place = "/".join(str(step) for step in error.instance_path)
        yield f"request body {place}: {error.message}"
    except ValueError as error:
        yield f"request body: {error}"


def _describe(failure: BaseException) -> str:
    lines = [line.strip() for line in str(failure).splitlines() if line.strip()]
    return ": ".join(lines[:2])
