"""The alternatives that a schema writes, and which value of a discriminator selects which."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...document.references import References, mapping, sequence
from .parts import Part, Place, branches

_KEYWORDS = ("anyOf", "oneOf")
_COMPONENTS = "#/components/schemas/"


@dataclass(frozen=True)
class Union:
    """`anyOf` or `oneOf` of one part of a schema, and all that is written beside it."""

    keyword: str
    places: list[Place]
    has_null: bool
    beside: list[Part]


def find(references: References, parts: Iterable[Part]) -> Union | None:
    """Return the union that the parts of a schema have, if they have one."""
    parts = list(parts)
    for part in parts:
        for keyword in _KEYWORDS:
            if sequence(part.schema.get(keyword)):
                places, null = branches(references, part.schema, keyword, part.pointer, set())
                return Union(keyword, places, null or part.nullable, _beside(parts, part, keyword))
    return None


def _beside(parts: list[Part], owner: Part, keyword: str) -> list[Part]:
    ours = (keyword, "discriminator")
    rest = {key: value for key, value in owner.schema.items() if key not in ours}
    beside = [part for part in parts if part is not owner]
    return [*beside, replace(owner, schema=rest)] if rest.keys() - {"nullable"} else beside


def keep_one(parts: Iterable[Part]) -> list[Part]:
    """Leave the first union as it is, and make a constraint of every other."""
    result: list[Part] = []
    has_union = False
    for part in parts:
        unions = [keyword for keyword in _KEYWORDS if keyword in part.schema]
        further = unions if has_union else unions[1:]
        has_union = has_union or bool(unions)
        if further:
            schema = {key: value for key, value in part.schema.items() if key not in further}
            schema["allOf"] = [{keyword: part.schema[keyword]} for keyword in further]
            part = replace(part, schema=schema)
        result.append(part)
    return result


def told_by(part: Part) -> str:
    """Name the property that distinguishes the alternatives. Empty if the schema names none."""
    return str(mapping(part.schema.get("discriminator")).get("propertyName", ""))


def schemas_by_value(references: References, part: Part) -> dict[str, Place]:
    """Return the schema that each value selects.

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
    if discriminator:
        for ref in _told_apart(references, part):
            if ref[1:] not in mapped:
                found.setdefault(ref.rpartition("/")[2], (references.peek(ref), ref[1:]))
    return found


def _told_apart(references: References, part: Part) -> Iterator[str]:
    for keyword in _KEYWORDS:
        if keyword in part.schema:
            refs = (mapping(branch).get("$ref") for branch in sequence(part.schema[keyword]))
            yield from (str(ref) for ref in refs if references.peek(str(ref)) is not None)
            return
    components = mapping(mapping(references.document.get("components")).get("schemas"))
    for name, node in components.items():
        bases = [mapping(base).get("$ref") for base in sequence(mapping(node).get("allOf"))]
        if f"#{part.pointer}" in bases:
            yield f"{_COMPONENTS}{name}"
