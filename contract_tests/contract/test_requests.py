"""Layer 1: everything the client sends is allowed by the document, and is what was asked for."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contract_tests.contract import arguments, domain, values
from contract_tests.contract import exchanges as composed
from contract_tests.contract.arguments import Call, Inputs
from contract_tests.contract.complaints import Complaint, refuse
from contract_tests.contract.exchanges import Exchange
from contract_tests.contract.generation import COUNTS, drawing
from contract_tests.contract.judge import Judge, skip_unwatched
from contract_tests.contract.router import Wire, wire
from propexo_client import AsyncPropexo, Environment, Propexo, PropexoError
from propexo_client.testing import FakeClock
from scripts.document import operations
from scripts.document.operations import Operation, parameter_names

BLOCKING, ASYNCHRONOUS = BOTH = ("blocking", "asynchronous")


class Clients:
    """The blocking and the asynchronous client, which must send the very same."""

    def __init__(self) -> None:
        place, clock = Environment.SANDBOX, FakeClock()
        self._blocking = Propexo("not-a-token", environment=place, clock=clock)
        self._asynchronous = AsyncPropexo("not-a-token", environment=place, clock=clock)
        self._runner = asyncio.Runner()

    def run(self, call: Call, chosen: Sequence[str] = BOTH) -> None:
        """Make a call with each of those chosen."""
        if BLOCKING in chosen:
            call.run(self._blocking)
        if ASYNCHRONOUS in chosen:
            self._runner.run(call.run_async(self._asynchronous))

    def close(self) -> None:
        """Close both."""
        self._blocking.close()
        self._runner.run(self._asynchronous.aclose())
        self._runner.close()


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    both = Clients()
    yield both
    both.close()


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("operation", operations.load().operations, ids=lambda each: each.name)
def test_whatever_a_caller_may_ask_for_is_sent_and_allowed(
    operation: Operation,
    count: int,
    clients: Clients,
    judge: Judge,
    exchanges: list[Exchange],
    record_property: Callable[[str, Any], None],
) -> None:
    skip_unwatched(judge, operation)
    drawn: list[Inputs] = []

    boundaries = list(domain.boundaries(operation))

    @drawing(max(count - len(boundaries), count // 3))
    @given(
        asked=domain.inputs(operation),
        dollars=st.booleans(),
        by=st.sampled_from([(BLOCKING,), (ASYNCHRONOUS,)]),
    )
    def is_sent_and_allowed(asked: Inputs, dollars: bool, by: tuple[str, ...]) -> None:
        drawn.append(asked)
        seen.clear()
        call = arguments.call(operation, asked, dollars=dollars)
        try:
            clients.run(call, by)
        except PropexoError as error:
            problem = f"{type(error).__name__}: {error}"
            refuse([*seen.complaints, f"{operation.endpoint}: {problem}"], f"    sent by: {call}")
        refuse([*seen.complaints, *unlike(operation, asked, seen, by)], f"    sent by: {call}")

    for asked in reversed(boundaries):
        is_sent_and_allowed = example(asked=asked, dollars=False, by=BOTH)(is_sent_and_allowed)
    with wire(judge, exchanges, operation) as seen:
        is_sent_and_allowed()
    record_property("requests", (operation.name, len(drawn)))
    assert len(drawn) >= count


def unlike(
    operation: Operation, asked: Inputs, seen: Wire, by: tuple[str, ...]
) -> Iterator[Complaint]:
    """Yield where what was sent is not what was asked for, or differs between the clients."""
    assert len(seen.requests) == len(by)
    first, last = seen.requests[0], seen.requests[-1]
    yield from values.differences(operation, asked, first)
    if essence(first) != essence(last):
        problem = "the asynchronous client sent something else"
        yield Complaint(operation.endpoint, "request", "", problem)


def essence(request: httpx.Request) -> Any:
    return request.method, request.url, request.content, sorted(request.headers.items())


@pytest.mark.parametrize(
    "exchange",
    [each for each in composed.load() if each.status == 200 and "body" in each.request],
    ids=lambda exchange: exchange.name,
)
def test_the_request_of_a_composed_exchange_is_what_the_client_sends(
    exchange: Exchange, clients: Clients, own: Judge, exchanges: list[Exchange]
) -> None:
    operation = own.operations.named(exchange.operation)
    places = exchange.request.get("path", {}).values()
    path = dict(zip(parameter_names(operation.path), places, strict=True))
    asked = Inputs(path=path, body=exchange.request["body"])
    with wire(own, exchanges) as seen:
        clients.run(arguments.call(operation, asked))
    refuse(seen.complaints)
    assert [json.loads(request.content) for request in seen.requests] == [asked.body] * 2
