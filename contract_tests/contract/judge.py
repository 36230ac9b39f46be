"""Checking requests and responses against an OpenAPI document.

schemathesis does the validating. What it leaves open is added here: server, path, security,
undeclared query parameters, and undeclared keys of a body, because the vendor refuses those.
"""

import functools
import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import schemathesis
from schemathesis.core.failures import FailureGroup

from contract_tests import conformance
from contract_tests.contract.complaints import Complaint
from contract_tests.contract.published import Published
from contract_tests.contract.sent import Sent
from scripts.document import operations
from scripts.document.operations import METHODS, Operation
from scripts.document.slices import Content
from scripts.pin import DEFAULT_PIN, Pin


class Judge:
    """Says where a request or a response departs from `content`; silence means it conforms.

    A complaint quotes the document beside the contract that the client was generated from.
    """

    def __init__(self, content: Content) -> None:
        self.content = content
        self.own = conformance.contract()
        self.operations = operations.load()
        self.schema: Any = schemathesis.openapi.from_dict(close(content))

    def published(self, name: str) -> Published | None:
        """Find an operation of ours in the document."""
        return Published.find(self.content, self.operations.named(name))

    @functools.cached_property
    def unwatched(self) -> frozenset[str]:
        """Name the operations of ours that the document lacks and no document is known to have.

        If it has others of that kind, it is one of those that have them: what it lacks, it lost.
        """
        ours = self.operations.operations
        unpublished = Pin.read(DEFAULT_PIN).unpublished(ours)
        if any(self.published(operation.name) for operation in unpublished):
            return frozenset()
        return frozenset(operation.name for operation in unpublished)

    def promised(self, name: str) -> Published:
        """Find an operation of ours in our own contract."""
        operation = self.operations.named(name)
        return Published(self.own, operation.path, operation.method)

    def request(self, request: httpx.Request) -> list[Complaint]:
        """List where a request departs from the document."""
        found = self._match(request)
        if found is None:
            return [absent(f"{request.method} {request.url.path}")]
        after, values = found
        own = Published.find(self.own, Operation(after.method, after.path))
        return list(Sent(request, own or after, after, self._loaded(after)).complaints(values))

    def response(self, name: str, response: httpx.Response) -> list[Complaint]:
        """List where a response to an operation of ours departs from the document."""
        published = self.published(name)
        if published is None:
            return [absent(self.operations.named(name).endpoint)]
        return self._response(published, response)

    def exchange(self, request: httpx.Request, response: httpx.Response) -> list[Complaint]:
        """List where the response to a request, as it was on the wire, departs."""
        found = self._match(request)
        if found is None:
            return [absent(f"{request.method} {request.url.path}")]
        return self._response(found[0], response)

    def _response(self, published: Published, response: httpx.Response) -> list[Complaint]:
        operation = self._loaded(published)
        response.elapsed = timedelta(0)
        values = {parameter.name: "x" for parameter in operation.path_parameters}
        try:
            operation.Case(path_parameters=values).validate_response(
                response, checks=conformance.FOUR
            )
        except FailureGroup as failures:
            side = f"response {response.status_code}"
            return [
                Complaint(published.endpoint, side, "", _first_lines(failure))
                for failure in failures.exceptions
            ]
        return []

    def _loaded(self, published: Published) -> Any:
        return self.schema[published.path][published.method.upper()]

    def _match(self, request: httpx.Request) -> tuple[Published, dict[str, str]] | None:
        wire = request.url.raw_path.decode().partition("?")[0]
        method = request.method.lower()
        for path, item in self.content["paths"].items():
            pattern = re.sub(r"\\\{([^{}]*)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
            match = re.fullmatch(pattern, wire)
            if match and method in item and method in METHODS:
                values = {key: unquote(value) for key, value in match.groupdict().items()}
                return Published(self.content, path, method), values
        return None


def close(content: Content) -> Content:
    """Refuse undeclared keys at the top of every body, and nowhere else.

    Deeper down, or in a branch of a composition, a schema may well describe no more than a part.
    """
    closed: Content = {key: _close_bodies(value) for key, value in content.items()}
    if "schemas" in content.get("components", {}):
        closed["components"]["schemas"] = content["components"]["schemas"]
    return closed


def _close_bodies(node: Any) -> Any:
    if isinstance(node, list):
        return [_close_bodies(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {media: _close_body(body) for media, body in value.items()}
        if key == "content" and isinstance(value, dict)
        else _close_bodies(value)
        for key, value in node.items()
    }


def _close_body(body: Any) -> Any:
    schema = body.get("schema") if isinstance(body, dict) else None
    if not isinstance(schema, dict):
        return body
    return {**body, "schema": {"unevaluatedProperties": False, **schema}}


def skip_unwatched(judge: Judge, operation: Operation) -> None:
    """Skip a test of an operation that the document does not watch, and say so."""
    if operation.name in judge.unwatched:
        pytest.skip(f"{operation.endpoint} is unwatched: no document is known to have it")


def absent(endpoint: str) -> Complaint:
    """Say that the document lacks an operation."""
    return Complaint(endpoint, "", "", "no such operation in the document")


def _first_lines(failure: BaseException) -> str:
    lines = [line.strip() for line in str(failure).splitlines() if line.strip()]
    return ": ".join(lines[:2])
