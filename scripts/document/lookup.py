"""Finding one's way in a contract: references, operations, bodies."""

from typing import Any

from .names import PREFIX
from .operations import Operation
from .schemas import Schema, find_list
from .slices import Content, resolve_pointer


def follow(contract: Content, schema: Schema) -> Any:
    """Follow references to the schema they end at; a boolean schema says nothing."""
    while isinstance(schema, dict) and "$ref" in schema:
        schema = resolve_pointer(contract, schema["$ref"])
    return schema if isinstance(schema, dict) else {}


def reference(schema: Schema) -> str:
    """Return the name of the component that a schema refers to; empty if it is no reference."""
    found = schema.get("$ref", "") if isinstance(schema, dict) else ""
    return str(found).removeprefix(PREFIX)


def details_of(contract: Content, operation: Operation) -> Content:
    """Return what the contract says of an operation."""
    details: Content = contract["paths"][operation.path][operation.method]
    return details


def listed(contract: Content, operation: Operation) -> tuple[str, Schema] | None:
    """Find the list that a response carries: its name below `results`, and a record of it.

    Most lists are `results` itself: the name is empty. `None` for what is no list. A list inside an
    object counts only if it has pages.
    """
    results = success(contract, operation).get("properties", {}).get("results", {})
    found = find_list(results, lambda schema: follow(contract, schema))
    parameters = {each["name"] for each in details_of(contract, operation).get("parameters", [])}
    return None if found and found[0] and "offset" not in parameters else found


def success(contract: Content, operation: Operation) -> Any:
    """Return the schema of the body that means success."""
    media = details_of(contract, operation).get("responses", {}).get("200", {}).get("content", {})
    return follow(contract, media.get("application/json", {}).get("schema", {}))
