"""The alternatives of one schema against those of another, and how they are told apart."""

from collections.abc import Iterator

from scripts.drift.compare import scalars
from scripts.drift.compare.changes import Below, Change, Site
from scripts.drift.shape.inclusion import Relation, relation
from scripts.drift.shape.numbering import mean_the_same
from scripts.drift.shape.plain import plain
from scripts.drift.shape.shape import Shape

_RULES = {Relation.WIDER: "variants-widened", Relation.NARROWER: "variants-narrowed"}


def compare(base: Shape, candidate: Shape, site: Site) -> Iterator[Change | Below]:
    """Compare two shapes of which at least one has alternatives."""
    yield from scalars.null(base, candidate, site)
    yield from _values(base, candidate, site)
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
    """Judge the sets of values as a whole if anything is proven, else form by form."""
    found = relation(base, candidate)
    if found is Relation.SAME:
        return
    if found in _RULES:
        yield Change(_RULES[found], where, plain(base), plain(candidate), shape=candidate)
        return
    pairs = _matched(base, candidate, gone, came)
    yield from (Below(old, new, where.field) for old, new in pairs)
    left = [form for form in gone if all(form is not old for old, _ in pairs)]
    right = [form for form in came if all(form is not new for _, new in pairs)]
    if left and right:
        rule = "variants-changed"
    elif left or right:
        rule = "variants-narrowed" if left else "variants-widened"
    else:
        return
    yield Change(rule, where, plain(base), plain(candidate), shape=candidate)


def _matched(
    base: Shape, candidate: Shape, gone: list[Shape], came: list[Shape]
) -> list[tuple[Shape, Shape]]:
    """Pair alternatives that are told by the same value, or most alike."""
    pairs: list[tuple[Shape, Shape]] = []
    free = list(came)
    told = {id(shape): candidate.by_value.get(value) for value, shape in base.by_value.items()}
    for old in gone:
        likely = [new for new in free if new is told.get(id(old))]
        likely = likely or [new for new in free if _likeness(old, new) > 0]
        if likely:
            best = max(likely, key=lambda new: _likeness(old, new))
            pairs.append((old, best))
            free.remove(best)
    return pairs


def _likeness(old: Shape, new: Shape) -> float:
    if old.types != new.types:
        return 0
    names = old.properties.keys() | new.properties.keys()
    if not names:
        return 1
    return len(old.properties.keys() & new.properties.keys()) / len(names)


def _values(base: Shape, candidate: Shape, site: Site) -> Iterator[Change | Below]:
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
