"""The package's own contract checks, compared with jsonschema-rs."""

import functools
import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contract_tests.reference import DOCUMENT, schema_of, validator
from propexo_client._contract import checks
from propexo_client._contract.schema import KEYWORDS, compile_schema, is_date_time
from scripts.document.schemas import map_schemas, subschemas

OPERATIONS = sorted(checks.endpoints())
WRITES = [name for name in OPERATIONS if checks.endpoints()[name].method == "POST"]

CREDIT = {
    "integration_id": "i",
    "lease_id": "l",
    "financial_account_id": "f",
    "amount_in_cents": 1500,
    "transaction_date": "2024-01-31",
    "description": "a credit",
}
RESPONSE = {"meta": {"job_id": "j"}, "result": CREDIT}

fuzzed = settings(
    max_examples=8,
    derandomize=True,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def violations(operation: str, part: str, body: object) -> tuple[str, ...]:
    if part == "request":
        return checks.request_violations(operation, body)
    return checks.response_violations(operation, int(part), body)


TEXTS = st.sampled_from(
    """|a|RENTVINE|PENDING|ACH|-1|2024-02-29|2024-02-30|2024-02-29\n|٢٠٢٤-01-01|0000-01|2024-12
    |2024-13|2024-1\n|2024-01-01T00:00:00|2024-02-29T23:59:60Z|2024-02-30T00:00:00Z
    |2024-01-01t00:00:00.5+23:59""".replace("\n    |", "|").split("|")
)
JUNK = st.recursive(
    st.none() | st.booleans() | TEXTS | st.integers(-3, 300) | st.sampled_from([5.0, 0.5, -0.0]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


def instances(schema: Any) -> st.SearchStrategy[Any]:
    """Values that mostly keep to `schema`."""
    if "$ref" in schema:
        return instances(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return st.one_of([instances(branch) for branch in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema.get("type", "null")
    return st.one_of(
        [_of_type(kind, schema) for kind in ([kinds] if type(kinds) is str else kinds)]
    )


def _of_type(kind: str, schema: Any) -> st.SearchStrategy[Any]:
    if kind == "object":
        known = {name: instances(value) for name, value in schema.get("properties", {}).items()}
        needed = {name: known.pop(name) for name in schema.get("required", ())}
        return st.fixed_dictionaries(needed, optional=known)
    if kind == "array":
        return st.lists(instances(schema["items"]), max_size=2)
    if kind == "string":
        dates = {"date-time": ["2024-01-31T00:00:00Z"]}.get(schema.get("format", ""), [])
        return st.sampled_from([*dates, "2024-01-31", "2024-01"]) if dates else TEXTS
    lowest = schema.get("minimum", schema.get("exclusiveMinimum", -1))
    return {
        "integer": st.integers(lowest, schema.get("maximum", 300)) | st.just(5.0),
        "number": st.integers(-5, 5) | st.just(0.5),
        "boolean": st.booleans(),
        "null": st.none(),
    }[kind]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container below `value` with each of its keys."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield value, key
        if isinstance(item, dict | list):
            yield from places(item)


@st.composite
def bodies(draw: st.DrawFn, schema: Any) -> Any:
    """A body that keeps to `schema`, or departs from it in one place."""
    body = json.loads(json.dumps(draw(instances(schema))))
    kind = draw(st.sampled_from(["keep", "replace", "remove", "add", "junk"]))
    if kind == "junk" or not isinstance(body, dict):
        return draw(JUNK)
    spots = list(places(body))
    if kind == "keep" or not spots:
        return body
    holder, key = draw(st.sampled_from(spots))
    if kind == "replace":
        holder[key] = draw(JUNK)
    elif kind == "remove":
        del holder[key]
    elif isinstance(holder, dict):
        holder["undocumented"] = draw(JUNK)
    return body


READ_ONE_BY_ONE = {
    checks.endpoints()[name].record for name in OPERATIONS if name.startswith("get_")
}
PARTS = [(name, "200") for name in OPERATIONS] + [(name, "request") for name in WRITES]
ERRORS = {json.dumps(schema_of(name, "400")): (name, "400") for name in OPERATIONS}
"""An operation for every schema of an error: nearly all have the same."""


def seldom(place: tuple[str, str]) -> Any:
    """Leave a list to the slow tests where its records are tried one by one."""
    name, _ = place
    known = name.startswith("list_") and checks.endpoints()[name].record in READ_ONE_BY_ONE
    return pytest.param(*place, marks=pytest.mark.slow) if known else place


@pytest.mark.parametrize(("operation", "part"), [*map(seldom, PARTS), *ERRORS.values()])
def test_every_verdict_agrees_with_jsonschema_rs(operation: str, part: str) -> None:
    reference = validator(operation, part)
    verdicts = set()

    @fuzzed
    @given(body=bodies(schema_of(operation, part)), kept=instances(schema_of(operation, part)))
    def agree(body: Any, kept: Any) -> None:
        for each in (body, json.loads(json.dumps(kept))):
            found = violations(operation, part, each)
            assert (not found) == reference.is_valid(each), (each, found)
            verdicts.add(not found)

    agree()
    assert verdicts == {True, False}


@settings(fuzzed, max_examples=100)
@given(
    text=st.from_regex(
        r"\d{4}-[01]\d-[0-3]\d[Tt ][0-2]\d:[0-6]\d:[0-6]\d(\.\d+)?(Z|z|[+-][0-2]\d:[0-6]\d|)",
        alphabet=st.characters(codec="ascii"),
        fullmatch=True,
    )
)
def test_date_times_agree_with_jsonschema_rs(text: str) -> None:
    validator = jsonschema_rs.Draft202012Validator({"format": "date-time"}, validate_formats=True)
    assert is_date_time(text) == validator.is_valid(text), text


@pytest.mark.parametrize(
    "schema",
    [
        {"const": 1},
        {"enum": [1, "a", None]},
        {"oneOf": [{"type": "integer"}, {"minimum": 5}]},
        {"allOf": [{"type": "number"}, {"exclusiveMaximum": 3}]},
        {"minLength": 2, "maxLength": 3},
        {"type": "array", "minItems": 1, "maxItems": 1},
        {"additionalProperties": {"type": "string"}},
        {"additionalProperties": False, "properties": {"a": {}}},
    ],
)
def test_keywords_that_a_later_contract_may_bring_agree_as_well(schema: dict[str, Any]) -> None:
    check = compile_schema(schema, lambda _: pytest.fail("no reference here"), closed=False)
    validator = jsonschema_rs.Draft202012Validator(schema)

    @fuzzed
    @given(value=JUNK | st.sampled_from(["ab", "abcd", {"a": 1}, {"b": "x"}, [1], [1, 2], 1.0]))
    def agree(value: Any) -> None:
        assert (not list(check(value))) == validator.is_valid(value), value

    agree()


def all_schemas(node: Any) -> Iterator[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def collect(schema: Any) -> Any:
        found.append(schema)
        for _, child in subschemas(schema):
            collect(child)
        return schema

    map_schemas(node, collect)
    return iter(found)


def test_the_contract_uses_no_keyword_that_is_not_checked() -> None:
    used = {keyword for schema in all_schemas(DOCUMENT) for keyword in schema}
    assert used - {"default", "deprecated"} <= KEYWORDS
    formats = {schema["format"] for schema in all_schemas(DOCUMENT) if "format" in schema}
    assert formats <= {"date-time"}
    listed = [v for s in all_schemas(DOCUMENT) for v in [*s.get("enum", []), s.get("const")]]
    assert not [value for value in listed if isinstance(value, dict | list)]


def test_a_violation_names_the_place_and_never_the_value() -> None:
    response = {"meta": {}, "result": {**CREDIT, "amount_in_cents": "s3cret", "lease_id": 7654}}
    lines = checks.response_violations("create_resident_credit", 200, response)
    assert set(lines) == {
        "/meta/job_id is missing",
        "/result/amount_in_cents must be integer, is string",
        "/result/lease_id must be string, is integer",
    }
    dated = {**CREDIT, "transaction_date": "s3cret", "extra": "s3cret"}
    lines = checks.request_violations("create_resident_credit", dated)
    assert [line.split()[0] for line in lines] == ["/transaction_date", "/extra"]
    assert "s3cret" not in "".join(lines)


def test_responses_may_have_undocumented_fields_and_requests_must_not() -> None:
    assert checks.response_violations("create_resident_credit", 200, {**RESPONSE, "new": 1}) == ()
    assert checks.request_violations("create_resident_credit", CREDIT) == ()
    assert checks.request_violations("create_resident_credit", {**CREDIT, "new": 1}) == (
        "/new is not documented",
    )
    assert checks.request_violations("get_write_status", None) == ()


def test_an_undocumented_status_is_a_violation() -> None:
    assert checks.response_violations("create_resident_credit", 201, RESPONSE) == (
        "status 201 is not documented for create_resident_credit",
    )


def test_query_parameters_are_checked_as_texts() -> None:
    check = functools.partial(checks.query_violations, "list_resident_charges")
    assert check({"limit": "250", "lease_id": "7", "order-by": "created_at:asc"}) == ()
    assert check({"limit": "251"}) == ("/limit must be at most 250",)
    assert check({"offset": "-1"}) == ("/offset must be at least 0",)
    assert check({"limit": "ten"}) == ("/limit must be integer or null, is string",)
    assert check({"x": "1"}) == ("/x is not documented",)


def test_an_unknown_operation_is_named() -> None:
    with pytest.raises(KeyError, match="no_such_operation"):
        checks.response_violations("no_such_operation", 200, {})
