"""Layer 1: everything the client sends is allowed by the contract."""

from typing import Any

import httpx
import pytest

from contract_tests.contract.calls import CALLS, Call
from contract_tests.contract.exchanges import Exchange
from contract_tests.contract.judge import Judge
from contract_tests.contract.router import wire
from propexo_client import AsyncPropexo, Environment, Propexo


@pytest.fixture(scope="module")
def client() -> Propexo:
    return Propexo("not-a-token", environment=Environment.SANDBOX)


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_what_a_call_sends_is_allowed(
    call: Call, client: Propexo, judge: Judge, exchanges: list[Exchange]
) -> None:
    with wire(judge, exchanges) as seen:
        call.run(client)
    assert seen.requests
    assert seen.complaints == []


def test_the_asynchronous_client_sends_the_very_same(
    client: Propexo, judge: Judge, exchanges: list[Exchange]
) -> None:
    for call in CALLS:
        with wire(judge, exchanges) as seen:
            call.run(client)
        with wire(judge, exchanges) as seen_async:
            call.run_async(AsyncPropexo("not-a-token", environment=Environment.SANDBOX))
        assert list(map(essence, seen_async.requests)) == list(map(essence, seen.requests)), call


def essence(request: httpx.Request) -> Any:
    return request.method, request.url, request.content, sorted(request.headers.items())


def test_every_operation_is_called(
    client: Propexo, judge: Judge, exchanges: list[Exchange]
) -> None:
    with wire(judge, exchanges) as seen:
        for call in CALLS:
            call.run(client)
    assert seen.called == {operation.name for operation in judge.operations.operations}
