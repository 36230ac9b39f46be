"""Whatever is called and whatever comes back, the token shows in no text this client makes."""

import logging
import os
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import httpx
import pytest

from contract_tests.client.support import CREDIT, TOKEN
from contract_tests.client.test_usage import OPERATIONS, call
from contract_tests.loopback import Response, serving
from propexo_client import AsyncPropexo, Environment, Propexo, PropexoError
from propexo_client.testing import FakeClock
from scripts.document.operations import Operation

Handler = Callable[[httpx.Request], httpx.Response]


def raising(error: Exception) -> Handler:
    def handler(request: httpx.Request) -> httpx.Response:
        if isinstance(error, httpx.RequestError):
            error.request = request
        raise error from ValueError(request.headers["authorization"])

    return handler


def echoing(status: int) -> Handler:
    """Respond with the token wherever a response has room for it."""

    def handler(request: httpx.Request) -> httpx.Response:
        token = request.headers["authorization"]
        body = {
            "error": {"code": token, "message": token, "details": {"issues": [{"path": token}]}},
            "meta": {"job_id": token, "orderBy": []},
            "results": [{"id": token, "description": token}],
            "write_status": token,
            "errors": [token],
            "created_record_id": token,
        }
        headers = {"x-request-id": token, "server": token, "location": f"https://x/{token}"}
        return httpx.Response(status, json=body, headers=headers)

    return handler


RESPONSES: dict[str, Handler] = {
    **{f"{status} echo": echoing(status) for status in (200, 302, 400, 401, 404, 429, 500)},
    "not JSON": lambda request: httpx.Response(200, text=f"<p>{request.headers}"),
    "read timeout": raising(httpx.ReadTimeout("slow")),
    "refused": raising(httpx.ConnectError("refused")),
    "a bug": raising(RuntimeError("bug")),
}


def texts_of(error: BaseException) -> Iterator[str]:
    """Write an error in every way that a log, a debugger or an error tracker does."""
    yield from (str(error), repr(error), repr(vars(error)), repr(pickle.dumps(error)))
    yield from traceback.format_exception(error)
    shown: BaseException | None = error
    while shown is not None:
        yield repr(vars(shown))
        for frame, _ in traceback.walk_tb(shown.__traceback__):
            if "contract_tests" not in frame.f_code.co_filename:
                yield from (repr(value) for value in frame.f_locals.values())
        shown = shown.__cause__ or shown.__context__


def texts_in(outcome: object) -> Iterator[str]:
    """Write a result in every way."""
    yield from (str(outcome), repr(outcome), repr(pickle.dumps(outcome)))
    for part in outcome if isinstance(outcome, list) else [outcome]:
        names = getattr(part, "__slots__", None) or getattr(part, "__dict__", {})
        yield from (repr(getattr(part, name, "")) for name in names)


def outcome_of(call: Callable[[], object]) -> list[str]:
    try:
        return list(texts_in(call()))
    except (PropexoError, RuntimeError) as error:
        return list(texts_of(error))


def leaks(texts: list[str]) -> list[str]:
    return [text[:300] for text in texts if TOKEN in text]


@pytest.fixture(autouse=True)
def nothing_printed_logged_or_written(
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    yield
    printed = capfd.readouterr()
    assert leaks([caplog.text, printed.out, printed.err]) == []
    assert leaks([repr(vars(record)) for record in caplog.records]) == []
    assert os.listdir() == []  # noqa: PTH208 (whatever was written, wherever one runs)


@pytest.mark.parametrize("response", RESPONSES)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_no_call_shows_the_token(operation: Operation, response: str) -> None:
    propexo = Propexo(
        TOKEN,
        environment=Environment.SANDBOX,
        transport=httpx.MockTransport(RESPONSES[response]),
        clock=FakeClock(),
    )
    texts = outcome_of(lambda: call(propexo, operation, full=True))
    assert texts
    assert leaks(texts) == []


@pytest.mark.parametrize("response", RESPONSES)
def test_the_asynchronous_client_does_not_show_it_either(response: str) -> None:
    async def post() -> list[str]:
        transport = httpx.MockTransport(RESPONSES[response])
        async with AsyncPropexo(
            TOKEN, environment=Environment.SANDBOX, transport=transport, clock=FakeClock()
        ) as propexo:
            try:
                return list(texts_in(await propexo.credits.create(**CREDIT)))
            except (PropexoError, RuntimeError) as error:
                return list(texts_of(error))

    assert leaks(anyio.run(post)) == []


def test_a_real_connection_logs_no_token_at_any_level(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with serving({}) as url, Propexo(TOKEN, environment=url) as propexo:
        texts = outcome_of(lambda: propexo.charges.get("charge_1"))
    assert leaks(texts) == []
    assert any("GET /v1/resident-charges/charge_1: 404" in line for line in caplog.messages)


def test_the_sweep_would_notice(caplog: pytest.LogCaptureFixture) -> None:
    assert leaks(list(texts_of(ValueError(TOKEN))))
    assert leaks(list(texts_in({"token": TOKEN})))
    with serving({"/": Response(b"")}) as url:
        httpx.get(url, params={"token": TOKEN})
    assert leaks([caplog.text])
    caplog.clear()
