"""Which value of a discriminator tells which schema, mapped or implied by the schema's name."""

from collections.abc import Iterator

from ...document.references import References, mapping, sequence
from .parts import Part, Place

_COMPONENTS = "#/components/schemas/"


def property_name(part: Part) -> str:
    """Name the property that tells the alternatives apart. Empty if the schema names none."""
    return str(mapping(part.schema.get("discriminator")).get("propertyName", ""))


def schemas_by_value(references: References, part: Part) -> dict[str, Place]:
    """Return the schema that each value tells.

    Without `anyOf` or `oneOf` the alternatives are the schemas that extend this one by `allOf`.
    A schema that `mapping` leaves out goes by its own name.
    """
    discriminator = mapping(part.schema.get("discriminator"))
    found: dict[str, Place] = {}
    for value, target in mapping(discriminator.get("mapping")).items():
        ref = str(target) if str(target).startswith("#") else f"{_COMPONENTS}{target}"
        node = references.peek(ref)
        if node is not None:
            found[str(value)] = node, ref[1:]
    mapped = {pointer for _, pointer in found.values()}
    if discriminator:
        for ref in _alternatives(references, part):
            if ref[1:] not in mapped:
                found.setdefault(ref.rpartition("/")[2], (references.peek(ref), ref[1:]))
    return found


def _alternatives(references: References, part: Part) -> Iterator[str]:
    for union in ("anyOf", "oneOf"):
        if union in part.schema:
            refs = (mapping(branch).get("$ref") for branch in sequence(part.schema[union]))
            yield from (str(ref) for ref in refs if references.peek(str(ref)) is not None)
            return
    components = mapping(mapping(references.document.get("components")).get("schemas"))
    for name, node in components.items():
        bases = [mapping(base).get("$ref") for base in sequence(mapping(node).get("allOf"))]
        if f"#{part.pointer}" in bases:
            yield f"{_COMPONENTS}{name}"
