"""Layer 2: what was promised still is, and the client understands all that may come."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.contract import coverage, domain, exchanges, promises, samples, understanding
from contract_tests.contract.complaints import refuse
from contract_tests.contract.exchanges import Exchange
from contract_tests.contract.generation import COUNTS, drawing
from contract_tests.contract.judge import Judge, absent, skip_unwatched
from contract_tests.contract.samples import Kind
from scripts.document import operations
from scripts.document.operations import Operation
from scripts.document.slices import Content

OPERATIONS = operations.load().operations
COST = {"create": 1, "retry": 1, "get": 4, "list": 5}
"""How dear an example is: a page of records is drawn more rarely than one record."""

each_operation = pytest.mark.parametrize(
    "operation", OPERATIONS, ids=lambda operation: operation.name
)
each_exchange = pytest.mark.parametrize("exchange", exchanges.load(), ids=lambda each: each.name)


@each_exchange
def test_a_composed_exchange_keeps_to_our_contract(exchange: Exchange, own: Judge) -> None:
    refuse(own.response(exchange.operation, exchange.response()))


@each_exchange
def test_the_client_understands_a_composed_response(exchange: Exchange, own: Judge) -> None:
    operation = own.operations.named(exchange.operation)
    content = exchange.response().content
    asked = next(domain.boundaries(operation))
    refuse(understanding.complaints(operation, asked, exchange.status, content))


def test_every_documented_status_and_enum_value_of_a_write_is_in_an_exchange(own: Judge) -> None:
    assert coverage.uncovered(own, exchanges.load()) == []


@each_operation
def test_a_response_promises_what_our_contract_promises(operation: Operation, judge: Judge) -> None:
    skip_unwatched(judge, operation)
    before, after = judge.promised(operation.name), judge.published(operation.name)
    refuse([absent(operation.endpoint)] if after is None else promises.broken(before, after))


@pytest.mark.parametrize("count", COUNTS)
@each_operation
def test_the_client_understands_whatever_the_document_allows(
    operation: Operation, count: int, judge: Judge, record_property: Any
) -> None:
    skip_unwatched(judge, operation)
    published, before = judge.published(operation.name), judge.promised(operation.name)
    if published is None:
        refuse([absent(operation.endpoint)])
        return
    verb = operation.name.partition("_")[0]
    refusals = understanding.refusals(before)
    drawn = [
        draw_and_read(
            operation, judge.content, kind, count // COST[verb], refusal=kind.entry in refusals
        )
        for kind in samples.kinds(published)
    ]
    record_property("responses", (operation.name, sum(drawn)))
    assert drawn
    assert all(drawn)


def draw_and_read(
    operation: Operation, document: Content, kind: Kind, count: int, *, refusal: bool
) -> int:
    asked = next(domain.boundaries(operation))
    drawn: list[bytes] = []

    @drawing(count)
    @given(content=samples.contents(document, kind), status=st.sampled_from(kind.statuses))
    def is_understood(content: bytes, status: int) -> None:
        drawn.append(content)
        found = understanding.complaints(operation, asked, status, content, refusal=refusal)
        refuse(found, f"    response: {content.decode()}")

    is_understood()
    return len(drawn)
