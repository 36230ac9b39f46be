"""Layer 2: what was recorded is documented, and the client understands what is documented."""

import pytest

from contract_tests.contract import coverage, exchanges, understanding
from contract_tests.contract.exchanges import Exchange
from contract_tests.contract.judge import Judge
from scripts.document import operations
from scripts.document.operations import Operation


@pytest.mark.parametrize("exchange", exchanges.load(), ids=lambda exchange: exchange.name)
def test_a_recorded_answer_conforms(exchange: Exchange, judge: Judge) -> None:
    assert judge.response(exchange.operation, exchange.response()) == []


@pytest.mark.parametrize("exchange", exchanges.load(), ids=lambda exchange: exchange.name)
def test_the_client_understands_a_recorded_answer(exchange: Exchange) -> None:
    assert understanding.complaints(exchange.operation, exchange.status, exchange.body) == []


def test_every_documented_status_and_enum_value_was_recorded(
    judge: Judge, exchanges: list[Exchange]
) -> None:
    assert coverage.uncovered(judge, exchanges) == []


@pytest.mark.parametrize("operation", operations.load().operations, ids=lambda o: o.name)
def test_the_client_understands_whatever_the_contract_allows(
    operation: Operation, judge: Judge
) -> None:
    examples = 5 if operation.name.startswith("list_") else 20
    for status, body in understanding.generated(judge, operation.name, examples=examples):
        assert understanding.complaints(operation.name, status, body) == []
