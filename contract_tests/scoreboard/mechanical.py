"""Every single change a machine can make to one node of the pin, over all operations.

Unlike the catalogue nobody chose these, so nobody could choose them to suit the checks.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scripts.document.schemas import Schema, subschemas
from scripts.document.slices import Content

ADDED = "added_by_mutation"
OTHER_TYPE = {"string": "integer", "integer": "string", "number": "string", "boolean": "string"}


@dataclass(frozen=True)
class Change:
    """One change. `holder` is the path to the object schema, or the parameter, that it changes."""

    id: str
    holder: tuple[str | int, ...]
    name: str
    before: Any
    after: Any

    def apply(self, document: Content) -> Content:
        """Return a changed copy of the pin."""
        changed = copy.deepcopy(document)
        node: Any = changed
        for step in self.holder[:-1]:
            node = node[step]
        if self.after is None:
            del node[self.holder[-1]]
        elif self.before is None:
            node.append(copy.deepcopy(self.after))
        else:
            node[self.holder[-1]] = copy.deepcopy(self.after)
        return changed


def changes(document: Content) -> Iterator[Change]:
    """Make every change, in an order that never varies."""
    for name, schema in sorted(document["components"]["schemas"].items()):
        place = ("components", "schemas", name)
        for holder, node in _objects(schema, place):
            yield from _of_object(holder, node)
    for path, item in sorted(document["paths"].items()):
        for method, details in sorted(item.items()):
            yield from _of_parameters(("paths", path, method), details.get("parameters"))


def _objects(schema: Schema, place: tuple[str | int, ...]) -> Iterator[tuple[Any, Any]]:
    if not isinstance(schema, dict):
        return
    if "properties" in schema:
        yield place, schema
    for steps, child in subschemas(schema):
        below = [int(step) if step.isdigit() else step for step in steps]
        yield from _objects(child, (*place, *below))


def _of_object(holder: tuple[str | int, ...], node: dict[str, Any]) -> Iterator[Change]:
    label = "/".join(map(str, holder[2:]))

    def change(what: str, name: str, properties: Any, required: list[str], **more: Any) -> Change:
        after = {**node, "properties": properties, "required": required, **more}
        return Change(f"{label}/{name}: {what}", holder, name, node, after)

    properties, required = node["properties"], node.get("required", [])
    for name, schema in properties.items():
        others = {key: value for key, value in properties.items() if key != name}
        rest = [key for key in required if key != name]
        renamed = [ADDED if key == name else key for key in required]
        yield change("removed", name, others, rest)
        yield change("renamed", name, {**others, ADDED: schema}, renamed)
        if name in required:
            yield change("made optional", name, properties, rest)
        else:
            yield change("made required", name, properties, [*required, name])
        for what, replaced in _of_schema(schema):
            yield change(what, name, {**properties, name: replaced}, required)
    added = {**properties, ADDED: {"type": "string"}}
    yield change("optional property added", ADDED, added, required)
    yield change("required property added", ADDED, added, [*required, ADDED])
    yield change("text changed", "", properties, required, description="another text")


def _of_parameters(place: tuple[str | int, ...], parameters: Any) -> Iterator[Change]:
    if parameters is None:
        return
    label = f"{place[2]} {place[1]}"
    holder = (*place, "parameters")
    required = {"in": "query", "name": ADDED, "required": True, "schema": {"type": "string"}}
    yield Change(f"{label}: required parameter added", (*holder, ""), ADDED, None, required)
    optional = {**required, "required": False}
    yield Change(f"{label}: optional parameter added", (*holder, ""), ADDED, None, optional)
    for index, parameter in enumerate(parameters):
        name, where = parameter["name"], (*holder, index)
        if parameter["in"] != "path":
            yield Change(f"{label} {name}: removed", where, name, parameter, None)
            flipped = {**parameter, "required": not parameter["required"]}
            yield Change(f"{label} {name}: required flipped", where, name, parameter, flipped)
        for what, replaced in _of_schema(parameter["schema"]):
            after = {**parameter, "schema": replaced}
            yield Change(f"{label} {name}: {what}", where, name, parameter, after)


def _of_schema(schema: Schema) -> Iterator[tuple[str, Schema]]:
    if "$ref" in schema or "properties" in schema:
        return
    if "anyOf" in schema:
        for index in range(len(schema["anyOf"])):
            yield f"branch {index} only", {"anyOf": [schema["anyOf"][index]]}
        yield "any text", {"type": "string"}
        return
    if "type" not in schema:
        yield "any text", {**schema, "type": "string"}
        yield "text changed", {**schema, "description": "another text"}
        return
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    main = next(kind for kind in kinds if kind != "null")
    if "null" in kinds:
        yield "never null", {**schema, "type": main}
    else:
        yield "may be null", {**schema, "type": [main, "null"]}
    if main in OTHER_TYPE:
        other = OTHER_TYPE[main]
        yield f"type {other}", {"type": [other if k == main else k for k in kinds]}
    yield from _of_values(schema, main)
    yield "text changed", {**schema, "description": "another text"}


def _of_values(schema: Schema, main: str) -> Iterator[tuple[str, Schema]]:
    if "enum" in schema:
        yield "enum value removed", {**schema, "enum": schema["enum"][1:]}
        yield "enum value added", {**schema, "enum": [*schema["enum"], "ADDED"]}
        yield "enum dropped", {key: value for key, value in schema.items() if key != "enum"}
    elif main == "string":
        yield "maxLength", {**schema, "maxLength": 3}
        yield "pattern", {**schema, "pattern": "^[0-9]{2}$"}
        yield "format uuid", {**schema, "format": "uuid"}
        yield "enum introduced", {**schema, "enum": ["A", "B"]}
    elif main in ("integer", "number"):
        bounds = [key for key in schema if key.endswith(("inimum", "aximum"))]
        yield "maximum 5", {**schema, "maximum": 5}
        yield (
            "minimum 7",
            {key: v for key, v in schema.items() if key not in bounds} | {"minimum": 7},
        )
        for key in bounds:
            yield f"{key} dropped", {k: value for k, value in schema.items() if k != key}
    elif main == "array":
        yield "maxItems", {**schema, "maxItems": 0}
        yield "minItems", {**schema, "minItems": 2}
