"""An independent judge of mechanical changes: generate by one contract, validate by the other.

It knows nothing of rules. A change is harmful when something that was right to send is refused now,
or something may come back now that could not before. It looks at the changed property
alone, which is as much of the body as can be affected, and much quicker to make up.
"""

import functools
import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from hypothesis.errors import Unsatisfiable

from contract_tests.contract import samples
from contract_tests.scoreboard.mechanical import ADDED, Change
from scripts.document.schemas import Schema, rewrite
from scripts.document.slices import Content, references

EXAMPLES = 60


def is_harmful(change: Change, document: Content, directions: set[str]) -> bool:
    """Whether the change can hurt where the changed schema is sent, or where it is received."""
    components = document["components"]["schemas"]
    old, new = (_reduced(side, change) for side in (change.before, change.after))
    as_text = any("schema" in side for side in (change.before, change.after) if side)
    sent = "request" in directions and not _covers(new, old, components, True, as_text)
    received = "response" in directions and not _covers(old, new, components, False, False)
    return sent or received


def directions(document: Content) -> dict[str, set[str]]:
    """Say of every component whether it is sent, received, or both."""
    found: dict[str, set[str]] = {}
    for item in document["paths"].values():
        for details in item.values():
            for direction, part in (
                ("request", details.get("requestBody")),
                ("response", details["responses"]),
            ):
                for name in _reached(document, part):
                    found.setdefault(name, set()).add(direction)
    return found


def _reached(document: Content, node: Any) -> Iterator[str]:
    waiting, seen = references(node), set[str]()
    while waiting:
        name = waiting.pop().removeprefix("#/components/schemas/")
        if name not in seen:
            seen.add(name)
            yield name
            waiting += references(document["components"]["schemas"][name])


def _reduced(side: Any, change: Change) -> Schema:
    """Reduce an object schema, or a parameter, to what the change is about."""
    empty: Schema = {"type": "object", "properties": {}, "required": []}
    if side is None:
        return empty
    if "schema" in side:
        named = {side["name"]: side["schema"]}
        required = [side["name"]] if side.get("required") else []
        return {**empty, "properties": named, "required": required}
    names = {change.name, ADDED}
    return {
        **{key: value for key, value in side.items() if key != "description"},
        "properties": {k: v for k, v in side["properties"].items() if k in names},
        "required": [name for name in side.get("required", []) if name in names],
    }


def _covers(
    wider: Schema, narrower: Schema, components: Content, closed: bool, as_text: bool
) -> bool:
    made = _made(json.dumps(narrower, sort_keys=True), json.dumps(components, sort_keys=True))
    if made is None:
        return False  # nothing can satisfy the schema, so nothing that it promises can be relied on
    document = {"components": {"schemas": components}}
    schema = {**(_closed(wider) if closed else wider), **document}
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    return all(
        validator.is_valid(body) or (as_text and validator.is_valid(_written(body)))
        for body in made
    )


def _written(parameters: dict[str, Any]) -> dict[str, Any]:
    """Write numbers and booleans as a URL or a header does: as texts."""
    return {
        name: json.dumps(value) if isinstance(value, bool | int | float) else value
        for name, value in parameters.items()
    }


def _closed(schema: Schema) -> Schema:
    return {**schema, "additionalProperties": False}


@functools.cache
def _made(schema: str, components: str) -> list[Any] | None:
    schemas = {
        name: rewrite(component, _bare) for name, component in json.loads(components).items()
    }
    content = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}
    strategy = samples.bodies(
        {**content, "components": {"schemas": schemas}}, _closed(json.loads(schema))
    )
    try:
        return [body for body in samples.draw(strategy, EXAMPLES) if isinstance(body, dict)]
    except Unsatisfiable:
        return None


def _bare(schema: Schema) -> Schema:
    """Draw no keys beside those that are declared: they would say nothing of the change."""
    closable = isinstance(schema, dict) and schema.get("properties")
    return {"additionalProperties": False, **schema} if closable else schema
