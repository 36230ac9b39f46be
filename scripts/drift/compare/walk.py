"""Walking two shapes side by side, down to the exact place and keyword of every difference."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..shape.parts import text
from ..shape.shape import Shape
from ..shape.values import is_impossible, plain
from . import composites, scalars
from .changes import Below, Change, Side, Site

MOST_PLACES = 5_000
MOST_PAIRS = 100_000
_NEAREST = "There are more such places than can be listed; this is the nearest."


class TooLarge(Exception):
    """There are more differences than can be followed."""


@dataclass(eq=False)
class _Place:
    """A field at which two shapes differ, and what comparing them there finds."""

    base: Shape
    candidate: Shape
    field: str
    above: "_Place | None" = None
    changes: tuple[Change, ...] = ()
    is_again: bool = False  # the same two shapes are compared elsewhere
    repeats: tuple["_Place", ...] = ()
    explained: bool = False

    @property
    def pair(self) -> tuple[Shape, Shape]:
        return self.base, self.candidate

    def same_above(self) -> "_Place | None":
        place = self.above
        while place is not None and place.pair != self.pair:
            place = place.above
        return place

    def explain(self) -> None:
        """Note that a difference was found here, and so below whatever leads here."""
        waiting: list[_Place | None] = [self]
        while waiting:
            place = waiting.pop()
            if place is not None and not place.explained:
                place.explained = True
                waiting += (place.above, *place.repeats)


def compare(side: Side, base: Shape, candidate: Shape, field: str) -> list[Change]:
    """List the changes at `field` and below it.

    If a difference lies in thousands of places, because schemas refer to one another at length,
    each pair of schemas is compared once, at its nearest place. Raises `TooLarge` if even those
    are too many.
    """
    root = _Place(base, candidate, field)
    try:
        return _changes(side, _places(side, root, MOST_PLACES, once=False))
    except TooLarge:
        root = _Place(base, candidate, field)
        return [
            replace(change, everywhere=True, note=f"{change.note} {_NEAREST}".strip())
            for change in _changes(side, _places(side, root, MOST_PAIRS, once=True))
        ]


def _places(side: Side, root: _Place, most: int, *, once: bool) -> list[_Place]:
    """Compare place by place, the nearest first, and return all that differ."""
    places = [root] if root.base.number != root.candidate.number else []
    first: dict[tuple[Shape, Shape], _Place] = {}
    for place in places:
        earlier: _Place | None = first.setdefault(place.pair, place)
        if earlier is not place and not once:
            earlier = place.same_above()
        if earlier is not None and earlier is not place:
            place.is_again = True
            earlier.repeats += (place,)
            continue
        for found in _compare(side, place):
            if isinstance(found, Change):
                place.changes += (found,)
            elif found.base.number != found.candidate.number:
                places.append(_Place(*found, above=place))
        if len(places) > most:
            raise TooLarge
    return places


def _changes(side: Side, places: list[_Place]) -> list[Change]:
    """Collect the changes; whatever differs without any is left to set inclusion."""
    for place in places:
        if place.changes:
            place.explain()
    for place in reversed(places):
        if not place.explained and not place.is_again:
            site = _site(side, place)
            place.changes += tuple(scalars.by_inclusion(place.base, place.candidate, site))
            if place.changes:
                place.explain()
    changes = [change for place in places for change in place.changes]
    return list({(c.rule, c.site, text(c.before), text(c.after)): c for c in changes}.values())


def _site(side: Side, place: _Place) -> Site:
    return Site(side, place.field, place.base.pointer, place.candidate.pointer)


def _compare(side: Side, place: _Place) -> Iterator[Change | Below]:
    base, candidate, site = place.base, place.candidate, _site(side, place)
    yield from scalars.annotations(base, candidate, site)
    yield from composites.by_value(base, candidate, site)
    if base.forms or candidate.forms:
        yield from composites.alternatives(base, candidate, site)
    elif candidate.admits_all and not base.admits_all:
        yield Change("type-widened", site, plain(base), plain(candidate), shape=candidate)
    else:
        changes = list(scalars.compare(base, candidate, site))
        if changes and is_impossible(candidate) and not is_impossible(base):
            yield Change("impossible", site, plain(base), plain(candidate), shape=candidate)
            return
        yield from changes
        if not any(change.rule == "type-changed" for change in changes):
            yield from composites.members(base, candidate, site)
