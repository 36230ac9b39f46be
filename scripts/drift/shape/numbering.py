"""Numbers for shapes: equal where they mean the same, recursive ones included."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain, count
from typing import Any

from .keywords import ENCODINGS
from .parts import text
from .shape import Shape, replace_shapes

Sign = tuple[Any, ...]


def number(roots: Iterable[Shape]) -> None:
    """Give every shape below `roots` a number that it shares with its equals and no other.

    Shapes are taken for equal until something distinguishes them: first what they say themselves,
    then the numbers of the shapes they are made of, for as long as a number changes somewhere
    below (partition refinement: the coarsest partition is equality of infinite trees).
    """
    children = _reachable(roots)
    numbers: dict[Sign, int] = {}
    sizes: dict[int, int] = defaultdict(int)
    parents: dict[Shape, list[Shape]] = defaultdict(list)
    for shape, below in children.items():
        shape.number = numbers.setdefault(_sign(shape), len(numbers))
        sizes[shape.number] += 1
        for child in chain(shape.forms, below):
            parents[child].append(shape)
    unused = count(len(numbers))
    changed = list(children)
    while changed:
        moved = _moved(changed, sizes, children)
        for part in moved:
            new = next(unused)
            for shape in part:
                sizes[shape.number] -= 1
                sizes[new] += 1
                shape.number = new
        changed = list(dict.fromkeys(chain(*(parents[s] for part in moved for s in part))))


def mean_the_same(one: Shape, other: Shape) -> bool:
    """Whether two shapes are equal, of which one may have no number of its own."""
    if one.number == other.number or min(one.number, other.number) >= 0:
        return one.number == other.number
    same_links = _links(one, _children(one)) == _links(other, _children(other))
    return same_links and _sign(one) == _sign(other)


def _moved(
    changed: list[Shape], sizes: dict[int, int], children: dict[Shape, list[Shape]]
) -> list[list[Shape]]:
    """Split each set of equals by what its changed members are made of now.

    Members that did not change, or else the largest part, keep the number they have.
    """
    sets: dict[int, dict[Sign, list[Shape]]] = defaultdict(lambda: defaultdict(list))
    for shape in changed:
        sets[shape.number][_links(shape, children[shape])].append(shape)
    moved: list[list[Shape]] = []
    for current, by_links in sets.items():
        parts = sorted(by_links.values(), key=len)
        if sum(map(len, parts)) == sizes[current]:
            parts.pop()
        moved += parts
    return moved


def _links(shape: Shape, children: list[Shape]) -> Sign:
    return frozenset(form.number for form in shape.forms), tuple(c.number for c in children)


def _children(shape: Shape) -> list[Shape]:
    """List the shapes that one is made of but its forms, in an order of their meaning."""
    constraints: list[Shape] = []
    replace_shapes(shape.constraints, constraints.append)
    return [
        *(shape.properties[name] for name in sorted(shape.properties)),
        shape.items,
        shape.extras,
        *constraints,
        *shape.by_value.values(),
    ]


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
        shape.deprecated,
        shape.discriminator,
        tuple(shape.by_value),
        *((keyword, shape.texts(keyword)) for keyword in ("default", *ENCODINGS, *shape.unknown)),
    )


def _reachable(roots: Iterable[Shape]) -> dict[Shape, list[Shape]]:
    """Map every shape at or below `roots` to its children."""
    found: dict[Shape, list[Shape]] = {}
    waiting = list(dict.fromkeys(roots))
    while waiting:
        shape = waiting.pop()
        if shape not in found:
            found[shape] = _children(shape)
            waiting += chain(shape.forms, found[shape])
    return found
