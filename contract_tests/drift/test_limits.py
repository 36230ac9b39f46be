"""How limits of one value are compared: bounds, sizes, lists of values, formats, patterns."""
# ruff: noqa: E501 (tables: one row, one line)

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.test_details import found, of_request
from contract_tests.drift.tiny import TEXT, Json
from scripts.drift.shape.keywords import normal_pattern


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
    "limits", [("minimum", "exclusiveMinimum"), ("exclusiveMinimum", "minimum")]
)
def test_of_two_equal_limits_the_one_that_excludes_its_value_holds(limits: tuple[str, str]) -> None:
    both = {"type": "number", "allOf": [{name: 1} for name in limits]}
    expected = [("bound-tightened", ("body.field",), None, "> 1")]
    assert of_request({"type": "number"}, both) == expected


@pytest.mark.parametrize(
    "limits",
    [
        {"minimum": 5, "exclusiveMaximum": 5},
        {"exclusiveMinimum": 5, "maximum": 5},
        {"exclusiveMinimum": 6, "exclusiveMaximum": 5},
    ],
)
def test_limits_that_leave_no_number_are_impossible(limits: Json) -> None:
    number = {"type": "number"}
    assert [rule for rule, *_ in of_request(number, number | limits)] == ["impossible"]


def test_sizes_are_shown_as_they_are() -> None:
    assert of_request(TEXT | {"maxLength": 9}, TEXT | {"maxLength": 8}) == [
        ("size-tightened", ("body.field",), "maxLength 9", "maxLength 8")
    ]
    assert of_request(TEXT, TEXT | {"minLength": 1}) == [
        ("size-tightened", ("body.field",), None, "minLength 1")
    ]


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
