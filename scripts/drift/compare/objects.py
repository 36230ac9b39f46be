"""The properties of an object and the items of an array against those of another."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from ..shape.plain import plain
from ..shape.shape import Shape
from .changes import Below, Change, Side, Site


def compare(base: Shape, candidate: Shape, site: Site) -> Iterator[Change | Below]:
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
