"""One red and one green pair for every rule, and the severity table of the contract."""

import re

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.tiny import OPERATION_CASES, SCHEMA_CASES, OperationCase, SchemaCase
from scripts.document import operations
from scripts.drift import Report, Severity, compare
from scripts.drift.judge.rules import RULES

WANTED = operations.from_endpoints([tiny.ENDPOINT])
LEVELS = {"B": "breaking", "W": "warning", "C": "compatible", "K": "cosmetic"}
SIDES = ("request", "response", "error")
# These need a document of their own: see test_meaning.py, test_usage.py and test_hostile.py.
# The rules about reference pages are in test_pages.py.
ELSEWHERE = ("path-parameter-renamed", "not-comparable", "public-name-removed")
SYMMETRIC = {rule for rule in RULES if rule.endswith("-changed")} | {"property-renamed"}
DAY = {"type": "string", "format": "date"}


def compare_schemas(side: str, base: object, candidate: object) -> Report:
    components = {
        "schemas": {
            "Day": DAY,
            "Kind0": tiny.closed("kind", "a"),
            "Kind1": tiny.closed("kind", "b"),
        },
        "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
    }
    old, new = (
        tiny.document(**{side: schema}, components=components) for schema in (base, candidate)
    )
    return compare(old, new, WANTED)


def severities(report: Report, rule: str) -> list[str]:
    return [str(finding.contract_severity) for finding in report.findings if finding.rule == rule]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("case", SCHEMA_CASES, ids=lambda case: case.rule)
def test_a_schema_change_has_the_severity_of_its_side(case: SchemaCase, side: str) -> None:
    level = case.levels[SIDES.index(side)]
    report = compare_schemas(side, case.base, case.red)
    assert severities(report, case.rule) == ([] if level == "-" else [LEVELS[level]])


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("case", SCHEMA_CASES, ids=lambda case: case.rule)
def test_another_spelling_of_a_schema_does_not_trip_the_rule(case: SchemaCase, side: str) -> None:
    assert severities(compare_schemas(side, case.base, case.green), case.rule) == []


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("case", SCHEMA_CASES, ids=lambda case: case.rule)
def test_swapped_documents_give_another_rule(case: SchemaCase, side: str) -> None:
    swapped = severities(compare_schemas(side, case.red, case.base), case.rule)
    assert bool(swapped) == (case.rule in SYMMETRIC)


@pytest.mark.parametrize(
    "case", [c for c in OPERATION_CASES if c.rule not in ELSEWHERE], ids=lambda case: case.rule
)
def test_a_change_of_an_operation_has_its_severity(case: OperationCase) -> None:
    base, red, green = tiny.document(), tiny.document(), tiny.document()
    for content in (base, red, green):
        case.before(content)
    case.red(red)
    case.green(green)
    assert severities(compare(base, red, WANTED), case.rule) == [LEVELS[case.level]]
    if case.rule != "operation-added":
        assert severities(compare(base, green, WANTED), case.rule) == []


def test_every_rule_has_a_pair() -> None:
    about_documents = {rule for rule in RULES if not rule.startswith("page-")}
    assert {case.rule for case in (*SCHEMA_CASES, *OPERATION_CASES)} == about_documents


def test_every_rule_says_why_and_what_to_do() -> None:
    for rule in RULES.values():
        assert rule.why.endswith(".")
        for said in (rule.why, rule.remedy.pin, rule.remedy.copy):
            assert said.endswith(".")
            assert "\n" not in said
        assert not re.search(r"\bpin\b|accept the new", rule.remedy.copy)


def test_a_schema_change_is_never_less_than_cosmetic() -> None:
    assert (
        compare_schemas("request", {"type": "string"}, {"type": "string", "title": "t"}).verdict
        is Severity.COSMETIC
    )
