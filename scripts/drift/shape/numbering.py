"""Numbers for shapes: equal where they mean the same, recursive ones included."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import Any

from .parts import ENCODINGS, text
from .shape import Shape, replace_shapes

Sign = tuple[Any, ...]


def number(roots: Iterable[Shape]) -> None:
    """Give every shape below `roots` a number that it shares with its equals and no other.

    Shapes are taken for equal until something distinguishes them: first what they say themselves,
    then the numbers of the shapes they are made of, for as long as a number changes somewhere
    below (partition refinement: the coarsest partition is equality of infinite trees).
    """
    shapes = _reachable(roots)
    numbers: dict[Sign, int] = {}
    sizes: dict[int, int] = defaultdict(int)
    parents: dict[Shape, list[Shape]] = defaultdict(list)
    for shape in shapes:
        shape.number = numbers.setdefault(_sign(shape), len(numbers))
        sizes[shape.number] += 1
        for child in chain(shape.forms, _children(shape)):
            parents[child].append(shape)
    unused = count(len(numbers))
    changed = shapes
    while changed:
        moved = _moved(changed, sizes)
        for part in moved:
            new = next(unused)
            for shape in part:
                sizes[shape.number] -= 1
                sizes[new] += 1
                shape.number = new
        changed = list(dict.fromkeys(chain(*(parents[s] for part in moved for s in part))))


def mean_the_same(one: Shape, other: Shape) -> bool:
    """Whether two shapes are equal, of which one may have no number."""
    if one.number == other.number:
        return True
    unnumbered = one.number < 0 or other.number < 0
    return unnumbered and _sign(one) == _sign(other) and _links(one) == _links(other)


def _moved(changed: list[Shape], sizes: dict[int, int]) -> list[list[Shape]]:
    """Split each set of equals by what its changed members are made of now.

    Members that did not change, or else the largest part, keep the number they have.
    """
    sets: dict[int, dict[Sign, list[Shape]]] = defaultdict(lambda: defaultdict(list))
    for shape in changed:
        sets[shape.number][_links(shape)].append(shape)
    moved: list[list[Shape]] = []
    for current, by_links in sets.items():
        parts = sorted(by_links.values(), key=len)
        if sum(map(len, parts)) == sizes[current]:
            parts.pop()
        moved += parts
    return moved


def _links(shape: Shape) -> Sign:
    forms = frozenset(form.number for form in shape.forms)
    return forms, tuple(child.number for child in _children(shape))


def _children(shape: Shape) -> Iterator[Shape]:
    """Go through the shapes that one is made of but its forms, in an order of their meaning."""
    yield from (shape.properties[name] for name in sorted(shape.properties))
    yield shape.items
    yield shape.extras
    constraints: list[Shape] = []
    replace_shapes(shape.constraints, constraints.append)
    yield from constraints
    yield from shape.by_value.values()


def _sign(shape: Shape) -> Sign:
    """Gather all that decides over a meaning but the shapes that it is made of."""
    return (
        shape.types,
        shape.nullable,
        shape.is_exclusive,
        None if shape.enum is None else frozenset(shape.enum),
        shape.lower,
        shape.upper,
        tuple(shape.sizes.items()),
        shape.patterns,
        shape.formats,
        shape.required,
        tuple(sorted(shape.properties)),
        text(replace_shapes(shape.constraints, lambda _: None)),
        tuple(shape.unknown.items()),
        *(shape.texts(keyword) for keyword in ("default", *ENCODINGS)),
        shape.deprecated,
        shape.discriminator,
        tuple(shape.by_value),
    )


def _reachable(roots: Iterable[Shape]) -> list[Shape]:
    found = dict.fromkeys(roots)
    waiting = list(found)
    while waiting:
        shape = waiting.pop()
        for child in chain(shape.forms, _children(shape)):
            if child not in found:
                found[child] = None
                waiting.append(child)
    return list(found)
