"""Looking a field up in a document: through references, and in every branch of a composition."""

import json
from collections.abc import Iterator, Sequence

from scripts.document.schemas import Schema, is_annotation
from scripts.document.slices import Content, resolve_pointer

EACH = "[]"
"""The step from a list to its items."""

NOT_DECLARED = "not declared"

_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("then", "else")
_LONGEST = 240


def branches(content: Content, schema: Schema, above: tuple[str, ...] = ()) -> Iterator[Schema]:
    """Yield every schema without a `$ref` that takes part in judging what `schema` judges."""
    if not isinstance(schema, dict):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str):
        if reference not in above:
            target = resolve_pointer(content, reference)
            yield from branches(content, target, (*above, reference))
    else:
        yield schema
    parts = [part for key in _LISTS for part in schema.get(key, [])]
    for part in [*parts, *(schema.get(key) for key in _SINGLE)]:
        yield from branches(content, part, above)


def find(content: Content, schema: Schema, steps: Sequence[str]) -> list[Schema]:
    """List every schema that a document has for the field at `steps` below `schema`."""
    found = [schema]
    for step in steps:
        found = [
            part["items"] if step == EACH else part["properties"][step]
            for each in found
            for part in branches(content, each)
            if (step == EACH and "items" in part) or step in part.get("properties", {})
        ]
    return found


def names(content: Content, schema: Schema) -> list[str]:
    """List the properties that a document declares directly below `schema`."""
    found = [part.get("properties", {}) for part in branches(content, schema)]
    return list(dict.fromkeys(name for properties in found for name in properties))


def describe(content: Content, schema: Schema, steps: Sequence[str] = ()) -> str:
    """Say what a document demands of the field at `steps`."""
    texts = [_text(content, each) for each in find(content, schema, steps)]
    words = " and ".join(dict.fromkeys(texts)) or NOT_DECLARED
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "..."


def _text(content: Content, schema: Schema) -> str:
    if isinstance(schema, dict) and "$ref" in schema:
        return _text(content, resolve_pointer(content, schema["$ref"]))
    if not isinstance(schema, dict):
        return json.dumps(schema)
    facts = {
        key: sorted(value) if key == "properties" else value
        for key, value in schema.items()
        if not is_annotation(key) and key != "unevaluatedProperties"
    }
    return json.dumps(facts, sort_keys=True, ensure_ascii=False)
