"""Made-up schemas against an independent judge: validators fed with values that made-up schemas admit.

Where a value shows that a request is refused which was accepted, or that a response may come which could not, the
comparison must say so.
"""
# ruff: noqa: E501 (tables: one row, one line)

import copy
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.drift import tiny
from scripts.document import operations
from scripts.document.schemas import rewrite
from scripts.drift import Severity, compare

WANTED = operations.from_endpoints([tiny.ENDPOINT])
NAMES = ("a", "b", "c")
TEXTS = ("A", "B", "", "2024-01-31", "aaaa")
NUMBERS = (-1, 0, 1, 1.5, 2, 9)


def scalars() -> st.SearchStrategy[Any]:
    strings = st.fixed_dictionaries(
        {"type": st.sampled_from(["string", ["string", "null"]])},
        optional={
            "enum": st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3, unique=True),
            "minLength": st.sampled_from([0, 1, 2]),
            "maxLength": st.sampled_from([3, 10]),
            "pattern": st.sampled_from([r"^\d{4}-\d{2}-\d{2}$", "^A", "a"]),
        },
    )
    numbers = st.fixed_dictionaries(
        {
            "type": st.sampled_from(
                ["integer", "number", ["integer", "null"], ["integer", "string"]]
            )
        },
        optional={
            "minimum": st.sampled_from([0, 1]),
            "exclusiveMinimum": st.sampled_from([0, -1]),
            "maximum": st.sampled_from([1, 5]),
            "multipleOf": st.sampled_from([1, 2, 3]),
        },
    )
    return st.one_of(strings.map(with_null), numbers, st.just({"type": "boolean"}), st.just({}))


def with_null(schema: Any) -> Any:
    """List null among the values of a type that admits it: that it may be left out is no matter of validators."""
    if "enum" in schema and "null" in schema["type"]:
        return {**schema, "enum": [*schema["enum"], None]}
    return schema


def composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.builds(
        lambda properties, required, extras: {
            "type": "object",
            "properties": properties,
            "required": sorted(set(required) & properties.keys()),
            **extras,
        },
        st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
        st.lists(st.sampled_from(NAMES), max_size=2),
        st.sampled_from(
            [{}, {"additionalProperties": False}, {"additionalProperties": {"type": "integer"}}]
        ),
    )
    lists = st.builds(
        lambda items, more: {"type": "array", "items": items, **more},
        inner,
        st.sampled_from([{}, {"minItems": 1}, {"maxItems": 1}, {"uniqueItems": True}]),
    )
    unions = st.builds(
        lambda word, branches: {word: branches},
        st.sampled_from(["anyOf", "allOf"]),
        st.lists(inner, min_size=1, max_size=2),
    )
    return st.one_of(objects, lists, unions)


SCHEMAS = st.recursive(scalars(), composed, max_leaves=4)


def subschemas(schema: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each place in a schema that holds another one: what holds it, and by which key."""
    found: list[tuple[Any, Any]] = [
        *(
            (schema, key)
            for key in ("items", "additionalProperties")
            if isinstance(schema.get(key), dict)
        ),
        *((schema["properties"], name) for name in schema.get("properties", ())),
        *(
            (schema[word], n)
            for word in ("anyOf", "allOf")
            for n in range(len(schema.get(word, ())))
        ),
    ]
    for holder, key in found:
        yield holder, key
        yield from subschemas(holder[key])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Draw two schemas that differ in one place, or altogether."""
    base, other = draw(SCHEMAS), draw(SCHEMAS)
    candidate = copy.deepcopy(base)
    places = list(subschemas(candidate))
    if not places or draw(st.integers(0, 3)) == 0:
        return base, other
    holder, key = places[draw(st.integers(0, len(places) - 1))]
    holder[key] = other
    return (base, candidate) if draw(st.booleans()) else (candidate, base)


SIMPLE = (None, True, *TEXTS, *NUMBERS)
VALUES = (
    *SIMPLE,
    [],
    {},
    *([value] for value in SIMPLE),
    *([value, value] for value in SIMPLE),
    *({name: value} for name in NAMES for value in SIMPLE),
    *({"a": left, "b": right} for left in SIMPLE for right in ("A", 1, None)),
    *({"a": {name: value}} for name in NAMES for value in SIMPLE),
    *([{name: value}] for name in NAMES for value in SIMPLE),
)
FIXED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
MANY = settings(FIXED, max_examples=2_000)


def admitted(schema: Any) -> set[int]:
    validator = jsonschema_rs.Draft202012Validator(schema)
    return {index for index, value in enumerate(VALUES) if validator.is_valid(value)}


def closed(schema: Any) -> Any:
    """Nobody sends fields that are not documented: an object's own extras are its only ones."""
    return rewrite(
        schema,
        lambda node: (
            {"additionalProperties": False, **node}
            if isinstance(node, dict) and "properties" in node
            else node
        ),
    )


def check_request(base: Any, candidate: Any) -> None:
    refused = admitted(closed(base)) - admitted(candidate)
    if refused:
        report = compare(tiny.document(request=base), tiny.document(request=candidate), WANTED)
        examples = [VALUES[index] for index in refused]
        assert report.contract_verdict is Severity.BREAKING, (base, candidate, examples)


def check_response(base: Any, candidate: Any) -> None:
    surprising = admitted(closed(candidate)) - admitted(base)
    if surprising:
        report = compare(tiny.document(response=base), tiny.document(response=candidate), WANTED)
        examples = [VALUES[index] for index in surprising]
        assert report.contract_verdict >= Severity.WARNING, (base, candidate, examples)


@FIXED
@given(pairs())
def test_a_request_that_is_refused_now_is_never_called_compatible(pair: tuple[Any, Any]) -> None:
    check_request(*pair)


@FIXED
@given(pairs())
def test_a_response_that_may_come_now_is_never_called_compatible(pair: tuple[Any, Any]) -> None:
    check_response(*pair)


@pytest.mark.slow
@MANY
@given(pairs())
def test_no_difference_that_a_value_shows_is_called_compatible(pair: tuple[Any, Any]) -> None:
    check_request(*pair)
    check_response(*pair)


@FIXED
@given(SCHEMAS)
def test_a_schema_against_itself_is_untouched(schema: Any) -> None:
    content = tiny.document(schema, schema, schema)
    assert (
        compare(content, tiny.document(schema, schema, schema), WANTED).verdict
        is Severity.UNTOUCHED
    )


@FIXED
@given(SCHEMAS)
def test_wrapping_a_schema_changes_nothing(schema: Any) -> None:
    wrapped = {"allOf": [{"anyOf": [schema]}], "description": "text"}
    report = compare(tiny.document(schema, schema), tiny.document(wrapped, wrapped), WANTED)
    assert report.verdict is Severity.COSMETIC
