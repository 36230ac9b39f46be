"""Cancelled and interrupted: the caller's exception goes on its way and says what is at stake."""

import asyncio
from typing import Any

import anyio
import httpx
import pytest

from contract_tests.client.support import (
    ACCEPTED,
    CREDIT,
    PENDING,
    TOKEN,
    CreditFlows,
    FakeClock,
    answer,
    client,
    drive,
    session,
)
from propexo_client import AsyncPropexo, Environment
from propexo_client._engine.flow import NotDelivered

REFUSED = NotDelivered(httpx.ConnectError("refused"))


def notes(error: BaseException) -> str:
    return " ".join(getattr(error, "__notes__", []))


@pytest.mark.parametrize(
    "interruption", [KeyboardInterrupt(), SystemExit(1), asyncio.CancelledError()]
)
def test_an_interrupted_post_leaves_a_note_and_a_line_in_the_log(
    interruption: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    flows = CreditFlows(session())
    fingerprint = flows.prepare(**CREDIT).fingerprint
    with pytest.raises(type(interruption)) as raised:
        drive(flows.create(**CREDIT), [interruption])
    assert raised.value is interruption
    assert "outcome is unknown" in notes(interruption)
    assert fingerprint in notes(interruption)
    assert fingerprint in caplog.text


def test_an_abandoned_post_leaves_its_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    flow = CreditFlows(session()).create(**CREDIT)
    next(flow)
    flow.close()
    assert "outcome is unknown" in caplog.text


def test_an_interrupted_pause_before_posting_claims_nothing() -> None:
    class Interrupted(FakeClock):
        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt(seconds)

    propexo, server, _ = client(httpx.ConnectError("refused"))
    propexo._transport.clock = Interrupted()
    with pytest.raises(KeyboardInterrupt) as raised:
        propexo.credits.create(**CREDIT)
    assert notes(raised.value) == ""
    assert server.posts == 1


def test_interrupted_waiting_hands_over_the_job_id(caplog: pytest.LogCaptureFixture) -> None:
    interruption = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        drive(
            CreditFlows(session()).create_and_wait(**CREDIT),
            [answer(ACCEPTED), answer(PENDING), interruption],
        )
    assert "wait('job_1')" in notes(interruption)
    assert "outcome is unknown" not in notes(interruption)
    assert "job_1" in caplog.text


def test_an_interrupted_read_needs_no_note() -> None:
    propexo, _, _ = client(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt) as raised:
        propexo.charges.get("charge_1")
    assert notes(raised.value) == ""


@pytest.mark.anyio
@pytest.mark.parametrize("how", ["cancel", "timeout", "scope"])
async def test_a_cancelled_task_leaves_the_fingerprint_in_the_log(
    how: str, caplog: pytest.LogCaptureFixture
) -> None:
    received: list[httpx.Request] = []

    async def never(request: httpx.Request) -> httpx.Response:
        received.append(request)
        await anyio.sleep_forever()
        raise AssertionError

    async with AsyncPropexo(
        TOKEN, environment=Environment.SANDBOX, transport=httpx.MockTransport(never)
    ) as propexo:
        fingerprint = propexo.credits.prepare(**CREDIT).fingerprint
        if how == "timeout":
            with pytest.raises(TimeoutError) as raised:
                await asyncio.wait_for(propexo.credits.create(**CREDIT), 0.01)
            assert fingerprint in notes(raised.value.__cause__ or raised.value)
        elif how == "scope":
            with anyio.move_on_after(0.01) as scope:
                await propexo.credits.create(**CREDIT)
            assert scope.cancelled_caught
        else:
            task = asyncio.create_task(call(propexo))
            await anyio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    assert len(received) == 1
    assert fingerprint in caplog.text
    assert "outcome is unknown" in caplog.text


async def call(propexo: AsyncPropexo) -> Any:
    return await propexo.credits.create(**CREDIT)


@pytest.mark.anyio
async def test_many_tasks_share_one_client() -> None:
    async def accept(request: httpx.Request) -> httpx.Response:
        await anyio.sleep(0)
        return httpx.Response(200, json={"job_id": request.headers["content-length"]})

    async with AsyncPropexo(
        TOKEN, environment=Environment.SANDBOX, transport=httpx.MockTransport(accept)
    ) as propexo:
        found = await asyncio.gather(
            *(
                propexo.credits.create(**(CREDIT | {"description": "x" * length}))
                for length in range(1, 51)
            )
        )
    assert len({accepted.job_id for accepted in found}) == 50
