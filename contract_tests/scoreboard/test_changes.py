"""The contract suite is red exactly when a change can hurt whoever uses this client."""

import copy

import pytest

from contract_tests.contract import suite
from contract_tests.contract.judge import Judge
from contract_tests.scoreboard import layers
from contract_tests.scoreboard.changes import (
    CREDIT,
    HARMFUL_TO_REQUESTS,
    HARMFUL_TO_RESPONSES,
    HARMLESS,
    Change,
)

LIKELIEST = {
    "the credit in two parts",
    "the credit's response in two parts",
    "a condition on a field that is not sent",
    "any text as a date",
    "another required field of the response",
    "429 with another body",
    "4XX",
    "a default with the error body",
}


def complaints(change: Change, only: tuple[str, ...] = ()) -> list[str]:
    """Run the suite on the changed pin; responses are read where the change may touch them."""
    changed = copy.deepcopy(layers.pin())
    change.apply(changed)
    assert changed != layers.pin()
    judge = Judge(changed)
    found: list[str] = []
    for operation in judge.operations.operations:
        if only and operation.name not in only:
            continue
        found += map(str, suite.requests(judge, operation))
        found += map(str, suite.promised(judge, operation))
        if operation.name in change.read:
            found += map(str, suite.understood(judge, operation))
    return found


@pytest.mark.parametrize("change", [each for each in HARMLESS if each.text in LIKELIEST], ids=str)
def test_the_likeliest_changes_leave_what_concerns_a_credit_green(change: Change) -> None:
    assert complaints(change, only=(CREDIT,)) == []


def test_the_likeliest_changes_are_in_the_table() -> None:
    assert {each.text for each in HARMLESS} >= LIKELIEST


@pytest.mark.slow
@pytest.mark.parametrize("change", [*HARMFUL_TO_REQUESTS, *HARMFUL_TO_RESPONSES], ids=str)
def test_a_harmful_change_turns_the_suite_red(change: Change) -> None:
    assert complaints(change)


@pytest.mark.slow
@pytest.mark.parametrize("change", HARMLESS, ids=str)
def test_a_harmless_change_leaves_the_suite_green(change: Change) -> None:
    assert complaints(change) == []
