"""The keywords of one schema against those of another, one rule for each."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..shape.keywords import ENCODINGS, Bound
from ..shape.parts import common_types
from ..shape.shape import Shape
from ..shape.values import Relation, plain, relation
from .changes import Change, Pair, deprecation, listed

_FORMATS = {
    ("int32", "int64"): "loosened", ("float", "double"): "loosened",
    ("int64", "int32"): "tightened", ("double", "float"): "tightened",
}  # fmt: skip
_CONSTRAINTS = {Relation.WIDER: "constraint-loosened", Relation.NARROWER: "constraint-tightened"}
_TYPES = {
    Relation.SAME: "", Relation.WIDER: "type-widened", Relation.NARROWER: "type-narrowed",
}  # fmt: skip
_WRITTEN_ALIKE = frozenset({"string", "number", "integer", "boolean"})
_UNPROVEN = "Nothing could be proven, so the worst is assumed."


def compare(pair: Pair) -> Iterator[Change]:
    """Compare types, null, lists of values, limits and whatever has no rule of its own."""
    base, candidate = pair.base, pair.candidate
    yield from null(pair)
    if base.types != candidate.types:
        rule = _type_rule(pair)
        if rule:
            yield pair.change(rule, _types(base), _types(candidate), "type")
        if not common_types(base.types, candidate.types):
            return
    yield from _enum(pair)
    yield from _bounds(pair)
    yield from _sizes(pair)
    yield from _texts(pair, "pattern", base.patterns, candidate.patterns)
    yield from _texts(pair, "format", base.formats, candidate.formats)
    if base.constraint_text != candidate.constraint_text:
        yield from by_inclusion(pair)


def null(pair: Pair) -> Iterator[Change]:
    """Compare whether null is admitted."""
    base, candidate = pair.base, pair.candidate
    if base.nullable != candidate.nullable:
        rule, note = "null-added" if candidate.nullable else "null-removed", ""
        if not candidate.nullable and not candidate.names_types:
            rule, note = "constraint-loosened", "No type is named any more."
        keywords = ("type", "nullable", "anyOf", "oneOf")
        yield pair.change(rule, _types(base), _types(candidate), *keywords, note=note)


def by_inclusion(
    pair: Pair,
    *keywords: str,
    rules: Mapping[Relation, str] = _CONSTRAINTS,
    otherwise: str = "constraint-changed",
) -> Iterator[Change]:
    """Name the change by how the two sets of values compare."""
    found = related(pair)
    if found is not Relation.SAME:
        rule = rules.get(found, otherwise)
        note = _UNPROVEN if found is Relation.UNKNOWN else ""
        yield pair.change(rule, plain(pair.base), plain(pair.candidate), *keywords, note=note)


def annotations(pair: Pair) -> Iterator[Change]:
    """Compare what is said beside the values: defaults, deprecation, encodings, the unknown."""
    base, candidate = pair.base, pair.candidate
    unknown = sorted({*base.unknown, *candidate.unknown})
    rules = {
        **({} if pair.is_required else {"default": "default-changed"}),
        **dict.fromkeys(ENCODINGS, "content-encoding-changed"),
        **dict.fromkeys(unknown, "unknown-keyword-changed"),
    }
    for keyword, rule in rules.items():
        before, after = base.texts(keyword), candidate.texts(keyword)
        if before != after:
            note = f"The keyword is {keyword!r}." if keyword in unknown else ""
            yield pair.change(rule, _joined(before), _joined(after), keyword, note=note)
    site = pair.site("deprecated")
    yield from deprecation("field", site, base.deprecated, candidate.deprecated)
    if base.discriminator != candidate.discriminator:
        names = sorted(base.discriminator), sorted(candidate.discriminator)
        yield pair.change("discriminator-changed", *names, "discriminator")


def _joined(texts: frozenset[str]) -> str | None:
    return ", ".join(sorted(texts)) or None


def _types(shape: Shape) -> Any:
    types: list[str] = sorted(shape.types) + (["null"] if shape.nullable else [])
    return plain(shape).get("type", types)


def _type_rule(pair: Pair) -> str:
    """Name a change of types; empty if it is none, for any text may be a number."""
    if found := relation_of_texts(pair):
        return _TYPES[found]
    old, new = (
        shape.types | {"integer"} if "number" in shape.types else shape.types
        for shape in (pair.base, pair.candidate)
    )
    if old < new:
        return "type-widened"
    return "type-narrowed" if new < old else "type-changed"


def related(pair: Pair) -> Relation:
    """Compare the sets of values of two schemas."""
    return relation_of_texts(pair) or relation(pair.base, pair.candidate)


def relation_of_texts(pair: Pair) -> Relation | None:
    """Compare what is written as text, if any text fits one of the two schemas."""
    base, candidate = pair.base, pair.candidate
    if not pair.is_text or not base.types | candidate.types <= _WRITTEN_ALIKE:
        return None
    old, new = _is_any_text(base), _is_any_text(candidate)
    if old and new:
        return Relation.SAME
    if old or new:
        return Relation.WIDER if new else Relation.NARROWER
    return None


def _is_any_text(shape: Shape) -> bool:
    """Whether any text fits, where a number or a boolean is written as text too."""
    if shape.forms:
        return not shape.is_exclusive and any(map(_is_any_text, shape.alternatives))
    limits = shape.patterns, shape.formats, shape.sizes, shape.constraints
    return "string" in shape.types and shape.enum is None and not any(limits)


def _enum(pair: Pair) -> Iterator[Change]:
    old, new = pair.base.enum, pair.candidate.enum
    if old is None and new is None:
        return
    before, after = (None if values is None else list(values.values()) for values in (old, new))
    if old is None or new is None:
        rule = "enum-introduced" if old is None else "enum-dropped"
        shown = before or _types(pair.base), after or _types(pair.candidate)
        yield pair.change(rule, *shown, "enum", "const")
        return
    for word, some, others in (("Added", new, old), ("Removed", old, new)):
        values = [value for key, value in some.items() if key not in others]
        if values:
            rule, note = f"enum-value-{word.lower()}", f"{word}: {listed(values, 8)}."
            yield pair.change(rule, before, after, "enum", "const", note=note)


def _bounds(pair: Pair) -> Iterator[Change]:
    base, candidate = pair.base, pair.candidate
    common = common_types(base.types, candidate.types)
    if not common & {"integer", "number"}:
        return
    for old, new, sign, keywords in (
        (base.lower, candidate.lower, 1, ("minimum", "exclusiveMinimum")),
        (base.upper, candidate.upper, -1, ("maximum", "exclusiveMaximum")),
    ):
        if "number" not in common:
            old, new = (bound and bound.over_integers(lower=sign > 0) for bound in (old, new))
        if old != new:
            rule = "bound-tightened" if _rank(new, sign) > _rank(old, sign) else "bound-loosened"
            yield pair.change(rule, _limit(old, sign), _limit(new, sign), *keywords)


def _rank(bound: Bound | None, sign: int) -> tuple[float, bool]:
    return (bound.value * sign, bound.exclusive) if bound else (float("-inf"), False)


def _limit(bound: Bound | None, sign: int) -> str | None:
    if bound is None:
        return None
    return f"{'>' if sign > 0 else '<'}{'' if bound.exclusive else '='} {bound.value}"


def _sizes(pair: Pair) -> Iterator[Change]:
    for keyword in sorted(pair.base.sizes.keys() | pair.candidate.sizes.keys()):
        old, new = pair.base.sizes.get(keyword), pair.candidate.sizes.get(keyword)
        if old != new:
            tighter = max if keyword.startswith("min") else min
            tightened = new is not None and (old is None or tighter(old, new) == new)
            before, after = (None if n is None else f"{keyword} {n}" for n in (old, new))
            rule = "size-tightened" if tightened else "size-loosened"
            yield pair.change(rule, before, after, keyword)


def _texts(pair: Pair, keyword: str, old: frozenset[str], new: frozenset[str]) -> Iterator[Change]:
    if old != new:
        rule = f"{keyword}-{_text_rule(keyword, old, new)}"
        yield pair.change(rule, _joined(old), _joined(new), keyword)


def _text_rule(keyword: str, old: frozenset[str], new: frozenset[str]) -> str:
    if old < new:
        return "tightened"
    if new < old:
        return "loosened"
    formats = "".join(sorted(old)), "".join(sorted(new))
    return _FORMATS.get(formats, "changed") if keyword == "format" else "changed"
