"""Records as users see them: which fields, of which type, in which order, and how each is read."""

import re
from dataclasses import dataclass, field
from typing import Any

from ..support.errors import GenerationError
from .arguments import kinds
from .lookup import follow, reference
from .printed import literal, python_name, sentence, snake_case
from .schemas import Schema
from .slices import Content

RESERVED = frozenset(
    {"raw", "from_raw", "str", "int", "float", "bool", "tuple", "field", "property"}
)
"""Names a field must not have: those of the class itself, and those its annotations use."""

_PRIVATE = re.compile(
    r"e_?mail|phone|birth|ssn|address|password|secret|token|credential|configuration|license_plate"
    r"|(first|middle|last|maiden|manager)_name|(^|_)(city|zip)(_|$)|^(notes|parameters|custom_data)$"
)
"""Personal data and secrets: attributes like any other, but not in a repr."""

_SCALARS = {"string": "text", "integer": "whole", "number": "number", "boolean": "flag"}
_TYPES = {"text": "str", "whole": "int", "number": "float", "flag": "bool"}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One attribute of a record."""

    wire: str
    name: str
    annotation: str
    read: str
    """A Python expression that reads it from `raw`."""
    doc: str
    private: bool
    nested: str = ""
    """Name of the record in it."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One class of records."""

    name: str
    doc: str
    fields: tuple[Field, ...]
    negative: str = ""
    """What a record with a negative amount is called, such as `credit`."""
    has_id: bool = field(default=True)

    @property
    def module(self) -> str:
        """Name of its module."""
        return snake_case(self.name)


def plan_record(
    contract: Content, name: str, schema: Schema, *, negative: str = "", is_part: bool = False
) -> Record:
    """Plan the record for an object schema; what is part of another need not have an id."""
    properties = schema.get("properties", {})
    if not is_part:
        properties = {"id": {"type": "string"}, **properties}
    fields = sorted(
        (_field(contract, wire, part) for wire, part in properties.items()),
        key=lambda each: rank(each.wire),
    )
    names = [each.name for each in fields]
    if twice := sorted({each for each in names if names.count(each) > 1}):
        raise GenerationError(f"{name}: two fields would both be called {twice[0]}")
    return Record(
        name=name,
        doc=sentence(schema.get("description")) or f"{name}, as read from Propexo.",
        fields=tuple(fields),
        negative=negative if "amount_in_cents" in properties else "",
        has_id="id" in properties,
    )


def rank(wire: str) -> tuple[int, str]:
    """Order fields for a reader: ids, amounts, days, the rest, and last the foreign system's."""
    classes = (
        wire == "id",
        wire == "integration_id",
        wire == "lease_id",
        wire.endswith("_id") and not wire.startswith("x_"),
        wire == "amount_in_cents",
        wire.endswith("_in_cents"),
        "date" in wire.split("_") and not wire.startswith("x_"),
        not wire.startswith("x_"),
    )
    place = next((n for n, fits in enumerate(classes) if fits), len(classes))
    return place, wire.replace("start", "0")  # a start before its end


def _field(contract: Content, wire: str, schema: Schema) -> Field:
    annotation, read, nested = _reading(contract, wire, schema)
    described = follow(contract, schema)
    said = sentence(described.get("description"))
    hints = [said, "" if "cents" in said else _hint(wire, described)]
    return Field(
        wire=wire,
        name=python_name(wire, RESERVED),
        annotation=annotation,
        read=read,
        doc=" ".join(filter(None, hints)),
        private=bool(_PRIVATE.search(wire)),
        nested=nested,
    )


def _reading(contract: Content, wire: str, schema: Schema) -> tuple[str, str, str]:
    """Return the annotation, the expression that reads it, and the name of a nested record."""
    value = f"raw.get({literal(wire)})"
    if wire == "id":
        return "str", f'_read.text({value}) or ""', ""
    described = follow(contract, schema)
    types = kinds(described) - {"null"}
    if types == {"array"}:
        item = described.get("items")
        name = reference(item)
        if name and "properties" in follow(contract, item):
            return f"tuple[{name}, ...]", f"_read.rows({value}, {name}.from_raw)", name
        return "tuple[Any, ...]", f"_read.items({value})", ""
    if types == {"object"}:
        return "Mapping[str, Any] | None", f"_read.mapping({value})", ""
    if wire.endswith("_in_cents") and types <= {"integer", "number"}:
        types = {"integer"}
    reader = _SCALARS.get(*types) if len(types) == 1 else None
    if reader is None:
        return "Any", value, ""
    return f"{_TYPES[reader]} | None", f"_read.{reader}({value})", ""


def _hint(wire: str, schema: Any) -> str:
    if wire.endswith("_in_cents"):
        return "Whole cents."
    values = [value for value in schema.get("enum", ()) if isinstance(value, str)]
    return sentence("Known values: " + ", ".join(values)) if 0 < len(values) <= 12 else ""
