"""A shape written out as one JSON Schema without references, for set inclusion and reports."""

from typing import Any

from scripts.drift.shape.parts import ENCODINGS
from scripts.drift.shape.shape import Shape, replace_shapes

ENDLESS = "$endless"  # stands where a schema contains itself, or is too large to write out
MAX_NODES = 4_000


def plain(shape: Shape) -> dict[str, Any]:
    """Write `shape` as JSON Schema 2020-12. Places that had to be cut hold `ENDLESS`."""
    return _Writer().write(shape)


class _Writer:
    def __init__(self) -> None:
        self.nodes = 0
        self.open: list[Shape] = []

    def write(self, shape: Shape, *, null: bool = True) -> dict[str, Any]:
        self.nodes += 1
        if shape in self.open or self.nodes > MAX_NODES:
            return {ENDLESS: True}
        self.open.append(shape)
        try:
            return self._written(shape, nullable=shape.nullable and null)
        finally:
            self.open.pop()

    def _written(self, shape: Shape, *, nullable: bool) -> dict[str, Any]:
        schema: dict[str, Any] = {}
        if shape.variants:
            union = "oneOf" if shape.texts("oneOf") else "anyOf"
            schema[union] = [self.write(variant, null=False) for variant in shape.variants]
            if nullable:
                schema[union].append({"type": "null"})
        types = sorted(shape.types) + (["null"] if nullable else [])
        if len(types) < 6:
            schema["type"] = types[0] if len(types) == 1 else types
        if not types:
            return {"not": {}}
        if shape.enum is not None:
            schema["enum"] = [*shape.enum.values(), *([None] if nullable else [])]
        self._write_limits(shape, schema)
        self._write_children(shape, schema)
        for keyword, values in replace_shapes(shape.constraints, self.write).items():
            schema[keyword] = values[0]
            if len(values) > 1:
                schema.setdefault("allOf", []).extend({keyword: value} for value in values[1:])
        if shape.further_unions:
            schema.setdefault("allOf", []).append({ENDLESS: True})
        return schema

    def _write_limits(self, shape: Shape, schema: dict[str, Any]) -> None:
        for bound, inclusive, exclusive in (
            (shape.lower, "minimum", "exclusiveMinimum"),
            (shape.upper, "maximum", "exclusiveMaximum"),
        ):
            if bound:
                schema[exclusive if bound.exclusive else inclusive] = bound.value
        schema.update(shape.sizes)
        for keyword in ("pattern", "format"):
            values = sorted(
                part.schema[keyword]
                for part in shape.parts
                if isinstance(part.schema.get(keyword), str)
            )
            if values:
                schema[keyword] = values[0]
            if len(set(values)) > 1:
                schema.setdefault("allOf", []).extend({keyword: value} for value in values[1:])
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
