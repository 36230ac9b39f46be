"""Checking responses against the client's own contract, with schemathesis."""

import functools
import json
from datetime import timedelta
from typing import Any

import httpx
import schemathesis
from schemathesis.checks import CHECKS, load_all_checks

from scripts.document.slices import Content
from scripts.generate import GENERATED

load_all_checks()
FOUR = CHECKS.get_by_names(
    [
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)


@functools.cache
def contract() -> Content:
    """Read the client's own contract."""
    content: Content = json.loads((GENERATED / "contract.json").read_bytes())
    return content


@functools.cache
def schema() -> Any:
    """Load the client's own contract into schemathesis."""
    return schemathesis.openapi.from_dict(contract())


@functools.cache
def operation(name: str) -> Any:
    """Find an operation by the name it has in operations.toml."""
    return schema().find_operation_by_id(name)


def validate_response(name: str, response: httpx.Response) -> None:
    """Raise unless status, media type, headers and body are documented."""
    response.elapsed = timedelta(0)
    place = {parameter.name: "x" for parameter in operation(name).path_parameters}
    operation(name).Case(path_parameters=place).validate_response(response, checks=FOUR)
