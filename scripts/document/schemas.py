"""Walking JSON Schema by keyword position: a *property* named `description` is not text."""

from collections.abc import Callable, Iterator
from typing import Any

Schema = Any  # a mapping, or a boolean where 3.1 allows one

ONE = (
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames",
    "unevaluatedItems", "unevaluatedProperties", "contentSchema",
)  # fmt: skip
LIST = ("anyOf", "oneOf", "allOf", "prefixItems")
MAP = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")

ANNOTATIONS = frozenset(
    {"title", "description", "example", "examples", "$comment", "externalDocs", "xml", "summary"}
)  # fmt: skip


def is_annotation(key: str) -> bool:
    """Whether a keyword says nothing about which values are valid."""
    return key in ANNOTATIONS or key.startswith("x-")


def subschemas(schema: Schema) -> Iterator[tuple[tuple[str, ...], Schema]]:
    """Yield every direct subschema with its path below `schema`."""
    if not isinstance(schema, dict):
        return
    for key, value in schema.items():
        if key in ONE and isinstance(value, dict | bool):
            yield (key,), value
        elif key in LIST and isinstance(value, list):
            for index, item in enumerate(value):
                yield (key, str(index)), item
        elif key in MAP and isinstance(value, dict):
            for name, item in value.items():
                yield (key, name), item


def find_list(results: Schema, follow: Callable[[Schema], Any]) -> tuple[str, Schema] | None:
    """Find the list in `results`: that itself, or the one array of which an object consists.

    Returns the name of the array in the object, empty for none, and the schema of its items. `None`
    if `results` is no list.
    """
    schema = follow(results)
    properties = schema.get("properties", {})
    if is_list(schema):
        return "", schema.get("items")
    if len(properties) == 1:
        name, inner = next(iter(properties.items()))
        if is_list(follow(inner)):
            return name, follow(inner).get("items")
    return None


def is_list(schema: Schema) -> bool:
    """Whether a schema admits arrays."""
    return "array" in types(schema)


def types(schema: Schema) -> list[str]:
    """List the types that a schema names; 3.1 allows one or several."""
    named = schema.get("type", [])
    return named if isinstance(named, list) else [named]


def map_subschemas(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """Copy `schema` with every direct subschema replaced by `change` of it."""
    if not isinstance(schema, dict):
        return schema
    result: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ONE and isinstance(value, dict | bool):
            result[key] = change(value)
        elif key in LIST and isinstance(value, list):
            result[key] = [change(item) for item in value]
        elif key in MAP and isinstance(value, dict):
            result[key] = {name: change(item) for name, item in value.items()}
        else:
            result[key] = value
    return result


def rewrite(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """Copy `schema` with `change` applied to every schema in it, innermost first."""
    return change(map_subschemas(schema, lambda child: rewrite(child, change)))


def map_schemas(node: Any, change: Callable[[Schema], Schema]) -> Any:
    """Copy an OpenAPI document with `change` applied to every whole schema in it."""
    if isinstance(node, list):
        return [map_schemas(item, change) for item in node]
    if not isinstance(node, dict):
        return node
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key == "schema":
            result[key] = change(value)
        elif key == "schemas" and isinstance(value, dict):
            result[key] = {name: change(schema) for name, schema in value.items()}
        elif key in ("example", "examples", "default") or key.startswith("x-"):
            result[key] = value
        else:
            result[key] = map_schemas(value, change)
    return result
