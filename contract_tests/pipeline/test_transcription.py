"""The transcribed pin: names, types, nullability, constraints and parameters are the vendor's.

Descriptions are ours, and component names carry no meaning; all else must be equal.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests import upstream
from scripts.document import operations, origins, reader, slices
from scripts.document.operations import Operation
from scripts.document.schemas import is_annotation, map_subschemas
from scripts.pin import DEFAULT_PIN

UNORDERED = ("required", "enum", "type")
PUBLISHED = [
    operation
    for operation in operations.load().operations
    if (origin := origins.beside(DEFAULT_PIN).of(operation))
    and not origin.is_downloaded
    and not origin.is_unpublished
]

pytestmark = upstream.needs_upstream


def structure(content: slices.Content, operation: Operation) -> Any:
    """All of an operation that decides what may be sent and received; `None` if it is not there."""
    path = slices.find(content, operation)
    if path is None:
        return None
    details = content["paths"][path][operation.method]
    body = details.get("requestBody", {})
    return {
        "path": path,
        "parameters": dict(_parameters(content, details)),
        "body": [body.get("required"), _media(content, body)],
        "responses": {
            status: _media(content, response) for status, response in details["responses"].items()
        },
        "security": details["security"],
    }


def _parameters(content: slices.Content, details: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for parameter in details.get("parameters", []):
        kept = {key: value for key, value in parameter.items() if not is_annotation(key)}
        kept["schema"] = _meaning(content, parameter["schema"])
        yield f"{parameter['in']} {parameter['name']}", kept


def _media(content: slices.Content, body: dict[str, Any]) -> dict[str, Any]:
    return {
        media: _meaning(content, value["schema"])
        for media, value in body.get("content", {}).items()
    }


def _meaning(content: slices.Content, schema: Any) -> Any:
    """Follow references, drop annotations, and sort what has no order."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _meaning(content, slices.resolve_pointer(content, schema["$ref"]))
    own = {key: value for key, value in schema.items() if not is_annotation(key)}
    for key in UNORDERED:
        if isinstance(own.get(key), list):
            own[key] = sorted(own[key], key=repr)
    return dict(sorted(map_subschemas(own, lambda child: _meaning(content, child)).items()))


@pytest.mark.parametrize("operation", PUBLISHED, ids=lambda operation: operation.name)
def test_the_pin_has_the_structure_of_the_vendors_document(operation: Operation) -> None:
    pinned = structure(reader.read(str(DEFAULT_PIN)).content, operation)
    assert pinned == structure(upstream.content(), operation)


@pytest.mark.slow
def test_the_comparison_tells_the_versions_of_the_vendors_document_apart() -> None:
    """What is equal to the latest version must differ from older ones, or nothing was compared."""
    pin = reader.read(str(DEFAULT_PIN)).content
    holding = {
        name: sum(
            structure(upstream.content(name), operation) == structure(pin, operation)
            for operation in PUBLISHED
        )
        for name in upstream.versions()
    }
    for name, count in holding.items():
        print(f"{name}: {count} of {len(PUBLISHED)} operations are as pinned")
    assert holding[upstream.LATEST] == len(PUBLISHED)
    assert next(iter(holding.values())) == 0
    assert len(set(holding.values())) > 5
