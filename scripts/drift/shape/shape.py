"""What a schema means, whatever its spelling."""

import json
from collections.abc import Callable
from functools import cached_property
from itertools import chain
from typing import Any

from scripts.document.schemas import is_annotation, map_subschemas
from scripts.drift.shape import limits
from scripts.drift.shape.limits import Bound
from scripts.drift.shape.parts import (
    ALL_TYPES,
    CONSTRAINTS,
    ENCODINGS,
    IDLE,
    KNOWN,
    Place,
    branches,
    common_types,
    parts,
    text,
    type_of,
)
from scripts.drift.shape.references import References, mapping, sequence, step


class Shapes:
    """The shapes of one document as seen from one direction.

    `hidden` is the keyword whose properties do not travel in that direction (`readOnly` in a
    request). `numbers` gives equal shapes equal numbers, and is shared by the two documents.
    """

    def __init__(self, references: References, hidden: str, numbers: dict[Any, int]) -> None:
        self.references = references
        self.hidden = hidden
        self.numbers = numbers
        self.open: list[Shape] = []
        self._shapes: dict[tuple[int, ...], Shape] = {}

    def at(self, *places: Place) -> "Shape":
        """Return the shape of the values that satisfy all of `places`."""
        key = tuple(id(node) for node, _ in places)
        if key not in self._shapes:
            self._shapes[key] = Shape(self, places)
        return self._shapes[key]


class Shape:
    """The set of values that a schema admits, in one normal form for all spellings."""

    def __init__(self, shapes: Shapes, places: tuple[Place, ...]) -> None:
        """Collect what is written at `places`; everything else is worked out when asked for."""
        self.shapes = shapes
        seen: set[tuple[int, bool]] = set()
        self.parts = tuple(
            part
            for node, pointer in places
            for part in parts(shapes.references, node, pointer, False, seen)
        )
        self.pointer = places[0][1] if places else ""
        if len(self.parts) == 1:
            self.pointer = self.parts[0].pointer

    def where(self, *keywords: str) -> str:
        """Point at the first of `keywords` that is written, else at the schema."""
        for part in self.parts:
            for keyword in keywords:
                if keyword in part.schema:
                    return step(part.pointer, keyword)
        return self.pointer

    @cached_property
    def types(self) -> frozenset[str]:
        """The admitted types but null. `number` includes `integer`."""
        types = ALL_TYPES - {"integer"}
        for part in self.parts:
            types = common_types(types, part.types)
        return types - {"null"}

    @cached_property
    def nullable(self) -> bool:
        """Whether null is admitted."""
        declared = all("null" in part.types for part in self.parts)
        return declared and (
            not self.variants or self._union_has_null or any(v.nullable for v in self.variants)
        )

    @cached_property
    def enum(self) -> dict[str, Any] | None:
        """The admitted values but null, by their text; `None` if they are not listed."""
        enum: dict[str, Any] | None = None
        for part in self.parts:
            if part.values is not None:
                values = {text(value): value for value in part.values if value is not None}
                enum = (
                    values
                    if enum is None
                    else {key: value for key, value in enum.items() if key in values}
                )
        if enum is None:
            return None
        return {
            key: value
            for key, value in enum.items()
            if common_types(self.types, frozenset({type_of(value)}))
        }

    @cached_property
    def lower(self) -> Bound | None:
        """The lower limit of numbers."""
        return limits.lower(self.parts, self.types)

    @cached_property
    def upper(self) -> Bound | None:
        """The upper limit of numbers."""
        return limits.upper(self.parts, self.types)

    @cached_property
    def sizes(self) -> dict[str, float]:
        """The limits on lengths and counts that limit anything."""
        return limits.sizes(self.parts, self.types)

    def texts(self, keyword: str) -> frozenset[str]:
        """Collect the different values of `keyword`, as text."""
        return frozenset(
            text(part.schema[keyword]) for part in self.parts if keyword in part.schema
        )

    @cached_property
    def patterns(self) -> frozenset[str]:
        """The regular expressions that strings must match."""
        return self.texts("pattern") if "string" in self.types else frozenset()

    @cached_property
    def formats(self) -> frozenset[str]:
        """The formats that values must have."""
        return self.texts("format")

    @cached_property
    def required(self) -> frozenset[str]:
        """The properties that must be there, as far as they travel in this direction."""
        names = {
            name
            for part in self.parts
            for name in sequence(part.schema.get("required"))
            if isinstance(name, str)
        }
        return frozenset(names - self._hidden_names)

    @cached_property
    def _all_properties(self) -> dict[str, "Shape"]:
        written = [mapping(part.schema.get("properties")) for part in self.parts]
        return {str(name): self._property(name) for name in dict.fromkeys(chain(*written))}

    def _property(self, name: str) -> "Shape":
        places: list[Place] = []
        for schema, pointer in ((part.schema, part.pointer) for part in self.parts):
            if name in mapping(schema.get("properties")):
                places.append((schema["properties"][name], step(pointer, "properties", name)))
            elif "additionalProperties" in schema and "patternProperties" not in schema:
                extras = step(pointer, "additionalProperties")
                places.append((schema["additionalProperties"], extras))
        return self.shapes.at(*places)

    @cached_property
    def _hidden_names(self) -> set[str]:
        hidden = self.shapes.hidden
        return {
            name
            for name, shape in self._all_properties.items()
            if any(part.schema.get(hidden) is True for part in shape.parts)
        }

    @cached_property
    def properties(self) -> dict[str, "Shape"]:
        """The named properties that travel in this direction."""
        return {
            name: shape
            for name, shape in self._all_properties.items()
            if name not in self._hidden_names
        }

    def _below(self, keyword: str) -> "Shape":
        written = [part for part in self.parts if isinstance(part.schema.get(keyword), dict | bool)]
        return self.shapes.at(
            *((part.schema[keyword], step(part.pointer, keyword)) for part in written)
        )

    @cached_property
    def items(self) -> "Shape":
        """The elements of an array."""
        return self._below("items")

    @cached_property
    def extras(self) -> "Shape":
        """The values of properties that are not named."""
        return self._below("additionalProperties")

    @property
    def is_nothing(self) -> bool:
        """Whether no value at all is admitted, as by the schema `false`."""
        return not self.types and not self.nullable

    @cached_property
    def _union(self) -> tuple[tuple["Shape", ...], bool]:
        for part in self.parts:
            for union in ("anyOf", "oneOf"):
                alternatives, has_null = branches(part.schema, union, part.pointer)
                if alternatives:
                    return tuple(
                        self.shapes.at(branch) for branch in alternatives
                    ), has_null or part.nullable
        return (), False

    @property
    def variants(self) -> tuple["Shape", ...]:
        """The alternatives other than null, if there are several."""
        return self._union[0]

    @property
    def _union_has_null(self) -> bool:
        return self._union[1]

    @cached_property
    def further_unions(self) -> list[Any]:
        """Unions beside the first one, which only set inclusion can compare."""
        unions = [
            part.schema[key]
            for part in self.parts
            for key in ("anyOf", "oneOf")
            if key in part.schema
        ]
        return unions[1:]

    @cached_property
    def constraints(self) -> dict[str, Any]:
        """The keywords that set inclusion has to judge, with a shape in place of each schema."""
        return {
            keyword: [self._shaped(keyword, part.schema[keyword]) for part in written]
            for keyword in CONSTRAINTS
            if (
                written := [
                    p
                    for p in self.parts
                    if keyword in p.schema and p.schema[keyword] != IDLE.get(keyword)
                ]
            )
        }

    def _shaped(self, keyword: str, value: Any) -> Any:
        return map_subschemas(
            {keyword: value}, lambda child: self.shapes.at((child, self.pointer))
        )[keyword]

    @cached_property
    def constraint_text(self) -> str:
        """What `constraints` say, as text that is equal where they mean the same."""
        return text(replace_shapes(self.constraints, lambda shape: shape.number))

    @cached_property
    def unknown(self) -> dict[str, frozenset[str]]:
        """Keywords that no rule knows, and their texts."""
        names = {
            key
            for part in self.parts
            for key in part.schema
            if key not in KNOWN and not is_annotation(key)
        }
        return {name: self.texts(name) for name in sorted(names)}

    @cached_property
    def deprecated(self) -> bool:
        """Whether the vendor advises against it."""
        return any(part.schema.get("deprecated") is True for part in self.parts)

    @cached_property
    def discriminator(self) -> tuple[Any, ...]:
        """Which property tells the variants apart, and by which values."""
        found = [
            mapping(part.schema["discriminator"])
            for part in self.parts
            if "discriminator" in part.schema
        ]
        return tuple(
            (text(node.get("propertyName")), *sorted(mapping(node.get("mapping"))))
            for node in found
        )

    @cached_property
    def number(self) -> int:
        """A number that equal shapes share; others may still admit the same values."""
        shapes = self.shapes
        written = "".join(f"{part.nullable}{json.dumps(part.schema)}" for part in self.parts)
        if '"$ref"' in written:
            return self._number_by_meaning
        key = (shapes.hidden, written)
        if key not in shapes.numbers:
            shapes.numbers[key] = self._number_by_meaning
        return shapes.numbers[key]

    @cached_property
    def _number_by_meaning(self) -> int:
        open_shapes, numbers = self.shapes.open, self.shapes.numbers
        if self in open_shapes:
            return numbers.setdefault(
                ("up", len(open_shapes) - open_shapes.index(self)), len(numbers)
            )
        open_shapes.append(self)
        try:
            meaning = self._meaning
        finally:
            open_shapes.pop()
        return numbers.setdefault(meaning, len(numbers))

    @property
    def _meaning(self) -> tuple[Any, ...]:
        """Gather what decides whether two shapes are the same."""
        return (
            self.types,
            self.nullable,
            None if self.enum is None else frozenset(self.enum),
            self.lower,
            self.upper,
            tuple(sorted(self.sizes.items())),
            self.patterns,
            self.formats,
            self.required,
            tuple(sorted((name, child.number) for name, child in self.properties.items())),
            self.items.number if self.items.parts else None,
            self.extras.number if self.extras.parts else None,
            tuple(sorted(variant.number for variant in self.variants)),
            bool(self.texts("oneOf")),
            text(self.further_unions),
            self.constraint_text,
            tuple(self.unknown.items()),
            *(self.texts(keyword) for keyword in ("default", *ENCODINGS)),
            self.deprecated,
            self.discriminator,
        )


def replace_shapes(value: Any, write: Callable[[Shape], Any]) -> Any:
    """Copy a JSON value that has shapes in it, with `write` of each in its place."""
    if isinstance(value, Shape):
        return write(value)
    if isinstance(value, list):
        return [replace_shapes(item, write) for item in value]
    if isinstance(value, dict):
        return {key: replace_shapes(item, write) for key, item in value.items()}
    return value
