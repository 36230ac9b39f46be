"""The contract suite is red exactly when a change can hurt whoever uses this client."""

import copy

import pytest

from contract_tests import upstream
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
from scripts.document import slices
from scripts.document.operations import Operation
from scripts.document.slices import Content

LIKELIEST = {
    "the credit in two parts",
}


def complaints(change: Change, pin: Content) -> list[str]:
    """Run the suite on the changed pin; responses are read where the change may touch them."""
    changed = copy.deepcopy(pin)
    change.apply(changed)
    assert changed != pin
    judge = Judge(changed)
    found: list[str] = []
    for operation in judge.operations.operations:
        if slices.find(pin, operation):
            found += judged(judge, operation, read=operation.name in change.read)
    return found


def judged(judge: Judge, operation: Operation, *, read: bool) -> list[str]:
    found = [*suite.requests(judge, operation), *suite.promised(judge, operation)]
    return [str(each) for each in [*found, *(suite.understood(judge, operation) if read else ())]]


@pytest.mark.parametrize("change", [each for each in HARMLESS if each.text in LIKELIEST], ids=str)
def test_the_likeliest_changes_leave_what_concerns_a_credit_green(change: Change) -> None:
    assert complaints(change, layers.catalogued_pin()) == []


def test_the_likeliest_changes_are_in_the_table() -> None:
    assert {each.text for each in HARMLESS} >= LIKELIEST


@pytest.mark.slow
@pytest.mark.parametrize("change", [*HARMFUL_TO_REQUESTS, *HARMFUL_TO_RESPONSES], ids=str)
def test_a_harmful_change_turns_the_suite_red(change: Change) -> None:
    assert complaints(change, layers.pin())


@pytest.mark.slow
@pytest.mark.parametrize("change", HARMLESS, ids=str)
def test_a_harmless_change_leaves_the_suite_green(change: Change) -> None:
    assert complaints(change, layers.pin()) == []


@pytest.mark.slow
@upstream.needs_upstream
def test_the_vendors_own_document_leaves_green_what_it_has_and_says_what_it_has_not() -> None:
    judge = Judge(upstream.content())
    watched = [o for o in judge.operations.operations if o.name not in judge.unwatched]
    assert CREDIT in judge.unwatched
    assert watched
    assert [line for o in watched for line in judged(judge, o, read=True)] == []
