"""All that decides whether two shapes are the same, as one value that can be compared."""

from typing import TYPE_CHECKING, Any

from scripts.drift.keywords import ENCODINGS
from scripts.drift.parts import text

if TYPE_CHECKING:
    from scripts.drift.shapes import Shape


def meaning(shape: "Shape") -> tuple[Any, ...]:
    """Gather what `shape` says. Equal tuples of two documents mean the same values."""
    return (
        shape.types,
        shape.nullable,
        None if shape.enum is None else frozenset(shape.enum),
        shape.lower,
        shape.upper,
        tuple(sorted(shape.sizes.items())),
        shape.patterns,
        shape.formats,
        shape.required,
        tuple(sorted((name, child.number) for name, child in shape.properties.items())),
        shape.items.number if shape.items.parts else None,
        shape.extras.number if shape.extras.parts else None,
        tuple(sorted(variant.number for variant in shape.variants)),
        bool(shape.texts("oneOf")),
        text(shape.further_unions),
        text(shape.constraints),
        tuple(shape.unknown.items()),
        *(shape.texts(keyword) for keyword in ("default", *ENCODINGS)),
        shape.deprecated,
        shape.discriminator,
    )
