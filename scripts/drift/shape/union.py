"""The alternatives that a schema writes, as they stand."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...document.references import References, sequence
from .parts import Part, Place, branches

_KEYWORDS = ("anyOf", "oneOf")


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
