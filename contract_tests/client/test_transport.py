"""On real sockets: what counts as never sent, what may have arrived, and sharing a client."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from contract_tests.client.support import ACCEPTED, CREDIT, TOKEN, client
from propexo_client import AsyncPropexo, NotSent, OutcomeUnknown, Propexo, RequestError
from propexo_client.testing import FakeClock

pytestmark = pytest.mark.anyio


@contextlib.contextmanager
def server(response: bytes | None) -> Iterator[tuple[int, list[bytes]]]:
    """Listen on loopback; take one message a connection, respond unless None, and hang up."""
    received: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                received.append(connection.recv(65_536))
                if response is not None:
                    connection.sendall(response)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], received
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


async def post_both_ways(url: str) -> list[RequestError]:
    """Post one credit with each client and return how each failed."""
    failures: list[RequestError] = []
    with Propexo(TOKEN, environment=url, timeout=2, clock=FakeClock()) as propexo:
        with pytest.raises(RequestError) as raised:
            propexo.credits.create(**CREDIT)
        failures.append(raised.value)
    async with AsyncPropexo(TOKEN, environment=url, timeout=2, clock=FakeClock()) as twin:
        with pytest.raises(RequestError) as raised:
            await twin.credits.create(**CREDIT)
        failures.append(raised.value)
    return failures


async def test_a_refused_connection_is_not_sent() -> None:
    with server(None) as (port, _):
        pass
    kinds = [type(failure) for failure in await post_both_ways(f"http://127.0.0.1:{port}")]
    assert kinds == [NotSent, NotSent]


async def test_a_failed_tls_handshake_is_not_sent() -> None:
    with server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as (port, received):
        failures = await post_both_ways(f"https://127.0.0.1:{port}")
    assert [type(failure) for failure in failures] == [NotSent, NotSent]
    assert not any(b"POST" in message for message in received)


@pytest.mark.parametrize(
    "response",
    [
        None,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        b"SMTP ready\r\n\r\n",
    ],
)
async def test_a_broken_response_is_unknown_and_posted_once(response: bytes | None) -> None:
    with server(response) as (port, received):
        failures = await post_both_ways(f"http://127.0.0.1:{port}")
    assert [type(failure) for failure in failures] == [OutcomeUnknown, OutcomeUnknown]
    assert [message.partition(b" ")[0] for message in received] == [b"POST", b"POST"]


async def test_threads_share_one_client() -> None:
    propexo, transport, _ = client(
        lambda request: httpx.Response(200, json={"job_id": request.headers["content-length"]})
    )

    def post(length: int) -> str:
        return propexo.credits.create(**(CREDIT | {"description": "x" * length})).job_id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(post, range(1, 201)))) == 200
    assert transport.posts == 200


async def test_cookies_are_neither_kept_nor_sent() -> None:
    propexo, transport, _ = client(
        httpx.Response(200, json=ACCEPTED, headers={"set-cookie": "session=1"})
    )
    for _ in range(2):
        propexo.credits.create(**CREDIT)
    assert "cookie" not in transport.received[1].headers


async def test_every_phase_of_a_transport_has_a_timeout() -> None:
    propexo, transport, _ = client(ACCEPTED)
    propexo.credits.create(**CREDIT, timeout=7)
    limits = {"connect": 7, "pool": 7, "read": 7, "write": 7}
    assert transport.received[0].extensions["timeout"] == limits
