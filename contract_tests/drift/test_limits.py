"""How limits of one value are compared: bounds, sizes, lists of values, formats, patterns."""
# ruff: noqa: E501 (tables: one row, one line)

import copy

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.test_details import found, of_request
from contract_tests.drift.tiny import TEXT, Json
from scripts.drift.shape import values
from scripts.drift.shape.keywords import normal_pattern
from scripts.drift.shape.values import Relation


@pytest.mark.parametrize(
    ("base", "candidate", "before", "after"),
    [
        ({"minimum": 1}, {"minimum": 2}, ">= 1", ">= 2"),
        ({"minimum": 1}, {"exclusiveMinimum": 1}, ">= 1", "> 1"),
        ({"maximum": 9}, {"exclusiveMaximum": 9}, "<= 9", "< 9"),
        ({}, {"maximum": 9}, None, "<= 9"),
    ],
)
def test_bounds_are_shown_as_they_are(base: Json, candidate: Json, before: str, after: str) -> None:
    number = {"type": "number"}
    expected = [("bound-tightened", ("body.field",), before, after)]
    assert of_request(number | base, number | candidate) == expected


@pytest.mark.parametrize(
    ("limits", "shown"),
    [
        (("minimum", "exclusiveMinimum"), "> 1"), (("exclusiveMinimum", "minimum"), "> 1"),
        (("maximum", "exclusiveMaximum"), "< 1"), (("exclusiveMaximum", "maximum"), "< 1"),
    ],
)  # fmt: skip
def test_of_two_equal_limits_the_one_that_excludes_its_value_holds(
    limits: tuple[str, str], shown: str
) -> None:
    both = {"type": "number", "allOf": [{name: 1} for name in limits]}
    expected = [("bound-tightened", ("body.field",), None, shown)]
    assert of_request({"type": "number"}, both) == expected


@pytest.mark.parametrize(
    "limits",
    [
        {"minimum": 5, "exclusiveMaximum": 5},
        {"exclusiveMinimum": 5, "maximum": 5},
        {"exclusiveMinimum": 6, "exclusiveMaximum": 5},
        {"not": {"type": "number"}},
    ],
)
def test_limits_that_leave_no_number_are_impossible(limits: Json) -> None:
    number = {"type": "number"}
    assert [rule for rule, *_ in of_request(number, number | limits)] == ["impossible"]


@pytest.mark.parametrize(
    ("kind", "what"), [("string", "Length"), ("array", "Items"), ("object", "Properties")]
)
def test_sizes_are_shown_as_they_are(kind: str, what: str) -> None:
    whole: Json = {"type": kind}
    most, least, field = f"max{what}", f"min{what}", ("body.field",)
    assert of_request(whole | {most: 9}, whole | {most: 8}) == [
        ("size-tightened", field, f"{most} 9", f"{most} 8")
    ]
    assert of_request(whole, whole | {least: 1}) == [("size-tightened", field, None, f"{least} 1")]
    assert of_request(whole | {least: 2}, whole) == [("size-loosened", field, f"{least} 2", None)]


@pytest.mark.parametrize("keywords", [{"maxLength": 9}, {"pattern": "^a"}, {"format": "uuid"}])
def test_a_limit_of_another_type_limits_nothing(keywords: Json) -> None:
    rules = [rule for rule, *_ in of_request({"type": "array"}, {"type": "array"} | keywords)]
    assert rules == ["text-or-layout-changed"]


@pytest.mark.parametrize(
    "schema",
    [
        {"multipleOf": 5}, {"not": {"minimum": 7}}, {"uniqueItems": True}, {"contains": {"const": 1}},
        {"contains": {"const": 1}, "minContains": 2}, {"contains": {"const": 1}, "maxContains": 2},
        {"prefixItems": [{"const": 1}]}, {"patternProperties": {"^a": {"type": "string"}}},
        {"propertyNames": {"maxLength": 9}}, {"dependentRequired": {"a": ["b"]}},
        {"dependentSchemas": {"a": {"required": ["b"]}}}, {"dependencies": {"a": ["b"]}},
        {"if": {"required": ["a"]}, "then": {"required": ["b"]}},
        {"if": {"required": ["a"]}, "else": {"required": ["b"]}},
        {"unevaluatedItems": False}, {"unevaluatedProperties": False}, {"allOf": [{"if": {"required": ["a"]}, "then": {"required": ["b"]}}]},
    ],
    ids=lambda schema: " ".join(schema),
)  # fmt: skip
def test_a_constraint_of_any_kind_is_found(schema: Json) -> None:
    kind = {"type": ["integer", "array", "object"]}
    rules = [rule for rule, *_ in of_request(kind, kind | schema)]
    assert rules in (["constraint-tightened"], ["constraint-changed"])
    assert of_request(kind | schema, kind | copy.deepcopy(schema)) == []


@pytest.mark.parametrize(
    ("schema", "idle"),
    [
        ({}, {"uniqueItems": False}), ({}, {"multipleOf": 1, "type": "integer"}),
        ({"contains": {}}, {"minContains": 1}), ({}, {"minItems": 0}), ({}, {"allOf": [{}]}),
    ],
)  # fmt: skip
def test_a_constraint_that_says_nothing_is_no_change(schema: Json, idle: Json) -> None:
    kind = {"type": idle.get("type", "array")} | schema
    assert [rule for rule, *_ in of_request(kind, kind | idle)] == ["text-or-layout-changed"]


def test_lists_of_values_that_hold_together_are_cut_to_what_they_share() -> None:
    def both(*second: str) -> Json:
        first = {"type": "string", "enum": ["A", "B", "C"]}
        return {"allOf": [first, {"type": "string", "enum": list(second)}]}

    assert of_request(both("B", "C", "D"), {"type": "string", "enum": ["B", "C"]}) == [
        ("text-or-layout-changed", (), None, None)
    ]
    (change,) = of_request(both("B", "C"), both("C", "D"))
    assert change == ("enum-value-removed", ("body.field",), ["B", "C"], ["C"])


@pytest.mark.parametrize(
    ("values", "shown"),
    [({"enum": ["A", "B"]}, ["A", "B"]), ({"const": "A"}, ["A"])],
)
def test_a_list_of_values_is_shown_beside_the_type_that_was_there_without_it(
    values: Json, shown: list[str]
) -> None:
    field = ("body.field",)
    assert of_request(TEXT, TEXT | values) == [("enum-introduced", field, "string", shown)]
    assert of_request(TEXT | values, TEXT) == [("enum-dropped", field, shown, "string")]


@pytest.mark.parametrize(
    ("kind", "narrow", "wide"), [("integer", "int32", "int64"), ("number", "float", "double")]
)
def test_a_format_of_more_numbers_is_looser(kind: str, narrow: str, wide: str) -> None:
    small, large = ({"type": kind, "format": name} for name in (narrow, wide))
    field = ("body.field",)
    assert of_request(small, large) == [("format-loosened", field, narrow, wide)]
    assert of_request(large, small) == [("format-tightened", field, wide, narrow)]
    other = small | {"format": "decimal"}
    assert of_request(small, other) == [("format-changed", field, narrow, "decimal")]


def test_what_lists_of_values_gained_and_lost_is_named() -> None:
    base, candidate = ({"type": "string", "enum": list(values)} for values in ("AB", "BC"))
    notes = {f.rule: f.first.note for f in found(tiny.document(base), tiny.document(candidate))}
    assert notes == {"enum-value-added": "Added: C.", "enum-value-removed": "Removed: A."}
    many = {"type": "string", "enum": [str(n) for n in range(12)]}
    (finding,) = found(tiny.document({"type": "string", "enum": ["0"]}), tiny.document(many))
    assert finding.first.note == "Added: 1, 2, 3, 4, 5, 6, 7, 8 and 3 more."


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("^(a)$", "^a$"), ("(?:ab)", "ab"), ("^((a))$", "^a$"), ("(ab)+", "(ab)+"), ("(a|b)", "(a|b)"),
        ("[(a)]", "[(a)]"), (r"\(a\)", r"\(a\)"), ("(?=a)b", "(?=a)b"), (r"(a)\1", r"(a)\1"), ("^([a-z])$", "^[a-z]$"),
        (".*", ""), ("^.*$", ""), ("^.*", ""), (".*$", ""), ("a*", ""), ("^[\\s\\S]*$", ""), ("^(.*)$", ""), ("", ""),
        (".+", ".+"), ("^a*$", "^a*$"), (r"^\w+$", r"^\w+$"), (r"a\$", r"a\$"), (r"\bx*", r"\bx*"), ("(", "("), ("[", "["),
        ("^(?!a)", "^(?!a)"), ("^.?$", "^.?$"), ("a|", ""), ("^[^a]*", ""),
    ],
)  # fmt: skip
def test_patterns_lose_what_means_nothing(text: str, normal: str) -> None:
    assert normal_pattern(text) == normal


def test_an_object_that_requires_more_than_it_may_have_is_impossible() -> None:
    base = tiny.closed("a", required=("a",))
    assert [rule for rule, *_ in of_request(base, base | {"maxProperties": 0})] == ["impossible"]


def test_a_schema_that_nothing_satisfies_is_impossible_from_then_on() -> None:
    no_text = {"allOf": [TEXT, {"type": "number"}]}
    assert [rule for rule, *_ in of_request(TEXT, no_text)] == ["impossible"]
    empty = TEXT | {"minLength": 9, "maxLength": 3}
    assert [rule for rule, *_ in of_request(empty, empty | {"pattern": "^a"})] == [
        "pattern-tightened"
    ]


@pytest.mark.parametrize("swapped", [False, True])
def test_nothing_is_proven_if_one_of_two_schemas_is_too_long(swapped: bool) -> None:
    many: Json = {"anyOf": [{"const": str(n)} for n in range(values.MAX_BRANCHES + 1)]}
    long = {"type": "string", "enum": ["x" * values.MAX_TEXT]}
    for hard in (many, {"items": [many]}, long):
        pair = (hard, {}) if swapped else ({}, hard)
        assert values.relate(*pair) is Relation.UNKNOWN
