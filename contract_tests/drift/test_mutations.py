"""The catalogue of single changes: every harmful one is found, and no harmless one is."""

import copy
import json
from collections import Counter

import pytest

from contract_tests.mutations import CREDIT, MUTATIONS, STATUS, Mutation
from scripts import operations
from scripts.drift import Report, Severity, compare
from scripts.files import ROOT

PIN = json.loads((ROOT / "openapi" / "propexo.json").read_bytes())
WANTED = operations.from_endpoints([CREDIT, STATUS])


def drift(mutation: Mutation) -> Report:
    candidate = copy.deepcopy(PIN)
    mutation.apply(candidate)
    assert candidate != PIN
    return compare(PIN, candidate, WANTED)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.id)
def test_a_change_gets_the_severity_it_is_owed(mutation: Mutation) -> None:
    assert str(drift(mutation).verdict) == mutation.owes


@pytest.mark.parametrize(
    "mutation", [m for m in MUTATIONS if m.kind == "harmful"], ids=lambda m: m.id
)
def test_a_harmful_change_is_named(mutation: Mutation) -> None:
    findings = drift(mutation).findings
    assert findings
    assert all(finding.rule != "text-or-layout-changed" for finding in findings)


@pytest.mark.parametrize(
    "mutation", [m for m in MUTATIONS if m.kind == "harmless"], ids=lambda m: m.id
)
def test_a_harmless_change_raises_no_alarm(mutation: Mutation) -> None:
    assert all(
        finding.contract_severity <= Severity.COMPATIBLE for finding in drift(mutation).findings
    )


def test_the_catalogue_is_whole() -> None:
    assert Counter(mutation.kind for mutation in MUTATIONS) == {
        "harmful": 48,
        "grey": 7,
        "harmless": 18,
    }
    assert len({mutation.id for mutation in MUTATIONS}) == len(MUTATIONS)


def test_the_unchanged_pin_is_untouched() -> None:
    assert drift_of_a_copy().verdict is Severity.UNTOUCHED


def drift_of_a_copy() -> Report:
    return compare(PIN, copy.deepcopy(PIN), WANTED)
