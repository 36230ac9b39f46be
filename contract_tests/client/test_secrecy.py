"""The token is sent to the server, and shown to nobody."""

import copy
import logging
import pickle
import socket
import traceback
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from contract_tests.client.support import ACCEPTED, CREDIT, TOKEN, client, rejection
from contract_tests.safety.scripted import Peer, serving
from propexo_client import (
    Environment,
    InvalidArgument,
    NotSent,
    OutcomeUnknown,
    Propexo,
    Rejected,
    RequestError,
)
from propexo_client._engine.token import Secret
from propexo_client.testing import FakeClock


def frames_of(error: BaseException | None) -> Iterator[dict[str, Any]]:
    """Walk the locals of every frame below this test, through causes and contexts."""
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "contract_tests" not in frame.f_code.co_filename:
                yield frame.f_locals
        error = error.__cause__ or error.__context__


def assert_hidden(error: BaseException) -> None:
    shown = [str(error), repr(error), *traceback.format_exception(error)]
    shown += [repr(value) for local in frames_of(error) for value in local.values()]
    shown += [repr(vars(error)), repr(vars(error.__cause__) if error.__cause__ else "")]
    assert not [text for text in shown if TOKEN in text]


def test_the_token_goes_to_the_server() -> None:
    propexo, server, _ = client(ACCEPTED)
    propexo.credits.create(**CREDIT)
    assert server.received[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert server.received[0].headers["User-Agent"].startswith("propexo-client/")


def test_nothing_that_is_printed_shows_the_token() -> None:
    propexo, _, _ = client(ACCEPTED)
    for thing in (propexo, propexo.credits, propexo._transport, propexo._secret, propexo._session):
        assert TOKEN not in repr(thing)
        assert TOKEN not in str(thing)
        assert not [
            name for name, value in getattr(thing, "__dict__", {}).items() if TOKEN in repr(value)
        ]


def test_the_token_cannot_be_pickled_or_copied_along() -> None:
    for clone in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="token"):
            clone(Secret(TOKEN))


@pytest.mark.parametrize(
    "token",
    [f" {TOKEN}", f"{TOKEN}\n", f"{TOKEN}é", f"Bearer {TOKEN}", f'"{TOKEN}"', f"'{TOKEN}", "", 3],
)
def test_a_token_that_cannot_be_sent_is_refused_without_being_shown(token: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"^token: ") as raised:
        Propexo(token, environment=Environment.SANDBOX)
    assert_hidden(raised.value)


def test_a_wrong_environment_does_not_show_the_token() -> None:
    with pytest.raises(InvalidArgument) as raised:
        Propexo(TOKEN, environment="http://example.com")
    assert_hidden(raised.value)


def test_a_missing_token_is_told_before_any_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROPEXO_TOKEN", raising=False)
    monkeypatch.delenv("PROPEXO_API_KEY", raising=False)
    with pytest.raises(InvalidArgument, match="PROPEXO_TOKEN"):
        Propexo(environment=Environment.SANDBOX)


def test_a_token_in_quotes_is_refused_with_the_remedy() -> None:
    with pytest.raises(InvalidArgument, match="take them off"):
        Propexo(f'"{TOKEN}"', environment=Environment.SANDBOX)


@pytest.mark.parametrize(
    ("token", "api_key", "used"),
    [
        (TOKEN, None, TOKEN),
        (None, TOKEN, TOKEN),
        ("", TOKEN, TOKEN),
        (TOKEN, TOKEN, TOKEN),
        (TOKEN, f"{TOKEN}2", None),
        ("", "", None),
    ],
)
def test_the_token_is_that_of_either_variable_and_two_that_differ_are_refused(
    token: str | None, api_key: str | None, used: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("PROPEXO_TOKEN", token), ("PROPEXO_API_KEY", api_key)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    if used is None:
        with pytest.raises(InvalidArgument, match=r"^token: .*PROPEXO_TOKEN") as raised:
            Propexo(environment=Environment.SANDBOX)
        assert_hidden(raised.value)
    else:
        with Propexo(environment=Environment.SANDBOX) as propexo:
            assert propexo._secret.reveal() == used
        with Propexo("another", environment=Environment.SANDBOX) as propexo:
            assert propexo._secret.reveal() == "another"


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("refused"),
        rejection("no"),
        httpx.Response(502),
    ],
)
def test_no_error_shows_the_token(fault: Any) -> None:
    propexo, _, _ = client(fault)
    with pytest.raises((OutcomeUnknown, NotSent, Rejected)) as raised:
        propexo.credits.create(**CREDIT)
    assert_hidden(raised.value)
    assert TOKEN.encode() not in pickle.dumps(raised.value)
    cause = raised.value.__cause__
    if isinstance(cause, httpx.RequestError):
        assert "authorization" not in cause.request.headers


def test_a_real_connection_that_breaks_does_not_show_the_token() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        port = server.getsockname()[1]
        propexo = Propexo(TOKEN, environment=f"http://127.0.0.1:{port}", timeout=0.2)
        with propexo, pytest.raises(OutcomeUnknown) as raised:
            propexo.credits.create(**CREDIT)
    assert_hidden(raised.value)
    propexo = Propexo(TOKEN, environment=f"http://127.0.0.1:{port}", clock=FakeClock())
    with propexo, pytest.raises(NotSent) as refused:
        propexo.credits.create(**CREDIT)
    assert_hidden(refused.value)


def test_an_interrupted_request_does_not_show_the_token() -> None:
    def interrupt(request: httpx.Request) -> httpx.Response:
        header = request.headers["Authorization"]
        raise KeyboardInterrupt(len(header))

    propexo, _, _ = client(interrupt)
    with pytest.raises(KeyboardInterrupt) as raised:
        propexo.credits.create(**CREDIT)
    assert_hidden(raised.value)
    frames = [frame for frame, _ in traceback.walk_tb(raised.value.__traceback__)]
    assert "interrupt" not in [frame.f_code.co_name for frame in frames]


def test_a_response_that_echoes_the_token_is_blanked() -> None:
    propexo, _, _ = client(lambda r: rejection(r.headers["Authorization"]))
    with pytest.raises(Rejected) as raised:
        propexo.credits.create(**CREDIT)
    assert raised.value.message == "Bearer [token removed]"
    assert raised.value.response is not None
    assert TOKEN not in raised.value.response.text


@pytest.mark.parametrize(
    ("token", "shown"), [("!2345~7", "Bearer !2345~7"), ("!23456~8", "Bearer [token removed]")]
)
def test_a_token_of_eight_letters_or_more_is_blanked(token: str, shown: str) -> None:
    """A shorter one may be part of any word, so that blanking it would only spoil the text."""

    def echo(request: httpx.Request) -> httpx.Response:
        return rejection(request.headers["Authorization"])

    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError(request.headers["Authorization"])

    for handler in (echo, fail):
        transport = httpx.MockTransport(handler)
        with (
            Propexo(token, environment=Environment.SANDBOX, transport=transport) as propexo,
            pytest.raises(RequestError) as raised,
        ):
            propexo.credits.create(**CREDIT)
        if isinstance(raised.value, Rejected):
            assert raised.value.message == shown
        else:
            assert (token in str(raised.value)) is (token in shown)


QUOTING = [
    b"HTTP/1.1 200 OK\r\nAuthorization: Bearer %s\x00\r\n\r\n",
    b"Authorization: Bearer %s\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nBearer %s\r\n",
    b"HTTP/1.1 200 Bearer %s\r\ncontent-length: x\r\n\r\n",
    b"HTTP/1.1 Bearer %s\r\n\r\n",
]


@pytest.mark.parametrize("malformed", QUOTING)
def test_a_malformed_response_that_quotes_the_token_does_not_show_it(
    malformed: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="propexo_client")
    said = malformed % TOKEN.encode()

    def quote(peer: Peer) -> None:
        peer.request()
        peer.send(said)

    with (
        serving(quote) as server,
        Propexo(TOKEN, environment=server.url) as propexo,
        pytest.raises(OutcomeUnknown) as raised,
    ):
        propexo.credits.create(**CREDIT)
    assert_hidden(raised.value)
    assert TOKEN.encode() not in pickle.dumps(raised.value)
    assert TOKEN not in caplog.text


def test_the_log_does_not_show_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    propexo, _, _ = client(ACCEPTED, {"write_status": "SUCCESS"}, httpx.ReadTimeout("slow"))
    propexo.credits.create_and_wait(**CREDIT)
    with pytest.raises(OutcomeUnknown):
        propexo.credits.create(**CREDIT)
    assert caplog.records
    assert TOKEN not in caplog.text
