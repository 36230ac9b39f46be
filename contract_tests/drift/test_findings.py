"""What a finding says, what identifies it, and which findings come first."""
# ruff: noqa: E501 (tables: one row, one line)

from typing import Any

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.tiny import TEXT, WHOLE, Json
from scripts.document import operations
from scripts.drift import Finding, Report, compare
from scripts.drift.judge.rules import RULES, TAKE, Audience
from scripts.drift.shape import values

WANTED = operations.from_endpoints([tiny.ENDPOINT])


def report_of(base: Any, candidate: Any, side: str = "request") -> Report:
    return compare(tiny.document(**{side: base}), tiny.document(**{side: candidate}), WANTED)


def only(base: Any, candidate: Any, side: str = "request") -> Finding:
    (finding,) = report_of(base, candidate, side).findings
    return finding


def test_the_fields_come_before_why_they_matter() -> None:
    finding = only(TEXT, WHOLE)
    assert finding.explanation == RULES["type-changed"].why
    assert finding.why == f"body.field: {finding.explanation}"


@pytest.mark.parametrize("audience", Audience)
def test_the_remedy_of_what_is_harmless_is_to_take_it(audience: Audience) -> None:
    cosmetic = only(TEXT, TEXT | {"title": "any"})
    wider = only(WHOLE, {"type": "number"})
    assert str(wider.client_severity) == "compatible"
    assert wider.remedy(audience) == cosmetic.remedy(audience) == TAKE.for_(audience)
    breaking = only(WHOLE, {"type": "number"}, "response")
    assert breaking.remedy(audience) == RULES["type-widened"].remedy.for_(audience)
    assert breaking.remedy(audience) != wider.remedy(audience)


def test_only_the_same_change_at_the_same_places_has_the_same_fingerprint() -> None:
    def fingerprint(name: str, base: Json, candidate: Json, side: str = "request") -> str:
        old, new = ({"type": "object", "properties": {name: kind}} for kind in (base, candidate))
        return only(old, new, side).fingerprint

    found = fingerprint("a", TEXT, WHOLE)
    assert found == fingerprint("a", TEXT, WHOLE)
    others = (
        fingerprint("b", TEXT, WHOLE),
        fingerprint("a", TEXT, {"type": "boolean"}),
        fingerprint("a", TEXT, WHOLE, "response"),
    )
    assert len({found, *others}) == 4


def test_one_finding_is_of_fields_with_one_name_that_changed_alike() -> None:
    def both(first: Json, second: Json) -> Json:
        fields = [{"type": "object", "properties": {"id": kind}} for kind in (first, second)]
        return {"type": "object", "properties": {"a": fields[0], "b": fields[1]}}

    alike = report_of(both(TEXT, TEXT), both(WHOLE, WHOLE)).findings
    assert [finding.fields for finding in alike] == [("body.field.a.id", "body.field.b.id")]
    apart = report_of(both(TEXT, TEXT), both(WHOLE, {"type": "boolean"})).findings
    assert [finding.fields for finding in apart] == [("body.field.a.id",), ("body.field.b.id",)]
    apart = report_of(both(TEXT, {"type": "boolean"}), both(WHOLE, WHOLE)).findings
    assert [finding.fields for finding in apart] == [("body.field.a.id",), ("body.field.b.id",)]


def test_anything_with_a_default_is_still_anything() -> None:
    assert only({}, {"default": 1}).rule == "default-changed"


def test_of_equal_changes_of_one_field_the_rules_are_in_alphabetical_order() -> None:
    narrow = {"type": "string", "maxLength": 9, "pattern": "^a", "format": "uuid"}
    rules = [finding.rule for finding in report_of(TEXT, narrow).findings]
    assert rules == ["format-tightened", "pattern-tightened", "size-tightened"]


def more(**changes: Any) -> Json:
    document = tiny.document()
    tiny.operation(document).update(changes)
    return document


SORT = {"in": "query", "name": "sort", "schema": TEXT}
STATES = {"type": "string", "enum": ["A"]}


@pytest.mark.parametrize(
    ("base", "candidate", "is_addition"),
    [
        (tiny.document() | {"paths": {"/things/": {}}}, tiny.document(), True),
        (more(parameters=[]), more(parameters=[SORT]), True),
        (tiny.document({}), tiny.document({}, tiny.closed("a")), False),
        (tiny.document(response=tiny.closed("a")), tiny.document(response=tiny.closed("a", "b")), True),
        (tiny.document(response=tiny.closed("a")), tiny.document(response=tiny.closed("a", "b", required=("b",))), True),
        (tiny.document(STATES), tiny.document({"type": "string", "enum": ["A", "B"]}), True),
        (tiny.document(WHOLE), tiny.document({"type": "number"}), False),
    ],
)  # fmt: skip
def test_what_the_vendor_offers_anew_is_an_addition(
    base: Json, candidate: Json, is_addition: bool
) -> None:
    (finding,) = compare(base, candidate, WANTED).findings
    assert finding.is_addition is is_addition


@pytest.mark.parametrize(
    ("side", "said"),
    [
        ("request", "Every request that was accepted still is."),
        ("response", "Responses keep all their promises."),
        ("error", "Errors keep all their promises."),
    ],
)
def test_what_is_harmless_says_what_stays(side: str, said: str) -> None:
    assert only(tiny.closed("a"), tiny.closed("a", "b"), side).explanation.startswith(said)


def test_a_note_names_an_unknown_keyword_and_no_other() -> None:
    assert only(TEXT, TEXT | {"frobnicate": 1}).first.note == "The keyword is 'frobnicate'."
    assert only(TEXT, TEXT | {"default": "a"}).first.note == ""


def test_a_note_says_where_nothing_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    five, ten = (WHOLE | {"multipleOf": n} for n in (5, 10))
    assert only(five, ten).first.note == ""
    monkeypatch.setattr(values, "MAX_TEXT", 0)
    assert only(five, ten).first.note == "Nothing could be proven, so the worst is assumed."


def test_a_value_that_fits_two_of_the_forms_is_noted() -> None:
    either = tiny.closed("a", "b", required=("a", "b"))
    one = {"oneOf": [tiny.closed("a", "b", required=(name,)) for name in "ab"]}
    finding = report_of(either, one).findings[0]
    assert finding.rule == "variants-changed"
    assert finding.first.note == "A value that fits several of them is refused."


def test_a_lost_operation_comes_before_all_else() -> None:
    base, candidate = more(), more(security=[{"other": []}], requestBody={})
    for document in (base, candidate):
        document["paths"]["/zzz/"] = {"get": {"responses": {}}}
    del candidate["paths"]["/zzz/"]["get"]
    both = operations.from_endpoints([tiny.ENDPOINT, "GET /zzz/"])
    rules = [finding.rule for finding in compare(base, candidate, both).findings]
    assert rules == ["operation-removed", "security-changed", "media-type-removed"]


def test_a_keyword_that_goes_from_an_operation_is_found() -> None:
    (finding,) = compare(more(frobnicate=1), more(), WANTED).findings
    assert finding.rule == "unknown-keyword-changed"
