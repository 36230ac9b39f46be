"""Flattens `$ref`, `allOf` and single-branch unions into a list of schemas that all apply."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ...document.references import References, mapping, sequence, step
from ...document.schemas import is_annotation

ALL_TYPES = frozenset({"boolean", "integer", "number", "string", "array", "object", "null"})
_NULLS = ({"type": "null"}, {"enum": [None]}, {"const": None}, {"type": ["null"]})
_UNIONS = ("anyOf", "oneOf")
_BESIDE_A_REFERENCE = frozenset({"nullable"})
_ABOUT_THE_USE = frozenset({"default", "deprecated", "readOnly", "writeOnly"})
_COMPONENTS = "#/components/schemas/"

Place = tuple[Any, str]  # a schema and its JSON pointer


def text(value: Any) -> str:
    """Write a JSON value so that equal values are equal text."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def type_of(value: Any) -> str:
    """Name the JSON type of a value."""
    if isinstance(value, float) and value.is_integer():
        return "integer"
    names: dict[type, str] = {
        type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string",
        list: "array",
    }  # fmt: skip
    return names.get(type(value), "object")


def common_types(left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
    """Intersect two sets of types. Every integer is a number."""
    both = left & right
    if ("integer" in left and "number" in right) or ("number" in left and "integer" in right):
        both |= {"integer"}
    return both


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
        return frozenset({"array"}) if "items" in self.schema else ALL_TYPES - {"integer"}

    @property
    def values(self) -> list[Any] | None:
        """The listed values, if this part lists them."""
        if "const" in self.schema:
            return [self.schema["const"]]
        listed = self.schema.get("enum")
        return listed if isinstance(listed, list) else None


def types_of(parts: Iterable[Part]) -> frozenset[str]:
    """Return the types that all of `parts` admit."""
    types = ALL_TYPES - {"integer"}
    for part in parts:
        types = common_types(types, part.types)
    return types


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
    for keyword in _UNIONS:
        alternatives, has_null = _branches(references, node, keyword, pointer, seen)
        if keyword in own and len(alternatives) == 1:
            del own[keyword]
            yield from parts(references, *alternatives[0], nullable or has_null, seen)
    if inherited and not own.keys() & {*_UNIONS}:
        own.pop("discriminator", None)
    if own:
        yield Part(own, pointer, nullable)


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


def _branches(
    references: References, node: dict[str, Any], keyword: str, pointer: str, seen: set[Any]
) -> tuple[list[Place], bool]:
    """Return the alternatives of a union other than null, and whether null is one.

    Beside `{type: string}`, any other text is no alternative of its own: `anyOf` of a text and of
    listed values is how vendors write a list that may grow.
    """
    alternatives: list[Place] = []
    has_null = False
    for index, branch in enumerate(sequence(node.get(keyword))):
        if _bare(branch) in _NULLS:
            has_null = True
        else:
            alternatives.append((branch, step(pointer, keyword, index)))
    if has_null and not alternatives:
        return [({"type": "null"}, pointer)], False
    covering = {_scalar(branch) for branch, _ in alternatives} - {None}
    if "number" in covering:
        covering.add("integer")
    if keyword == "oneOf" or not covering or len(alternatives) < 2:
        return alternatives, has_null
    kept: list[Place] = []
    for branch, place in alternatives:
        types = types_of(parts(references, branch, place, False, set(seen)))
        if _scalar(branch) is None and covering.issuperset(types - {"null"}):
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


@dataclass(frozen=True)
class Union:
    """`anyOf` or `oneOf` of one part of a schema, and all that is written beside it."""

    keyword: str
    places: list[Place]
    has_null: bool
    beside: list[Part]


def union_of(references: References, parts: Iterable[Part]) -> Union | None:
    """Return the union that the parts of a schema have, if they have one."""
    parts = list(parts)
    for part in parts:
        for keyword in _UNIONS:
            if sequence(part.schema.get(keyword)):
                places, null = _branches(references, part.schema, keyword, part.pointer, set())
                return Union(keyword, places, null or part.nullable, _beside(parts, part, keyword))
    return None


def _beside(parts: list[Part], owner: Part, keyword: str) -> list[Part]:
    ours = (keyword, "discriminator")
    rest = {key: value for key, value in owner.schema.items() if key not in ours}
    beside = [part for part in parts if part is not owner]
    return [*beside, replace(owner, schema=rest)] if rest.keys() - {"nullable"} else beside


def keep_one_union(parts: Iterable[Part]) -> Iterator[Part]:
    """Leave the first union as it is, and make a constraint of every other."""
    has_union = False
    for part in parts:
        unions = [keyword for keyword in _UNIONS if keyword in part.schema]
        further = unions if has_union else unions[1:]
        has_union = has_union or bool(unions)
        if further:
            schema = {key: value for key, value in part.schema.items() if key not in further}
            schema["allOf"] = [{keyword: part.schema[keyword]} for keyword in further]
            part = replace(part, schema=schema)
        yield part


def further_unions(part: Part) -> Iterator[Place]:
    """Return the unions of which `keep_one_union` made a constraint."""
    for union in sequence(part.schema.get("allOf")):
        yield union, part.pointer


def schemas_by_value(references: References, part: Part) -> dict[str, Place]:
    """Return the schema that each value of the discriminator selects.

    Without `anyOf` or `oneOf` the alternatives are the schemas that extend this one by `allOf`.
    A schema that `mapping` leaves out goes by its own name.
    """
    discriminator = mapping(part.schema.get("discriminator"))
    found: dict[str, Place] = {}
    for value, target in mapping(discriminator.get("mapping")).items():
        ref = str(target) if str(target).startswith("#") else f"{_COMPONENTS}{target}"
        node = references.peek(ref)
        if node is not None:
            found[str(value)] = node, ref[1:]
    mapped = {pointer for _, pointer in found.values()}
    for ref in _selected(references, part) if discriminator else ():
        if ref[1:] not in mapped:
            found.setdefault(ref.rpartition("/")[2], (references.peek(ref), ref[1:]))
    return found


def _selected(references: References, part: Part) -> Iterator[str]:
    for keyword in _UNIONS:
        if keyword in part.schema:
            refs = (mapping(branch).get("$ref") for branch in sequence(part.schema[keyword]))
            yield from (str(ref) for ref in refs if references.peek(str(ref)) is not None)
            return
    components = mapping(mapping(references.document.get("components")).get("schemas"))
    for name, node in components.items():
        bases = [mapping(base).get("$ref") for base in sequence(mapping(node).get("allOf"))]
        if f"#{part.pointer}" in bases:
            yield f"{_COMPONENTS}{name}"
