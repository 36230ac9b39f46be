"""Flattens `$ref`, `allOf` and single-branch unions into a list of schemas that all apply."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...document.references import References, mapping, sequence, step
from ...document.schemas import is_annotation

ALL_TYPES = frozenset({"boolean", "integer", "number", "string", "array", "object", "null"})
_NULLS = ({"type": "null"}, {"enum": [None]}, {"const": None}, {"type": ["null"]})

SIZES = {
    "minLength": "string", "maxLength": "string", "minItems": "array", "maxItems": "array",
    "minProperties": "object", "maxProperties": "object",
}  # fmt: skip
BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
ENCODINGS = ("contentEncoding", "contentMediaType", "contentSchema")
# Keywords without a rule of their own: whether they widened or narrowed is left to set inclusion.
CONSTRAINTS = (
    "multipleOf", "uniqueItems", "not", "if", "then", "else", "contains", "minContains",
    "maxContains", "prefixItems", "patternProperties", "propertyNames", "dependentRequired",
    "dependentSchemas", "dependencies", "unevaluatedItems", "unevaluatedProperties", "allOf",
)  # fmt: skip
# Values with which a constraint says nothing.
IDLE = {"uniqueItems": False, "multipleOf": None, "minContains": 1}
_OTHERS = (
    "type", "enum", "const", "pattern", "format", "properties", "required", "additionalProperties",
    "items", "anyOf", "oneOf", "nullable", "default", "deprecated", "discriminator",
    "readOnly", "writeOnly", "$ref", "$defs", "definitions", "$schema", "$id", "$anchor",
)  # fmt: skip
_NAMING_TYPES = {"type", "enum", "const", "anyOf", "oneOf"}
_SAYING_NOTHING = {"readOnly", "writeOnly", "nullable", "default", "deprecated"}
KNOWN = frozenset((*SIZES, *BOUNDS, *ENCODINGS, *CONSTRAINTS, *_OTHERS))

Place = tuple[Any, str]  # a schema and its JSON pointer


def text(value: Any) -> str:
    """Write a JSON value so that equal values are equal text."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Part:
    """One written schema of those that a value must satisfy together."""

    schema: dict[str, Any]
    pointer: str
    nullable: bool

    @property
    def types(self) -> frozenset[str]:
        """The types this part admits, read from its other keywords where it names none."""
        declared = self.schema.get("type")
        if isinstance(declared, str):
            types = frozenset({declared})
        elif isinstance(declared, list):
            types = frozenset(name for name in declared if isinstance(name, str))
        else:
            types = self._implied_types
        if "number" in types:
            types -= {"integer"}
        return types | {"null"} if self.nullable else types

    @property
    def _implied_types(self) -> frozenset[str]:
        values = self.values
        if values is not None:
            return frozenset(type_of(value) for value in values)
        if any(key in self.schema for key in ("properties", "required", "additionalProperties")):
            return frozenset({"object"})
        if "items" in self.schema:
            return frozenset({"array"})
        return ALL_TYPES - {"integer"}

    @property
    def values(self) -> list[Any] | None:
        """The listed values, if this part lists them."""
        if "const" in self.schema:
            return [self.schema["const"]]
        listed = self.schema.get("enum")
        return listed if isinstance(listed, list) else None


class Written:
    """All that is written about the values of a shape: its parts, and where they are."""

    def __init__(self, parts: Iterable[Part], pointer: str) -> None:
        """Take the parts; `pointer` is where to look if they are not in one place."""
        self.parts = tuple(parts)
        self.pointer = self.parts[0].pointer if len(self.parts) == 1 else pointer

    def where(self, *keywords: str) -> str:
        """Point at the first of `keywords` that is written, else at the schema."""
        for part in self.parts:
            for keyword in keywords:
                if keyword in part.schema:
                    return step(part.pointer, keyword)
        return self.pointer

    @property
    def names_types(self) -> bool:
        """Whether types are written, and not only implied by other keywords."""
        return any(part.schema.keys() & _NAMING_TYPES for part in self.parts)

    @property
    def admits_all(self) -> bool:
        """Whether nothing at all is asked of a value."""
        return not any(part.schema.keys() - _SAYING_NOTHING for part in self.parts)

    def texts(self, keyword: str) -> frozenset[str]:
        """Collect the different values of `keyword`, as text."""
        return frozenset(
            text(part.schema[keyword]) for part in self.parts if keyword in part.schema
        )

    @cached_property
    def unknown(self) -> dict[str, frozenset[str]]:
        """Keywords that no rule knows, and their texts."""
        names = {key for part in self.parts for key in part.schema if key not in KNOWN}
        return {name: self.texts(name) for name in sorted(names)}

    @cached_property
    def deprecated(self) -> bool:
        """Whether the vendor advises against it."""
        return any(part.schema.get("deprecated") is True for part in self.parts)


def type_of(value: Any) -> str:
    """Name the JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    names: dict[type, str] = {float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def common_types(left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
    """Intersect two sets of types. Every integer is a number."""
    both = left & right
    if ("integer" in left and "number" in right) or ("number" in left and "integer" in right):
        both |= {"integer"}
    return both


def parts(
    references: References,
    node: Any,
    pointer: str,
    nullable: bool,
    seen: set[tuple[int, bool]],
    inherited: bool = False,
) -> Iterator[Part]:
    """Yield every schema that `node` amounts to, without references and `allOf`.

    `inherited` is for a base that a larger schema extends: a discriminator there names the
    extensions, and says nothing about this one.
    """
    while True:
        if node is False or node in ({"not": {}}, {"not": True}):
            yield Part({"enum": []}, pointer, nullable)
            return
        if not isinstance(node, dict) or (id(node), nullable) in seen:
            return
        seen.add((id(node), nullable))
        nullable = nullable or node.get("nullable") is True
        members, own = _split(references, node, pointer)
        if len(members) != 1 or not _BESIDE_A_REFERENCE.issuperset(own):
            break
        (node, pointer), own = members[0], {}
    says_more = not (_BESIDE_A_REFERENCE | _ABOUT_THE_USE).issuperset(own)
    for member, place in members:
        extended = inherited or len(members) > 1 or says_more
        yield from parts(references, member, place, nullable, seen, extended)
    for union in ("anyOf", "oneOf"):
        alternatives, has_null = branches(references, node, union, pointer, seen)
        if union in own and len(alternatives) == 1:
            del own[union]
            yield from parts(references, *alternatives[0], nullable or has_null, seen)
    if inherited and not own.keys() & {"anyOf", "oneOf"}:
        own.pop("discriminator", None)
    if own:
        yield Part(own, pointer, nullable)


_BESIDE_A_REFERENCE = frozenset({"nullable"})
_ABOUT_THE_USE = frozenset({"default", "deprecated", "readOnly", "writeOnly"})


def _split(
    references: References, node: dict[str, Any], pointer: str
) -> tuple[list[Place], dict[str, Any]]:
    """Part what a schema refers to from what it says itself."""
    members: list[Place] = []
    if "$ref" in node:
        members.append(references.target(node["$ref"], pointer))
        if references.ignores_siblings:
            return members, {}
    for index, member in enumerate(sequence(node.get("allOf"))):
        members.append((member, step(pointer, "allOf", index)))
    own = {k: v for k, v in node.items() if k not in ("$ref", "allOf") and not is_annotation(k)}
    return members, own


def branches(
    references: References, node: dict[str, Any], union: str, pointer: str, seen: set[Any]
) -> tuple[list[Place], bool]:
    """Return the alternatives of a union other than null, and whether null is one.

    Beside `{type: string}`, any other text is no alternative of its own: `anyOf` of a text and of
    listed values is how vendors write a list that may grow.
    """
    alternatives: list[Place] = []
    has_null = False
    for index, branch in enumerate(sequence(node.get(union))):
        if _bare(branch) in _NULLS:
            has_null = True
        else:
            alternatives.append((branch, step(pointer, union, index)))
    covering = {_scalar(branch) for branch, _ in alternatives} - {None}
    if "number" in covering:
        covering.add("integer")
    if union == "oneOf" or not covering or len(alternatives) < 2:
        return alternatives, has_null
    kept: list[Place] = []
    for branch, place in alternatives:
        types = _types_of(references, branch, place, set(seen))
        if _scalar(branch) is None and all(kind in covering for kind in types - {"null"}):
            has_null = has_null or "null" in types
        else:
            kept.append((branch, place))
    return kept, has_null


def _bare(schema: Any) -> dict[str, Any]:
    return {key: value for key, value in mapping(schema).items() if not is_annotation(key)}


def _scalar(schema: Any) -> str | None:
    """Name the type of a schema that says nothing but a type, and not a composed one."""
    bare = _bare(schema)
    kind = bare.get("type")
    return kind if len(bare) == 1 and kind in ("string", "integer", "number", "boolean") else None


def _types_of(references: References, node: Any, pointer: str, seen: set[Any]) -> frozenset[str]:
    types = ALL_TYPES - {"integer"}
    for part in parts(references, node, pointer, False, seen):
        types = common_types(types, part.types)
    return types
