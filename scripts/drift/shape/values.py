"""Shapes as sets of values: written out as plain JSON Schema, and compared.

The only module that knows the set operations of `jsonschema_rs`, which are experimental.
"""

import contextlib
import json
from enum import StrEnum
from itertools import chain
from typing import Any

import jsonschema_rs

from .keywords import ENCODINGS
from .shape import Shape, replace_shapes

ENDLESS = "$endless"  # stands where a schema contains itself, or is too large to write out
MAX_NODES = 4_000
MAX_DEPTH = 100
MAX_TEXT = 100_000
MAX_BRANCHES = 60


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
        if low := shape.lower:
            schema["exclusiveMinimum" if low.exclusive else "minimum"] = low.value
        if high := shape.upper:
            schema["exclusiveMaximum" if high.exclusive else "maximum"] = high.value
        schema.update(shape.sizes)
        _require(schema, "pattern", sorted(shape.patterns))
        _require(schema, "format", sorted(shape.formats))
        for part in reversed(shape.parts):
            schema.update({key: part.schema[key] for key in ENCODINGS if key in part.schema})

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
    if values:
        schema[keyword] = values[0]
    if values[1:]:
        schema.setdefault("allOf", []).extend({keyword: value} for value in values[1:])


class Relation(StrEnum):
    """How the candidate's values compare with the base's."""

    SAME = "same"
    WIDER = "wider"
    NARROWER = "narrower"
    OTHER = "other"
    UNKNOWN = "unknown"


_KEPT = (Relation.SAME, Relation.WIDER)


def relation(base: Shape, candidate: Shape) -> Relation:
    """Compare two sets of values. `UNKNOWN`: nothing is proven, and the worst must be assumed."""
    known = base.shapes.relations
    pair = base.number, candidate.number
    if pair not in known:
        known[pair] = str(relate(plain(base), plain(candidate)))
    return Relation(known[pair])


def relate(base: dict[str, Any], candidate: dict[str, Any]) -> Relation:
    """Compare the sets of values of two JSON Schemas without references, as `relation` does."""
    if _is_too_hard(base) or _is_too_hard(candidate):
        return Relation.UNKNOWN
    contains = jsonschema_rs.canonical.Containment
    try:
        old, new = (_canonical(schema, validate_formats=True) for schema in (base, candidate))
        keeps, adds = new.covers(old), old.covers(new)
    except ValueError:  # an invalid schema or regular expression, or one nested too deeply
        return Relation.UNKNOWN
    if keeps == contains.YES:
        return Relation.SAME if adds == contains.YES else Relation.WIDER
    if adds == contains.YES:
        return Relation.NARROWER
    return Relation.UNKNOWN if contains.UNKNOWN in (keeps, adds) else Relation.OTHER


def excludes(base: Shape, candidate: Shape) -> bool:
    """Whether `oneOf` refuses values of `base` because they fit several alternatives.

    Objects are taken to have listed properties only: else any open one would fit any other.
    """
    if not candidate.is_exclusive or len(candidate.forms) < 2:
        return False
    old, new = _closed(plain(base)), _closed(plain(candidate))
    any_of = {"anyOf": new["oneOf"]}
    return relate(old, any_of) in _KEPT and relate(old, new) in (Relation.NARROWER, Relation.OTHER)


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return {union: [_closed(form) for form in schema[union]]}
    if "properties" not in schema:
        return schema
    return {"additionalProperties": False, **schema}


def _canonical(schema: dict[str, Any], *, validate_formats: bool) -> Any:
    return jsonschema_rs.canonicalize(
        schema, draft=jsonschema_rs.Draft202012, validate_formats=validate_formats, offline=True
    )


def is_impossible(shape: Shape) -> bool:
    """Whether it is certain that no value but null satisfies `shape`."""
    if shape.is_nothing:
        return True
    schema = plain(shape)
    if not _may_contradict(shape) or _is_too_hard(schema):
        return False
    try:
        found = _canonical(schema, validate_formats=False).satisfiability()
    except ValueError:
        return False
    return bool(found == jsonschema_rs.canonical.Satisfiability.NO)


def _may_contradict(shape: Shape) -> bool:
    """Skip the satisfiability check where there is at most one constraint."""
    limits = [shape.lower, shape.upper, *shape.sizes, *shape.patterns, *shape.formats]
    has_several = len([limit for limit in limits if limit is not None]) > 1
    return has_several or shape.enum is not None or bool(shape.constraints or shape.required)


def accepts(shape: Shape, value: str) -> bool:
    """Whether `shape` admits `value`, a text that may also be read as JSON (`12` as a number)."""
    schema = plain(shape)
    if ENDLESS in json.dumps(schema):
        return False
    candidates: list[Any] = [value]
    with contextlib.suppress(ValueError):
        candidates.append(json.loads(value))
    try:
        validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    except ValueError:
        return False
    return any(validator.is_valid(candidate) for candidate in candidates)


def _is_too_hard(schema: dict[str, Any]) -> bool:
    written = json.dumps(schema)
    return ENDLESS in written or len(written) > MAX_TEXT or _branches(schema) > MAX_BRANCHES


def _branches(schema: Any) -> int:
    if isinstance(schema, list):
        return sum(map(_branches, schema))
    if not isinstance(schema, dict):
        return 0
    here = sum(len(schema.get(union, ())) for union in ("anyOf", "oneOf"))
    return here + sum(map(_branches, schema.values()))
