"""The keywords of one shape against those of another, one rule for each."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..shape.limits import Bound
from ..shape.parts import ENCODINGS, common_types
from ..shape.shape import Shape
from ..shape.values import Relation, plain, relate, relation
from .changes import Change, Site

_FORMATS = {
    ("int32", "int64"): Relation.WIDER, ("float", "double"): Relation.WIDER,
    ("int64", "int32"): Relation.NARROWER, ("double", "float"): Relation.NARROWER,
}  # fmt: skip
_CONSTRAINTS = {Relation.WIDER: "constraint-loosened", Relation.NARROWER: "constraint-tightened"}
_UNPROVEN = "Nothing could be proven, so the worst is assumed."


def compare(base: Shape, candidate: Shape, site: Site) -> Iterator[Change]:
    """Compare types, null, lists of values, limits and whatever has no rule of its own."""
    yield from null(base, candidate, site)
    if base.types != candidate.types:
        rule = _type_rule(base.types, candidate.types)
        yield Change(
            rule,
            _at(base, candidate, site, "type"),
            _types(base),
            _types(candidate),
            shape=candidate,
        )
        if rule == "type-changed":
            return
    yield from _enum(base, candidate, _at(base, candidate, site, "enum", "const"))
    yield from _bounds(base, candidate, site)
    yield from _sizes(base, candidate, site)
    yield from _texts(base, candidate, site)
    if base.constraint_text != candidate.constraint_text:
        yield from by_inclusion(base, candidate, site)


def null(base: Shape, candidate: Shape, site: Site) -> Iterator[Change]:
    """Compare whether null is admitted."""
    if base.nullable != candidate.nullable:
        where = _at(base, candidate, site, "type", "nullable", "anyOf", "oneOf")
        before, after = _types(base), _types(candidate)
        if candidate.nullable:
            yield Change("null-added", where, before, after, shape=candidate)
        elif candidate.names_types:
            yield Change("null-removed", where, before, after, shape=candidate)
        else:
            yield Change("constraint-loosened", where, before, after, "No type is named any more.")


def by_inclusion(
    base: Shape,
    candidate: Shape,
    site: Site,
    rules: Mapping[Relation, str] = _CONSTRAINTS,
    otherwise: str = "constraint-changed",
) -> Iterator[Change]:
    """Name the change by how the two sets of values compare."""
    found = relation(base, candidate)
    if found is not Relation.SAME:
        rule = rules.get(found, otherwise)
        note = _UNPROVEN if found is Relation.UNKNOWN else ""
        yield Change(rule, site, plain(base), plain(candidate), note, candidate)


def annotations(base: Shape, candidate: Shape, site: Site) -> Iterator[Change]:
    """Compare what is said beside the values: defaults, deprecation, encodings, the unknown."""
    before, after = base.texts("default"), candidate.texts("default")
    if before != after:
        yield Change(
            "default-changed", _at(base, candidate, site, "default"), _one(before), _one(after)
        )
    if base.deprecated != candidate.deprecated:
        rule = "field-deprecated" if candidate.deprecated else "field-undeprecated"
        yield Change(
            rule, _at(base, candidate, site, "deprecated"), base.deprecated, candidate.deprecated
        )
    if base.discriminator != candidate.discriminator:
        where = _at(base, candidate, site, "discriminator")
        names = sorted(base.discriminator), sorted(candidate.discriminator)
        yield Change("discriminator-changed", where, *names)
    for keyword in ENCODINGS:
        if base.texts(keyword) != candidate.texts(keyword):
            where = _at(base, candidate, site, keyword)
            yield Change(
                "content-encoding-changed",
                where,
                _one(base.texts(keyword)),
                _one(candidate.texts(keyword)),
            )
    for keyword in sorted(base.unknown.keys() | candidate.unknown.keys()):
        old, new = (
            base.unknown.get(keyword, frozenset()),
            candidate.unknown.get(keyword, frozenset()),
        )
        if old != new:
            where = _at(base, candidate, site, keyword)
            yield Change(
                "unknown-keyword-changed",
                where,
                _one(old),
                _one(new),
                f"The keyword is {keyword!r}.",
            )


def _at(base: Shape, candidate: Shape, site: Site, *keywords: str) -> Site:
    return Site(site.side, site.field, base.where(*keywords), candidate.where(*keywords))


def _one(texts: frozenset[str]) -> Any:
    return ", ".join(sorted(texts)) or None


def _types(shape: Shape) -> Any:
    schema = plain(shape)
    types: list[str] = sorted(shape.types) + (["null"] if shape.nullable else [])
    return schema.get("type", types)


def _type_rule(before: frozenset[str], after: frozenset[str]) -> str:
    old, new = (types | {"integer"} if "number" in types else types for types in (before, after))
    if old < new:
        return "type-widened"
    return "type-narrowed" if new < old else "type-changed"


def _enum(base: Shape, candidate: Shape, site: Site) -> Iterator[Change]:
    old, new = base.enum, candidate.enum
    if old is None and new is None:
        return
    before, after = (None if values is None else list(values.values()) for values in (old, new))
    if old is None or new is None:
        rule = "enum-introduced" if old is None else "enum-dropped"
        yield Change(
            rule, site, before or _types(base), after or _types(candidate), shape=candidate
        )
        return
    added = [value for key, value in new.items() if key not in old]
    removed = [value for key, value in old.items() if key not in new]
    if added:
        yield Change("enum-value-added", site, before, after, f"Added: {_names(added)}.", candidate)
    if removed:
        yield Change(
            "enum-value-removed", site, before, after, f"Removed: {_names(removed)}.", candidate
        )


def _names(values: list[Any]) -> str:
    shown = ", ".join(str(value) for value in values[:8])
    return f"{shown} and {len(values) - 8} more" if len(values) > 8 else shown


def _bounds(base: Shape, candidate: Shape, site: Site) -> Iterator[Change]:
    for old, new, sign, keywords in (
        (base.lower, candidate.lower, 1, ("minimum", "exclusiveMinimum")),
        (base.upper, candidate.upper, -1, ("maximum", "exclusiveMaximum")),
    ):
        if "number" not in base.types & candidate.types:
            old, new = (bound and bound.over_integers(lower=sign > 0) for bound in (old, new))
        if old != new and common_types(base.types, candidate.types) & {"integer", "number"}:
            rule = "bound-tightened" if _rank(new, sign) > _rank(old, sign) else "bound-loosened"
            where = _at(base, candidate, site, *keywords)
            yield Change(rule, where, _limit(old, sign), _limit(new, sign), shape=candidate)


def _rank(bound: Bound | None, sign: int) -> tuple[float, bool]:
    return (bound.value * sign, bound.exclusive) if bound else (float("-inf"), False)


def _limit(bound: Bound | None, sign: int) -> str | None:
    if bound is None:
        return None
    return f"{'>' if sign > 0 else '<'}{'' if bound.exclusive else '='} {bound.value}"


def _sizes(base: Shape, candidate: Shape, site: Site) -> Iterator[Change]:
    for keyword in sorted(base.sizes.keys() | candidate.sizes.keys()):
        old, new = base.sizes.get(keyword), candidate.sizes.get(keyword)
        if old == new:
            continue
        grew = new is not None and (old is None or new > old)
        tightened = (
            grew if keyword.startswith("min") else new is not None and (old is None or new < old)
        )
        rule = "size-tightened" if tightened else "size-loosened"
        where = _at(base, candidate, site, keyword)
        yield Change(
            rule, where, old and f"{keyword} {old}", new and f"{keyword} {new}", shape=candidate
        )


def _texts(base: Shape, candidate: Shape, site: Site) -> Iterator[Change]:
    for keyword, old, new in (
        ("pattern", base.patterns, candidate.patterns),
        ("format", base.formats, candidate.formats),
    ):
        if old != new:
            rule = f"{keyword}-{_text_rule(keyword, old, new)}"
            where = _at(base, candidate, site, keyword)
            yield Change(rule, where, _one(old), _one(new), shape=candidate)


def _text_rule(keyword: str, old: frozenset[str], new: frozenset[str]) -> str:
    if old < new:
        return "tightened"
    if new < old:
        return "loosened"
    before, after = sorted(old), sorted(new)
    if keyword == "format":
        found = _FORMATS.get(("".join(before), "".join(after)), Relation.OTHER)
    else:
        found = relate(
            *({"allOf": [{"type": "string", "pattern": p} for p in ps]} for ps in (before, after))
        )
    return {Relation.WIDER: "loosened", Relation.NARROWER: "tightened"}.get(found, "changed")
