"""Schemas as sets of values.

The only module that knows the set operations of `jsonschema_rs`, which are experimental.
"""

import contextlib
import json
from enum import StrEnum
from typing import Any

import jsonschema_rs

from .plain import ENDLESS, plain
from .shape import Shape

MAX_TEXT = 100_000
MAX_BRANCHES = 60


class Relation(StrEnum):
    """How the candidate's values compare with the base's."""

    SAME = "same"
    WIDER = "wider"
    NARROWER = "narrower"
    OTHER = "other"
    UNKNOWN = "unknown"


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
        old, new = (
            jsonschema_rs.canonicalize(
                s, draft=jsonschema_rs.Draft202012, validate_formats=True, offline=True
            )
            for s in (base, candidate)
        )
        keeps, adds = new.covers(old), old.covers(new)
    except ValueError:  # an invalid schema or regular expression, or one nested too deeply
        return Relation.UNKNOWN
    if keeps == adds == contains.YES:
        return Relation.SAME
    if keeps == contains.YES:
        return Relation.WIDER
    if adds == contains.YES:
        return Relation.NARROWER
    return Relation.UNKNOWN if contains.UNKNOWN in (keeps, adds) else Relation.OTHER


def is_impossible(shape: Shape) -> bool:
    """Whether it is certain that no value but null satisfies `shape`."""
    if shape.is_nothing:
        return True
    schema = plain(shape)
    if not _may_contradict(shape) or _is_too_hard(schema):
        return False
    try:
        canonical = jsonschema_rs.canonicalize(
            schema, draft=jsonschema_rs.Draft202012, offline=True
        )
        return canonical.satisfiability() == jsonschema_rs.canonical.Satisfiability.NO
    except ValueError:
        return False


def _may_contradict(shape: Shape) -> bool:
    """Spare most shapes the proof: one limit alone never leaves nothing."""
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
    return sum(len(schema.get(union, ())) for union in ("anyOf", "oneOf")) + sum(
        map(_branches, schema.values())
    )
