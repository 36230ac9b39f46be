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


@pytest.mark.anyio
async def test_both_clients_send_the_very_same_and_call_every_operation(
    client: Propexo, judge: Judge, exchanges: list[Exchange]
) -> None:
    with wire(judge, exchanges) as seen:
        for call in CALLS:
            call.run(client)
    async with AsyncPropexo("not-a-token", environment=Environment.SANDBOX) as async_client:
        with wire(judge, exchanges) as seen_async:
            for call in CALLS:
                await call.run_async(async_client)
    assert list(map(essence, seen_async.requests)) == list(map(essence, seen.requests))
    assert seen.called == {operation.name for operation in judge.operations.operations}


def essence(request: httpx.Request) -> Any:
    return request.method, request.url, request.content, sorted(request.headers.items())
