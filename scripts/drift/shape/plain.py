"""A shape written out as one JSON Schema without references, for set inclusion and reports."""

from itertools import chain
from typing import Any

from .parts import ENCODINGS
from .shape import Shape, replace_shapes

ENDLESS = "$endless"  # stands where a schema contains itself, or is too large to write out
MAX_NODES = 4_000
MAX_DEPTH = 100


def plain(shape: Shape) -> dict[str, Any]:
    """Write `shape` as JSON Schema 2020-12. Places that had to be cut hold `ENDLESS`."""
    return _Writer().write(shape)


class _Writer:
    def __init__(self) -> None:
        self.nodes = 0
        self.open: list[Shape] = []

    def write(self, shape: Shape) -> dict[str, Any]:
        self.nodes += 1
        if shape in self.open or self.nodes > MAX_NODES or len(self.open) > MAX_DEPTH:
            return {ENDLESS: True}
        self.open.append(shape)
        try:
            return self._union(shape) if shape.forms else self._written(shape)
        finally:
            self.open.pop()

    def _union(self, shape: Shape) -> dict[str, Any]:
        forms = [self.write(form) for form in shape.forms]
        if shape.nullable:
            forms.append({"type": "null"})
        return {"oneOf" if shape.is_exclusive else "anyOf": forms}

    def _written(self, shape: Shape) -> dict[str, Any]:
        types = sorted(shape.types) + (["null"] if shape.nullable else [])
        if not types:
            return {"not": {}}
        schema: dict[str, Any] = {}
        if len(types) < 6:
            schema["type"] = types[0] if len(types) == 1 else types
        if shape.enum is not None:
            schema["enum"] = [*shape.enum.values(), *([None] if shape.nullable else [])]
        self._write_limits(shape, schema)
        self._write_children(shape, schema)
        for keyword, values in replace_shapes(shape.constraints, self.write).items():
            if keyword == "allOf":
                schema.setdefault("allOf", []).extend(chain(*values))
            else:
                _require(schema, keyword, values)
        return schema

    def _write_limits(self, shape: Shape, schema: dict[str, Any]) -> None:
        for bound, inclusive, exclusive in (
            (shape.lower, "minimum", "exclusiveMinimum"),
            (shape.upper, "maximum", "exclusiveMaximum"),
        ):
            if bound:
                schema[exclusive if bound.exclusive else inclusive] = bound.value
        schema.update(shape.sizes)
        for keyword, names in (("pattern", shape.patterns), ("format", shape.formats)):
            _require(schema, keyword, sorted(names))
        for keyword in ENCODINGS:
            if shape.texts(keyword):
                schema[keyword] = next(
                    part.schema[keyword] for part in shape.parts if keyword in part.schema
                )

    def _write_children(self, shape: Shape, schema: dict[str, Any]) -> None:
        if "object" in shape.types:
            if shape.properties:
                schema["properties"] = {
                    name: self.write(child) for name, child in shape.properties.items()
                }
            if shape.required:
                schema["required"] = sorted(shape.required)
            if shape.extras.parts:
                schema["additionalProperties"] = (
                    False if shape.extras.is_nothing else self.write(shape.extras)
                )
        if "array" in shape.types and shape.items.parts:
            schema["items"] = self.write(shape.items)


def _require(schema: dict[str, Any], keyword: str, values: list[Any]) -> None:
    """Write a keyword that may have to hold with several values at once."""
    for index, value in enumerate(values):
        if index == 0:
            schema[keyword] = value
        else:
            schema.setdefault("allOf", []).append({keyword: value})
