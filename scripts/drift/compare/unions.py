"""The alternatives of one schema against those of another, and how they are told apart."""

from collections.abc import Iterator

from ..shape.inclusion import Relation, relation
from ..shape.numbering import mean_the_same
from ..shape.plain import plain
from ..shape.shape import Shape
from . import scalars
from .changes import Below, Change, Side, Site

_ALIKE = 0.5
_PROVEN = (Relation.SAME, Relation.WIDER, Relation.NARROWER)
_RULES = {Relation.WIDER: "variants-widened", Relation.NARROWER: "variants-narrowed"}


def compare(base: Shape, candidate: Shape, site: Site) -> Iterator[Change | Below]:
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
    """Pair alternatives that are told by the same value, or most alike."""
    told = {id(shape): candidate.by_value.get(value) for value, shape in base.by_value.items()}
    ranked = [
        (2.0 if told.get(id(old)) is new else _likeness(old, new), old, new)
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


def values(base: Shape, candidate: Shape, site: Site) -> Iterator[Change | Below]:
    """Compare what each value of the discriminator tells, and the values themselves.

    A value that came or went together with its alternative is left to `compare`.
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
