"""Walking two shapes side by side, down to the exact place and keyword of every difference."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from scripts.drift.compare import scalars
from scripts.drift.compare.changes import Change, Side, Site
from scripts.drift.shape.inclusion import Relation, is_impossible, relation
from scripts.drift.shape.plain import plain
from scripts.drift.shape.shape import Shape

MAX_VISITS = 5_000
_VARIANTS = {Relation.WIDER: "variants-widened", Relation.NARROWER: "variants-narrowed"}
_CONSTRAINTS = {Relation.WIDER: "constraint-loosened", Relation.NARROWER: "constraint-tightened"}


class TooLarge(Exception):
    """The shapes unfold into more places than anyone could read."""


class Walk:
    """One comparison of two shapes, on one side of an operation."""

    def __init__(self, side: Side) -> None:
        """Start at no place."""
        self.side = side
        self.visits = 0
        self.open: set[tuple[int, int]] = set()

    def compare(self, base: Shape, candidate: Shape, field: str) -> list[Change]:
        """List the changes at `field` and below it. Raises `TooLarge`."""
        pair = (id(base), id(candidate))
        if base.number == candidate.number or pair in self.open:
            return []
        self.visits += 1
        if self.visits > MAX_VISITS:
            raise TooLarge
        site = Site(self.side, field, base.pointer, candidate.pointer)
        self.open.add(pair)
        try:
            here = list(self._here(base, candidate, site))
            below = (
                []
                if any(c.rule in ("type-changed", "impossible") for c in here)
                else list(self._below(base, candidate, field))
            )
        finally:
            self.open.remove(pair)
        return here + below or self._unexplained(base, candidate, site)

    def _here(self, base: Shape, candidate: Shape, site: Site) -> Iterator[Change]:
        yield from scalars.annotations(base, candidate, site)
        if bool(base.variants) != bool(candidate.variants):
            yield from self._by_inclusion(base, candidate, site, _VARIANTS, "variants-changed")
            return
        changes = list(scalars.compare(base, candidate, site))
        if changes and is_impossible(candidate) and not is_impossible(base):
            yield Change("impossible", site, plain(base), plain(candidate), shape=candidate)
            return
        yield from changes
        if any(change.rule == "type-changed" for change in changes):
            return
        if (
            base.constraint_text != candidate.constraint_text
            or base.further_unions != candidate.further_unions
        ):
            yield from self._by_inclusion(base, candidate, site, _CONSTRAINTS, "constraint-changed")

    def _by_inclusion(
        self, base: Shape, candidate: Shape, site: Site, rules: dict[Relation, str], otherwise: str
    ) -> Iterator[Change]:
        found = relation(base, candidate)
        if found is not Relation.SAME:
            note = (
                "Nothing could be proven, so the worst is assumed."
                if found is Relation.UNKNOWN
                else ""
            )
            yield Change(
                rules.get(found, otherwise), site, plain(base), plain(candidate), note, candidate
            )

    def _unexplained(self, base: Shape, candidate: Shape, site: Site) -> list[Change]:
        """Judge shapes that are written differently although no keyword's rule sees a change."""
        return list(self._by_inclusion(base, candidate, site, _CONSTRAINTS, "constraint-changed"))

    def _below(self, base: Shape, candidate: Shape, field: str) -> Iterator[Change]:
        if "object" in base.types & candidate.types:
            yield from self._properties(base, candidate, field)
            yield from self._extras(base, candidate, field)
        if "array" in base.types & candidate.types:
            yield from self.compare(base.items, candidate.items, f"{field}[]")
        if base.variants and candidate.variants:
            yield from self._variants(base, candidate, field)

    def _properties(self, base: Shape, candidate: Shape, field: str) -> Iterator[Change]:
        old, new = base.properties, candidate.properties
        removed = {name: shape for name, shape in old.items() if name not in new}
        added = {name: shape for name, shape in new.items() if name not in old}
        for before, after in _renames(base, candidate):
            site = Site(
                self.side, f"{field}.{before}", removed[before].pointer, added[after].pointer
            )
            yield Change("property-renamed", site, before, after, f"It looks renamed to {after!r}.")
            del removed[before], added[after]
        for name, shape in removed.items():
            rule = "property-removed" if name in base.required else "optional-property-removed"
            site = Site(self.side, f"{field}.{name}", shape.pointer, candidate.where("properties"))
            yield Change(rule, site, plain(shape))
        for name, shape in added.items():
            yield from self._added(base, candidate, shape, f"{field}.{name}", name)
        for name in (name for name in old if name in new):
            yield from self._requiredness(base, candidate, f"{field}.{name}", name)
            yield from self.compare(old[name], new[name], f"{field}.{name}")

    def _added(
        self, base: Shape, candidate: Shape, shape: Shape, field: str, name: str
    ) -> Iterator[Change]:
        site = Site(self.side, field, base.where("properties"), shape.pointer)
        rule = "required-property-added" if name in candidate.required else "property-added"
        if self.side is not Side.REQUEST and base.extras.is_nothing:
            rule = "extras-opened"
        yield Change(rule, site, None, plain(shape))
        if not _admits_all(base.extras) and not base.extras.is_nothing:
            yield from self.compare(base.extras, shape, field)

    def _requiredness(
        self, base: Shape, candidate: Shape, field: str, name: str
    ) -> Iterator[Change]:
        before, after = name in base.required, name in candidate.required
        if before != after:
            rule = "property-became-required" if after else "property-became-optional"
            site = Site(
                self.side,
                field,
                base.where("required", "properties"),
                candidate.where("required", "properties"),
            )
            yield Change(
                rule,
                site,
                "required" if before else "optional",
                "required" if after else "optional",
            )

    def _extras(self, base: Shape, candidate: Shape, field: str) -> Iterator[Change]:
        old, new = base.extras, candidate.extras
        site = Site(
            self.side,
            field,
            base.where("additionalProperties"),
            candidate.where("additionalProperties"),
        )
        was_open, is_open = _admits_all(old), _admits_all(new)
        if old.number == new.number or (was_open and is_open):
            return
        if new.is_nothing or (was_open and not is_open):
            yield Change("extras-closed", site, _extras(old), _extras(new))
        elif old.is_nothing or is_open:
            yield Change("extras-opened", site, _extras(old), _extras(new))
        else:
            yield from self.compare(old, new, f"{field}{{}}")

    def _variants(self, base: Shape, candidate: Shape, field: str) -> Iterator[Change]:
        kept = {shape.number for shape in base.variants} & {
            shape.number for shape in candidate.variants
        }
        old = [shape for shape in base.variants if shape.number not in kept]
        new = [shape for shape in candidate.variants if shape.number not in kept]
        site = Site(
            self.side, field, base.where("anyOf", "oneOf"), candidate.where("anyOf", "oneOf")
        )
        if len(old) == len(new) and all(b.types & c.types for b, c in zip(old, new, strict=True)):
            for before, after in zip(old, new, strict=True):
                yield from self.compare(before, after, field)
        elif old or new:
            yield from self._by_inclusion(base, candidate, site, _VARIANTS, "variants-changed")


def _admits_all(shape: Shape) -> bool:
    return not shape.parts or plain(shape) == {}


def _extras(shape: Shape) -> Any:
    if shape.is_nothing:
        return False
    return True if _admits_all(shape) else plain(shape)


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
