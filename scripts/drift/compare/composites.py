"""Properties, items and alternatives of one schema against those of another."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from ..shape.numbering import mean_the_same
from ..shape.shape import Shape
from ..shape.values import Relation, plain, relation
from . import scalars
from .changes import Below, Change, Side, Site

_ALIKE = 0.5
_PROVEN = (Relation.SAME, Relation.WIDER, Relation.NARROWER)
_RULES = {Relation.WIDER: "variants-widened", Relation.NARROWER: "variants-narrowed"}


def members(base: Shape, candidate: Shape, site: Site) -> Iterator[Change | Below]:
    """Compare the properties and items that both may have."""
    common = base.types & candidate.types
    if "object" in common:
        yield from _properties(base, candidate, site)
        yield from _extras(base, candidate, site)
    if "array" in common:
        yield Below(base.items, candidate.items, f"{site.field}[]")


def _properties(base: Shape, candidate: Shape, site: Site) -> Iterator[Change | Below]:
    old, new = base.properties, candidate.properties
    removed = {name: shape for name, shape in old.items() if name not in new}
    added = {name: shape for name, shape in new.items() if name not in old}
    for before, after in _renames(base, candidate):
        where = site.at(before, removed.pop(before).pointer, added.pop(after).pointer)
        yield Change("property-renamed", where, before, after, f"It looks renamed to {after!r}.")
    for name, shape in removed.items():
        rule = "property-removed" if name in base.required else "optional-property-removed"
        where = site.at(name, shape.pointer, candidate.where("properties"))
        yield Change(rule, where, plain(shape))
    for name in added:
        yield from _added(base, candidate, site, name)
    for name, shape in old.items():
        if name in new:
            yield from _requiredness(base, candidate, site, name)
            yield Below(shape, new[name], f"{site.field}.{name}")


def _added(base: Shape, candidate: Shape, site: Site, name: str) -> Iterator[Change | Below]:
    shape = candidate.properties[name]
    rule = "required-property-added" if name in candidate.required else "property-added"
    if site.side is not Side.REQUEST and base.extras.is_nothing:
        rule = "closed-property-added"
    where = site.at(name, base.where("properties"), shape.pointer)
    yield Change(rule, where, None, plain(shape))
    if not base.extras.admits_all and not base.extras.is_nothing:
        yield Below(base.extras, shape, where.field)


def _requiredness(base: Shape, candidate: Shape, site: Site, name: str) -> Iterator[Change]:
    before, after = name in base.required, name in candidate.required
    if before != after:
        rule = "property-became-required" if after else "property-became-optional"
        keywords = ("required", "properties")
        where = site.at(name, base.where(*keywords), candidate.where(*keywords))
        words = {True: "required", False: "optional"}
        yield Change(rule, where, words[before], words[after])


def _extras(base: Shape, candidate: Shape, site: Site) -> Iterator[Change | Below]:
    old, new = base.extras, candidate.extras
    keyword = "additionalProperties"
    where = Site(site.side, site.field, base.where(keyword), candidate.where(keyword))
    if old.number == new.number or (old.admits_all and new.admits_all):
        return
    if new.is_nothing or (old.admits_all and not new.admits_all):
        yield Change("extras-closed", where, _shown(old), _shown(new))
    elif old.is_nothing or new.admits_all:
        yield Change("extras-opened", where, _shown(old), _shown(new))
    else:
        yield Below(old, new, f"{site.field}{{}}")


def _shown(extras: Shape) -> Any:
    if extras.is_nothing:
        return False
    return True if extras.admits_all else plain(extras)


def _renames(base: Shape, candidate: Shape) -> list[tuple[str, str]]:
    """Pair names that went with names that came: same shape, same requiredness, similar name."""
    gone = [name for name in base.properties if name not in candidate.properties]
    new = [name for name in candidate.properties if name not in base.properties]
    pairs: list[tuple[str, str]] = []
    for before in gone:
        likely = [
            after
            for after in new
            if base.properties[before].number == candidate.properties[after].number
            and (before in base.required) == (after in candidate.required)
            and _are_similar(before, after)
        ]
        if len(likely) == 1:
            pairs.append((before, likely[0]))
            new.remove(likely[0])
    return pairs


def _are_similar(before: str, after: str) -> bool:
    """Guess whether one name replaced the other: most words shared, or a slip of spelling."""
    old, new = (
        set(re.split(r"[_\-]|(?<=[a-z])(?=[A-Z])", name.lower())) for name in (before, after)
    )
    if old <= new or new <= old:
        return True
    return SequenceMatcher(None, before.lower(), after.lower()).ratio() >= 0.75


def alternatives(base: Shape, candidate: Shape, site: Site) -> Iterator[Change | Below]:
    """Compare two shapes of which at least one has alternatives."""
    yield from scalars.null(base, candidate, site)
    old, new = base.alternatives, candidate.alternatives
    gone = [form for form in old if not any(mean_the_same(form, other) for other in new)]
    came = [form for form in new if not any(mean_the_same(form, other) for other in old)]
    where = Site(
        site.side, site.field, base.where("anyOf", "oneOf"), candidate.where("anyOf", "oneOf")
    )
    if gone and came and _correspond(base, candidate, gone, came):
        yield from (Below(b, c, site.field) for b, c in zip(gone, came, strict=True))
    elif gone or came:
        yield from _changed(base, candidate, gone, came, where)
    elif base.is_exclusive != candidate.is_exclusive and len(old) > 1 and len(new) > 1:
        yield from scalars.by_inclusion(base, candidate, where, _RULES, "variants-changed")


def _correspond(base: Shape, candidate: Shape, gone: list[Shape], came: list[Shape]) -> bool:
    """Whether what went and what came are the same alternatives, changed one by one."""
    if not (base.forms and candidate.forms) or len(gone) != len(came):
        return False
    return all(old.types & new.types for old, new in zip(gone, came, strict=True))


def _changed(
    base: Shape, candidate: Shape, gone: list[Shape], came: list[Shape], where: Site
) -> Iterator[Change | Below]:
    """Follow the alternatives that changed, and name what went or came beside them.

    Which properties are listed is no matter of sets, for an open object admits any. So objects
    are compared with the ones most like them, and only the rest by what is proven of the sets.
    """
    pairs: list[tuple[Shape, Shape]] = []
    found = relation(base, candidate)
    if found not in _PROVEN or any(form.properties for form in (*gone, *came)):
        pairs = _matched(base, candidate, gone, came)
    yield from (Below(old, new, where.field) for old, new in pairs)
    left = [form for form in gone if all(form is not old for old, _ in pairs)]
    right = [form for form in came if all(form is not new for _, new in pairs)]
    if where.side is Side.REQUEST and not all(_is_listed(form, candidate) for form in left):
        found = Relation.NARROWER if not right else Relation.OTHER
    if found is Relation.SAME or not (left or right):
        return
    unproven = "variants-narrowed" if not right else "variants-widened"
    rule = _RULES.get(found, "variants-changed" if left and right else unproven)
    yield Change(rule, where, plain(base), plain(candidate), shape=candidate)


def _is_listed(form: Shape, shape: Shape) -> bool:
    """Whether all properties of a form are still listed together somewhere."""
    names = form.properties.keys()
    return any(names <= other.properties.keys() for other in shape.alternatives) or not names


def _matched(
    base: Shape, candidate: Shape, gone: list[Shape], came: list[Shape]
) -> list[tuple[Shape, Shape]]:
    """Pair alternatives that the same value selects, or that are most alike."""
    selected = {id(shape): candidate.by_value.get(value) for value, shape in base.by_value.items()}
    ranked = [
        (2.0 if selected.get(id(old)) is new else _likeness(old, new), old, new)
        for old in gone
        for new in came
    ]
    pairs: list[tuple[Shape, Shape]] = []
    for likeness, old, new in sorted(ranked, key=lambda entry: -entry[0]):
        if likeness >= _ALIKE and all(old is not o and new is not n for o, n in pairs):
            pairs.append((old, new))
    return pairs


def _likeness(old: Shape, new: Shape) -> float:
    """Return which part of the properties two alternatives share, from 0 to 1."""
    if old.types != new.types:
        return 0
    names = old.properties.keys() | new.properties.keys()
    if not names:
        return 1
    return len(old.properties.keys() & new.properties.keys()) / len(names)


def by_value(base: Shape, candidate: Shape, site: Site) -> Iterator[Change | Below]:
    """Compare what each value of the discriminator selects, and the values themselves.

    A value that came or went together with its alternative is left to `alternatives`.
    """
    old, new = base.by_value, candidate.by_value
    if not old or not new:
        return
    for value, shape in old.items():
        if value in new:
            yield Below(shape, new[value], site.field)
    where = Site(
        site.side, site.field, base.where("discriminator"), candidate.where("discriminator")
    )
    for value, shape in old.items():
        if value not in new and _is_among(shape, candidate):
            yield Change("discriminator-value-removed", where, value, list(new))
    for value, shape in new.items():
        if value not in old and _is_among(shape, base):
            yield Change("discriminator-value-added", where, list(old), value)


def _is_among(form: Shape, shape: Shape) -> bool:
    return not shape.forms or any(form.number == other.number for other in shape.forms)
