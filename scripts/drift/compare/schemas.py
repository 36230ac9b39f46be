"""Two schemas side by side, down to the exact place and keyword of every difference."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import product
from typing import Any

from ..shape.numbering import mean_the_same
from ..shape.parts import text
from ..shape.shape import Shape
from ..shape.values import Relation, excludes, is_impossible, plain
from . import keywords
from .changes import Change, Pair, Side, Site, requiredness

MOST_PLACES = 5_000
MOST_PAIRS = 100_000
_NEAREST = "There are more such places than can be listed; this is the nearest."
_SEVERAL = "A value that fits several of them is refused."
_ALIKE = 0.5
_UNION = ("anyOf", "oneOf")
_VARIANTS = {Relation.WIDER: "variants-widened", Relation.NARROWER: "variants-narrowed"}


class TooLarge(Exception):
    """There are more differences than can be followed."""


def compare(root: Pair) -> list[Change]:
    """List the changes between two schemas and below them.

    If a difference lies in thousands of places, because schemas refer to one another at length,
    each pair of schemas is compared once, at its nearest place. Raises `TooLarge` if even those
    are too many.
    """
    try:
        return _walk(root, MOST_PLACES, once=False)
    except TooLarge:
        return [
            replace(change, everywhere=True, note=f"{change.note} {_NEAREST}".strip())
            for change in _walk(root, MOST_PAIRS, once=True)
        ]


def _walk(root: Pair, most: int, *, once: bool) -> list[Change]:
    """Compare pair by pair, the nearest first; what differs without a change is left to inclusion.

    A pair is `again` where the same two schemas are compared elsewhere: above it, or, if `once`,
    anywhere. What is found there explains it too.
    """
    pairs = [root] if root.differs else []
    first: dict[tuple[Shape, Shape], Pair] = {}
    again: dict[Pair, list[Pair]] = defaultdict(list)
    found: dict[Pair, list[Change]] = {}
    for pair in pairs:
        earlier: Pair | None = first.setdefault((pair.base, pair.candidate), pair)
        if earlier is not pair and not once:
            earlier = _same_above(pair)
        if earlier is not None and earlier is not pair:
            again[earlier].append(pair)
            continue
        compared = list(_compare(pair))
        found[pair] = [each for each in compared if isinstance(each, Change)]
        pairs += [each for each in compared if isinstance(each, Pair) and each.differs]
        if len(pairs) > most:
            raise TooLarge
    explained: set[Pair] = set()
    for pair, changes in found.items():
        if changes:
            _explain(pair, again, explained)
    for pair, changes in reversed(found.items()):
        if pair not in explained and (included := list(keywords.by_inclusion(pair))):
            changes += included
            _explain(pair, again, explained)
    listed = [change for changes in found.values() for change in changes]
    return list({(c.rule, c.site, text(c.before), text(c.after)): c for c in listed}.values())


def _same_above(pair: Pair) -> Pair | None:
    above = pair.above
    while above and (above.base, above.candidate) != (pair.base, pair.candidate):
        above = above.above
    return above


def _explain(pair: Pair, again: dict[Pair, list[Pair]], explained: set[Pair]) -> None:
    """Note that a difference was found here, and so below whatever leads here."""
    waiting: list[Pair | None] = [pair]
    while waiting:
        found = waiting.pop()
        if found and found not in explained:
            explained.add(found)
            waiting += (found.above, *again.get(found, ()))


def _compare(pair: Pair) -> Iterator[Change | Pair]:
    base, candidate = pair.base, pair.candidate
    yield from keywords.annotations(pair)
    yield from _by_value(pair)
    if candidate.admits_all:
        if not base.admits_all:
            yield pair.change("type-widened", plain(base), plain(candidate))
    elif base.forms or candidate.forms:
        yield from _alternatives(pair)
    else:
        changes = list(keywords.compare(pair))
        if changes and is_impossible(candidate) and not is_impossible(base):
            yield pair.change("impossible", plain(base), plain(candidate))
            return
        yield from changes
        if any(change.rule == "type-changed" for change in changes):
            return
        common = base.types & candidate.types
        if "object" in common:
            yield from _properties(pair)
            yield from _extras(pair)
        if "array" in common:
            yield pair.below(base.items, candidate.items, "[]")


def _properties(pair: Pair) -> Iterator[Change | Pair]:
    base, candidate = pair.base, pair.candidate
    old, new = base.properties, candidate.properties
    removed = [name for name in old if name not in new]
    added = [name for name in new if name not in old]
    for before, after in _renames(base, candidate, removed, added):
        removed.remove(before)
        added.remove(after)
        site = _site(pair, before, old[before].pointer, new[after].pointer)
        yield Change("property-renamed", site, before, after, f"It looks renamed to {after!r}.")
    for name in removed:
        rule = "property-removed" if name in base.required else "optional-property-removed"
        site = _site(pair, name, old[name].pointer, candidate.where("properties"))
        yield Change(rule, site, plain(old[name]))
    for name in added:
        yield from _added(pair, name)
    places = [shape.where("required", "properties") for shape in (base, candidate)]
    for name in filter(new.__contains__, old):
        site = _site(pair, name, *places)
        yield from requiredness("property", site, name in base.required, name in candidate.required)
        is_required = name in base.required & candidate.required
        yield pair.below(old[name], new[name], f".{name}", is_required=is_required)


def _site(pair: Pair, name: str, base: str, candidate: str) -> Site:
    return Site(pair.side, f"{pair.field}.{name}", base, candidate)


def _added(pair: Pair, name: str) -> Iterator[Change | Pair]:
    shape, extras = pair.candidate.properties[name], pair.base.extras
    rule = "required-property-added" if name in pair.candidate.required else "property-added"
    if pair.side is not Side.REQUEST and extras.is_nothing:
        rule = "closed-property-added"
    site = _site(pair, name, pair.base.where("properties"), shape.pointer)
    yield Change(rule, site, None, plain(shape))
    if not extras.admits_all and not extras.is_nothing:
        yield pair.below(extras, shape, f".{name}")


def _extras(pair: Pair) -> Iterator[Change | Pair]:
    old, new = pair.base.extras, pair.candidate.extras
    if old.number == new.number or (old.admits_all and new.admits_all):
        return
    if new.is_nothing or old.admits_all:
        yield pair.change("extras-closed", _shown(old), _shown(new), "additionalProperties")
    elif old.is_nothing or new.admits_all:
        yield pair.change("extras-opened", _shown(old), _shown(new), "additionalProperties")
    else:
        yield pair.below(old, new, "{}")


def _shown(extras: Shape) -> Any:
    return not extras.is_nothing and (extras.admits_all or plain(extras))


def _renames(
    base: Shape, candidate: Shape, removed: list[str], added: list[str]
) -> list[tuple[str, str]]:
    """Pair names that went with names that came: same shape, same requiredness, similar name."""
    pairs: dict[str, str] = {}
    for before in removed:
        likely = [
            after
            for after in added
            if after not in pairs.values()
            and base.properties[before].number == candidate.properties[after].number
            and (before in base.required) == (after in candidate.required)
            and _are_similar(before, after)
        ]
        if len(likely) == 1:
            pairs[before] = likely[0]
    return list(pairs.items())


def _are_similar(before: str, after: str) -> bool:
    """Guess whether one name replaced the other: most words shared, or a slip of spelling."""
    old, new = (
        set(re.split(r"[_\-]|(?<=[a-z])(?=[A-Z])", name.lower())) for name in (before, after)
    )
    if old <= new or new <= old:
        return True
    return SequenceMatcher(None, before.lower(), after.lower()).ratio() >= 0.75


def _alternatives(pair: Pair) -> Iterator[Change | Pair]:
    """Compare two schemas of which at least one has alternatives."""
    base, candidate = pair.base, pair.candidate
    yield from keywords.null(pair)
    if keywords.relation_of_texts(pair) is Relation.SAME:
        return
    if pair.side is Side.REQUEST and not candidate.by_value and excludes(base, candidate):
        shown = plain(base), plain(candidate)
        yield pair.change("variants-changed", *shown, *_UNION, note=_SEVERAL)
        return
    old, new = base.alternatives, candidate.alternatives
    gone = [form for form in old if not any(mean_the_same(form, other) for other in new)]
    came = [form for form in new if not any(mean_the_same(form, other) for other in old)]
    is_one_to_one = base.forms and candidate.forms and len(gone) == len(came)
    if gone and is_one_to_one and all(a.types & b.types for a, b in zip(gone, came, strict=True)):
        yield from map(pair.below, gone, came)
    elif gone or came:
        yield from _changed(pair, gone, came)
    elif base.is_exclusive != candidate.is_exclusive and len(old) > 1 and len(new) > 1:
        yield from keywords.by_inclusion(
            pair, *_UNION, rules=_VARIANTS, otherwise="variants-changed"
        )


def _changed(pair: Pair, gone: list[Shape], came: list[Shape]) -> Iterator[Change | Pair]:
    """Follow the alternatives that changed, and name what went or came beside them.

    Which properties are listed is no matter of sets, for an open object admits any. So objects
    are compared with the ones most like them, and only the rest by what is proven of the sets.
    """
    matched: dict[Shape, Shape] = {}
    found = keywords.related(pair)
    is_proven = found in (Relation.SAME, Relation.WIDER, Relation.NARROWER)
    if not is_proven or any(form.properties for form in (*gone, *came)):
        matched = _matched(pair, gone, came)
    yield from map(pair.below, matched.keys(), matched.values())
    left = [form for form in gone if form not in matched]
    right = [form for form in came if form not in matched.values()]
    if pair.side is Side.REQUEST and not all(_is_listed(form, pair.candidate) for form in left):
        found = Relation.NARROWER if not right else Relation.OTHER
    if found is Relation.SAME or not (left or right):
        return
    unproven = "variants-narrowed" if not right else "variants-widened"
    rule = _VARIANTS.get(found, "variants-changed" if left and right else unproven)
    yield pair.change(rule, plain(pair.base), plain(pair.candidate), *_UNION)


def _is_listed(form: Shape, shape: Shape) -> bool:
    """Whether all properties of a form are still listed together somewhere."""
    return any(form.properties.keys() <= other.properties.keys() for other in shape.alternatives)


def _matched(pair: Pair, gone: list[Shape], came: list[Shape]) -> dict[Shape, Shape]:
    """Match alternatives that the same value selects, or that are most alike."""
    selected = {
        shape: pair.candidate.by_value.get(value) for value, shape in pair.base.by_value.items()
    }
    likeness = {
        (old, new): 2 if selected.get(old) is new else _likeness(old, new)
        for old, new in product(gone, came)
    }
    matched: dict[Shape, Shape] = {}
    for old, new in sorted(likeness, key=likeness.__getitem__, reverse=True):
        if likeness[old, new] >= _ALIKE and old not in matched and new not in matched.values():
            matched[old] = new
    return matched


def _likeness(old: Shape, new: Shape) -> float:
    """Return which part of the properties two alternatives share, from 0 to 1."""
    if old.types != new.types:
        return 0
    names = old.properties.keys() | new.properties.keys()
    return len(old.properties.keys() & new.properties.keys()) / len(names) if names else 1


def _by_value(pair: Pair) -> Iterator[Change | Pair]:
    """Compare what each value of the discriminator selects, and the values themselves.

    A value that came or went together with its alternative is left to `_alternatives`.
    """
    old, new = pair.base.by_value, pair.candidate.by_value
    if not old or not new:
        return
    for value, shape in old.items():
        if value in new:
            yield pair.below(shape, new[value])
        elif _is_among(shape, pair.candidate):
            yield pair.change("discriminator-value-removed", value, list(new), "discriminator")
    for value, shape in new.items():
        if value not in old and _is_among(shape, pair.base):
            yield pair.change("discriminator-value-added", list(old), value, "discriminator")


def _is_among(form: Shape, shape: Shape) -> bool:
    return not shape.forms or any(form.number == other.number for other in shape.forms)
