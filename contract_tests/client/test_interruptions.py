"""Cancelled and interrupted: the caller's exception goes on its way and says what is at stake."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import httpx
import pytest

from contract_tests.client.support import ACCEPTED, CREDIT, PENDING, TOKEN, client
from propexo_client import (
    AsyncPropexo,
    ClientClosed,
    Environment,
    OutcomeUnknown,
    PropexoError,
    WriteFailed,
)
from propexo_client.testing import FakeClock


class SoftTimeLimitExceeded(Exception):
    """What a task queue raises in the middle of anything: an ordinary exception."""


INTERRUPTIONS = pytest.mark.parametrize(
    "kind",
    [KeyboardInterrupt, SystemExit, asyncio.CancelledError, SoftTimeLimitExceeded, MemoryError],
)


def notes(error: BaseException) -> str:
    return " ".join(getattr(error, "__notes__", []))


@INTERRUPTIONS
def test_an_interrupted_post_leaves_a_note_and_a_line_in_the_log(
    kind: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    interruption = kind()
    propexo, server, _ = client(interruption)
    fingerprint = propexo.credits.prepare(**CREDIT).fingerprint
    with pytest.raises(kind) as raised:
        propexo.credits.create(**CREDIT)
    assert raised.value is interruption
    assert "outcome is unknown" in notes(interruption)
    assert fingerprint in notes(interruption)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert fingerprint in caplog.text
    assert server.posts == 1


@contextmanager
def failing_log() -> Iterator[None]:
    """Let every line of ours raise."""

    def refuse(record: logging.LogRecord) -> bool:
        raise ValueError(f"cannot log {record.name}")

    loggers = [
        logging.getLogger(name)
        for name in list(logging.Logger.manager.loggerDict)
        if name.startswith("propexo_client")
    ]
    for logger in loggers:
        logger.addFilter(refuse)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(refuse)


def test_a_log_that_fails_loses_no_job_id(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="propexo_client")
    propexo, _, _ = client(ACCEPTED)
    with failing_log(), pytest.raises(ValueError, match="cannot log") as raised:
        propexo.credits.create(**CREDIT)
    assert "wait('job_1')" in notes(raised.value)
    assert propexo.credits.prepare(**CREDIT).fingerprint in notes(raised.value)


def test_a_log_that_fails_does_not_hide_what_interrupts() -> None:
    propexo, _, _ = client(SoftTimeLimitExceeded())
    with failing_log(), pytest.raises(SoftTimeLimitExceeded) as raised:
        propexo.credits.create(**CREDIT)
    assert "outcome is unknown" in notes(raised.value)


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


@INTERRUPTIONS
@pytest.mark.parametrize("call", ["create_and_wait", "wait"])
def test_interrupted_waiting_hands_over_the_job_id(
    call: str, kind: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    interruption = kind()
    if call == "wait":
        propexo, _, _ = client(PENDING, interruption)
        arguments: Any = {"job_id": "job_1"}
    else:
        propexo, _, _ = client(ACCEPTED, PENDING, interruption)
        arguments = CREDIT
    with pytest.raises(kind):
        getattr(propexo.credits, call)(**arguments)
    assert "wait('job_1')" in notes(interruption)
    assert "outcome is unknown" not in notes(interruption)
    assert "job_1" in caplog.text
    fingerprint = propexo.credits.prepare(**CREDIT).fingerprint
    assert (fingerprint in notes(interruption)) is (call == "create_and_wait")


@INTERRUPTIONS
def test_an_interruption_between_two_looks_hands_over_the_job_id(
    kind: type[BaseException],
) -> None:
    class Interrupted(FakeClock):
        def sleep(self, seconds: float) -> None:
            raise interruption.with_traceback(None) if seconds else AssertionError

    interruption = kind()
    propexo, _, _ = client(ACCEPTED, PENDING)
    propexo._transport.clock = Interrupted()
    with pytest.raises(kind):
        propexo.credits.create_and_wait(**CREDIT)
    assert "wait('job_1')" in notes(interruption)


def test_a_client_closed_while_waiting_hands_over_the_job_id() -> None:
    def close(_: httpx.Request) -> httpx.Response:
        propexo.close()
        return httpx.Response(200, json=PENDING)

    propexo, _, _ = client(ACCEPTED, close)
    with pytest.raises(ClientClosed) as raised:
        propexo.credits.create_and_wait(**CREDIT)
    assert "wait('job_1')" in notes(raised.value)


def test_a_client_closed_before_a_second_try_says_that_nothing_was_posted() -> None:
    def close(_: httpx.Request) -> httpx.Response:
        propexo.close()
        raise httpx.ConnectError("refused")

    propexo, server, _ = client(close)
    with pytest.raises(ClientClosed) as raised:
        propexo.credits.create(**CREDIT)
    assert notes(raised.value) == ""
    assert server.posts == 1


@pytest.mark.parametrize(
    ("responses", "kind"),
    [
        ([httpx.Response(502)], OutcomeUnknown),
        ([ACCEPTED, {"write_status": "FAILURE"}], WriteFailed),
    ],
)
def test_an_error_of_ours_is_no_interruption(
    responses: list[Any], kind: type[PropexoError], caplog: pytest.LogCaptureFixture
) -> None:
    propexo, _, _ = client(*responses)
    with pytest.raises(kind) as raised:
        propexo.credits.create_and_wait(**CREDIT)
    assert "call wait(" not in notes(raised.value) + caplog.text
    assert "was interrupted" not in notes(raised.value)
    assert "was interrupted" not in caplog.text


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
