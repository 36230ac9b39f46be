"""How one field of a request becomes an argument: its type, its check, and its line of docs.

The checks are functions of `_engine/values.py`; each raises `InvalidArgument` naming the argument.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..support.errors import Malformed
from .printed import literal, named, python_name, sentence
from .schemas import Schema

MONEY = "amount_in_cents"
"""The one field that also takes dollars. Its rules are in `_engine/values.cents`."""

RESERVED = frozenset(
    {"self", "amount", "timeout", "wait_timeout", "poll_interval", "page_size", "order_by",
     "idempotency_key"}
)  # fmt: skip
_DATE = re.compile(r"(^|_)date(_|$)|_(at|on)(_start|_end)?$")
_ID = re.compile(r"(?!x_)(.*_)?id$")
_TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object"})
_LISTED = 8
"""A list of known values is printed up to this length."""


@dataclass(frozen=True, kw_only=True)
class Argument:
    """One argument of a method, and how its value is written on the wire."""

    wire: str
    name: str
    annotation: str
    check: str
    """A Python expression that gives the value to send."""
    wire_type: str
    """The type of the value in the body."""
    required: bool
    nullable: bool
    in_body: bool
    doc: str
    values: tuple[str, ...] = ()
    """What an enum allows."""

    @property
    def is_money(self) -> bool:
        """Whether dollars may be passed in its place."""
        return self.in_body and self.wire == MONEY


def kinds(schema: Schema) -> set[str]:
    """Collect the JSON types a schema admits, `null` among them; empty where it names none."""
    if not isinstance(schema, dict):
        return set()
    own = schema.get("type", [])
    found = {own} if isinstance(own, str) else set(own)
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        found |= kinds(branch)
    if "enum" in schema and not found:
        found = {"string" if isinstance(value, str) else "null" for value in schema["enum"]}
    if unknown := found - _TYPES - {"null"}:
        raise Malformed(f"{', '.join(sorted(map(str, unknown)))!a} is no type of JSON Schema")
    return found


def argument(
    wire: str,
    schema: Schema,
    description: object,
    *,
    required: bool,
    in_body: bool,
    enum: str = "",
    taken: Iterable[str] = (),
) -> Argument:
    """Describe the argument for one field; `enum` names the type of its values, if it is one.

    It gets another name than those in `taken`.
    """
    name = python_name(wire, RESERVED | {*taken})
    annotation, check, hint = _rule(wire, name, schema, in_body=in_body, enum=enum)
    return Argument(
        wire=wire,
        name=name,
        annotation=annotation,
        check=check,
        wire_type=enum or _wire_type(schema),
        required=required,
        nullable="null" in kinds(schema),
        in_body=in_body,
        doc=" ".join(filter(None, (sentence(description) or named(wire), hint))),
        values=texts(schema) if enum else (),
    )


def _wire_type(schema: Schema) -> str:
    allowed = kinds(schema) - {"null"}
    names = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
    return names.get("/".join(sorted(allowed)), "Any")


def _rule(
    wire: str, name: str, schema: Schema, *, in_body: bool, enum: str
) -> tuple[str, str, str]:
    """Return the annotation, the check, and what the docs add."""
    allowed = kinds(schema) - {"null"}
    given = f"{literal(name)}, {name}"
    if wire == MONEY and in_body:
        check = f"_values.cents({MONEY}={MONEY}, amount=amount)"
        return "int", check, "Pass this or `amount`."
    if enum and in_body:
        return enum, f"_values.one_of({given}, get_args({enum}))", _listing(schema)
    if enum:
        return f"{enum} | str", f"_values.text({given})", _listing(schema)
    if allowed == {"string"} and _is_date(wire, schema):
        hint = "A date, or an aware datetime."
        return "date", f"_values.wire_date({given})", hint
    if allowed == {"string"} and _is_pattern(pattern := schema.get("pattern")):
        check = f"_values.matching({given}, {literal(pattern)})"
        return "str", check, sentence(f"Must match {pattern}")
    if allowed == {"string"}:
        check = "identifier" if _ID.fullmatch(wire) else "text"
        return "str", f"_values.{check}({given})", ""
    if "boolean" in allowed and allowed <= {"boolean", "string"}:
        check = "flag" if in_body else "flag_text"
        return "bool", f"_values.{check}({given})", ""
    if allowed and allowed <= {"integer", "number"}:
        annotation, check, hint = _number(given, schema, whole="number" not in allowed)
        return annotation, check if in_body else f"str({check})", hint
    if allowed == {"array"} and not in_body:
        return "Sequence[str]", f"_values.texts({given})", "Any of these."
    return "Any", f"_values.json_value({given})", "Any JSON value."


def _number(given: str, schema: Any, *, whole: bool) -> tuple[str, str, str]:
    if not whole:
        return "float", f"_values.number({given})", "A finite number."
    low, high = _bound(schema, "minimum", 1), _bound(schema, "maximum", -1)
    hints = {
        (False, False): f"From {low} to {high}.",
        (False, True): f"At least {low}.",
        (True, False): f"At most {high}.",
        (True, True): "A whole number.",
    }
    check = f"_values.whole({given}, {low}, {high})"
    return "int", check, hints[low is None, high is None]


def upper_bound(schema: Schema) -> int | None:
    """Read the largest whole number that a schema admits."""
    return _bound(schema, "maximum", -1) if isinstance(schema, dict) else None


def _bound(schema: Any, keyword: str, inward: int) -> int | None:
    """Read the bound of whole numbers; an exclusive one is one further in."""
    outer, inner = (math.floor, math.ceil) if inward > 0 else (math.ceil, math.floor)
    exclusive = schema.get(f"exclusive{keyword.capitalize()}")
    bounds = [inner(schema[keyword])] if _is_number(schema.get(keyword)) else []
    bounds += [outer(exclusive) + inward] if _is_number(exclusive) else []
    return (max if inward > 0 else min)(bounds, default=None)


def _is_pattern(written: object) -> bool:
    """Whether Python can check it, too: patterns are in the dialect of JavaScript."""
    try:
        return isinstance(written, str) and bool(re.compile(written))
    except re.error:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and value is not True and math.isfinite(value)


def _is_date(wire: str, schema: Any) -> bool:
    branches = [schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    formats = {branch.get("format") for branch in branches if isinstance(branch, dict)}
    return bool(formats & {"date", "date-time"} or _DATE.search(wire))


def texts(schema: Schema) -> tuple[str, ...]:
    """List the texts that an enum admits; empty where a schema is none, or not one of texts."""
    values = schema.get("enum", ()) if isinstance(schema, dict) else ()
    if any(not isinstance(value, str | None) for value in values):
        return ()
    return tuple(value for value in values if value is not None)


def _listing(schema: Schema) -> str:
    values = texts(schema)
    return sentence("One of " + ", ".join(values)) if len(values) <= _LISTED else ""
