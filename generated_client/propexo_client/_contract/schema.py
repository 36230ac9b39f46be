"""JSON Schema 2020-12, as much of it as the contract uses, compiled to functions.

A check takes a decoded JSON value and returns what departs, as pairs of a JSON pointer below the
value and what is wrong there: types and documented bounds, never the value, which may be a secret.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from operator import ge, gt, le, lt
from typing import Any

from .._json import is_array, is_object

Violations = Iterable[tuple[str, str]]
Check = Callable[[Any], Violations]
Schema = Mapping[str, Any]
Resolve = Callable[[str], Check]

_DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII
)
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "object": (dict,),
    "array": (list,),
    "boolean": (bool,),
    "null": (type(None),),
    "number": (int, float),
    "integer": (int,),
}
_NAMES = {kind: name for name, kinds in _TYPES.items() for kind in kinds}
_BOUNDS = {
    "minimum": (ge, "at least"),
    "maximum": (le, "at most"),
    "exclusiveMinimum": (gt, "more than"),
    "exclusiveMaximum": (lt, "less than"),
}
_SIZES = {
    "minLength": (ge, str, "at least {} characters"),
    "maxLength": (le, str, "at most {} characters"),
    "minItems": (ge, list, "at least {} items"),
    "maxItems": (le, list, "at most {} items"),
}
_OBJECT = frozenset({"properties", "required", "additionalProperties"})
KEYWORDS = frozenset(
    {"$ref", "type", "enum", "const", "allOf", "anyOf", "oneOf", "items", "pattern", "format"}
    | _OBJECT | _BOUNDS.keys() | _SIZES.keys()
)  # fmt: skip


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Turn a `pattern` into Python's: in ECMA 262 `$` is the very end, and classes are ASCII."""
    return re.compile(re.sub(r"(?<!\\)\$", r"\\Z", pattern), re.ASCII)


def compile_schema(schema: Schema, resolve: Resolve, *, closed: bool) -> Check:
    """Turn a schema into a check; `resolve` finds the check of a `$ref`.

    Closed means that an object with declared properties admits no others, unless the schema says
    what else it admits. Keywords outside `KEYWORDS` are passed over.
    """
    checks = [_keyword(key, value, resolve, closed) for key, value in _scalar_keywords(schema)]
    if _OBJECT & schema.keys():
        checks.append(_object(schema, resolve, closed))
    return checks[0] if len(checks) == 1 else _all(checks)


def is_date_time(text: str) -> bool:
    """Whether `text` is an RFC 3339 date-time: a real day and time, with an offset."""
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return False
    sign, *offset = match.group(7, 8, 9)
    year, month, day, hour, minute, second = map(int, match.group(1, 2, 3, 4, 5, 6))
    ahead, ahead_minutes = (int(part or 0) for part in offset)
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2000 + year % 400, month)[1]:
        return False
    if hour > 23 or minute > 59 or ahead > 23 or ahead_minutes > 59:
        return False
    shift = (ahead * 60 + ahead_minutes) * (-1 if sign == "-" else 1)
    is_last_minute = (hour * 60 + minute - shift) % 1440 == 1439
    return second <= 59 or (second == 60 and is_last_minute)


def below(key: str | int, violations: Violations) -> Violations:
    """Move violations one step down, to what `key` holds."""
    step = str(key).replace("~", "~0").replace("/", "~1")
    return [(f"/{step}{place}", message) for place, message in violations]


def _scalar_keywords(schema: Schema) -> list[tuple[str, Any]]:
    return [(key, schema[key]) for key in schema if key in KEYWORDS - _OBJECT]


def _keyword(key: str, value: Any, resolve: Resolve, closed: bool) -> Check:
    if key == "$ref":
        return lambda instance: resolve(value)(instance)
    if key in ("allOf", "anyOf", "oneOf"):
        branches = [compile_schema(branch, resolve, closed=closed) for branch in value]
        return _all(branches) if key == "allOf" else _branches(key, branches)
    if key == "items":
        return _items(compile_schema(value, resolve, closed=closed))
    if key in _BOUNDS:
        compare, words = _BOUNDS[key]
        return _test(_is_number, lambda it: compare(it, value), f"must be {words} {value}")
    if key in _SIZES:
        compare, kind, words = _SIZES[key]
        fits = f"must have {words.format(value)}"
        return _test(lambda it: isinstance(it, kind), lambda it: compare(len(it), value), fits)
    return _text_or_value(key, value)


def _text_or_value(key: str, value: Any) -> Check:
    if key == "type":
        return _type([value] if isinstance(value, str) else value)
    if key == "pattern":
        search = compile_pattern(value).search
        return _test(_is_text, lambda it: search(it) is not None, f"does not match {value}")
    if key == "format":
        known = is_date_time if value == "date-time" else _anything
        return _test(_is_text, known, f"is not a {value}")
    return _enum(value if key == "enum" else [value])


def _enum(values: list[Any]) -> Check:
    # 1 and 1.0 are one JSON value, 1 and true are not.
    allowed = {(isinstance(value, bool), value) for value in values}
    names = ", ".join("null" if value is None else str(value) for value in values)

    def check(instance: Any) -> Violations:
        if (
            not isinstance(instance, dict | list)
            and (isinstance(instance, bool), instance) in allowed
        ):
            return ()
        return (("", f"is none of {names}"),)

    return check


def _test(applies: Callable[[Any], bool], holds: Callable[[Any], bool], message: str) -> Check:
    failed = (("", message),)
    return lambda instance: failed if applies(instance) and not holds(instance) else ()


def _all(checks: list[Check]) -> Check:
    def check(instance: Any) -> Violations:
        return [found for check in checks for found in check(instance)]

    return check


def _branches(key: str, branches: list[Check]) -> Check:
    def check(instance: Any) -> Violations:
        results = [list(branch(instance)) for branch in branches]
        fitting = sum(not result for result in results)
        if fitting == 1 or (fitting and key == "anyOf"):
            return ()
        if fitting:
            return (("", f"fits {fitting} documented forms where one is allowed"),)
        reasons = [f"{place} {message}".strip() for result in results for place, message in result]
        return (("", "fits no documented form: " + "; ".join(dict.fromkeys(reasons))),)

    return check


def _items(item: Check) -> Check:
    def check(instance: Any) -> Violations:
        if not is_array(instance):
            return ()
        return [v for index, it in enumerate(instance) for v in below(index, item(it))]

    return check


def _object(schema: Schema, resolve: Resolve, closed: bool) -> Check:
    declared = schema.get("properties", {})
    required = schema.get("required", ())
    others = schema.get("additionalProperties", not (closed and "properties" in schema))
    properties = {k: compile_schema(v, resolve, closed=closed) for k, v in declared.items()}
    other = None if isinstance(others, bool) else compile_schema(others, resolve, closed=closed)

    def check(instance: Any) -> Violations:
        if not is_object(instance):
            return ()
        found = [(f"/{name}", "is missing") for name in required if name not in instance]
        for name, value in instance.items():
            if (known := properties.get(name, other)) is not None:
                if violations := known(value):
                    found += below(name, violations)
            elif others is False:
                found += below(name, [("", "is not documented")])
        return found

    return check


def _type(names: list[str]) -> Check:
    kinds = frozenset(kind for name in names for kind in _TYPES[name])
    whole = "integer" in names
    expected = " or ".join(names)

    def check(instance: object) -> Violations:
        kind = type(instance)
        if kind in kinds or (whole and isinstance(instance, float) and instance.is_integer()):
            return ()
        return (("", f"must be {expected}, is {_NAMES.get(kind, kind.__name__)}"),)

    return check


def _is_number(instance: Any) -> bool:
    return type(instance) in _TYPES["number"]


def _is_text(instance: Any) -> bool:
    return isinstance(instance, str)


def _anything(_: Any) -> bool:
    return True
