"""What only real sockets can show: connections that never come about, go stale, or are given up."""

import asyncio
import socket
import threading
import time
from typing import Any

import pytest

from contract_tests.safety.worlds import CREDIT, EVERY_CLIENT, IMPATIENT, on_loopback, world
from propexo_client import AcceptedWrite, AsyncPropexo, NotSent, OutcomeUnknown
from propexo_client.testing import FakePropexo, Fault


def wait_for_posts(fake: FakePropexo, posts: int) -> None:
    deadline = time.monotonic() + 10
    while fake.posts < posts:
        assert time.monotonic() < deadline, "the request did not arrive"
        time.sleep(0.002)


@EVERY_CLIENT
def test_a_refused_connection_posts_nothing_and_the_next_one_posts_once(is_async: bool) -> None:
    fake = FakePropexo()
    with fake.serve() as server, world(fake, is_async=is_async, url=server.url) as caller:
        with server.refusing():
            assert isinstance(caller.call("create", **CREDIT), NotSent)
        assert (fake.posts, fake.booked) == (0, 0)
        assert isinstance(caller.call("create", **CREDIT), AcceptedWrite)
        assert (fake.posts, fake.booked) == (1, 1)


@EVERY_CLIENT
def test_a_connection_that_was_closed_while_idle_is_replaced(is_async: bool) -> None:
    fake = FakePropexo()
    with fake.serve() as server, world(fake, is_async=is_async, url=server.url) as caller:
        assert isinstance(caller.call("create", **CREDIT), AcceptedWrite)
        with server.refusing():
            pass
        assert isinstance(caller.call("create", **CREDIT), AcceptedWrite)
    assert (fake.posts, fake.booked) == (2, 2)


@EVERY_CLIENT
def test_a_failed_tls_handshake_posts_nothing(is_async: bool) -> None:
    fake = FakePropexo()
    with fake.serve() as server:
        url = server.url.replace("http:", "https:")
        with world(fake, is_async=is_async, url=url) as caller:
            assert isinstance(caller.call("create", **CREDIT), NotSent)
    assert fake.posts == 0


@EVERY_CLIENT
def test_an_unknown_host_posts_nothing(monkeypatch: pytest.MonkeyPatch, is_async: bool) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    fake = FakePropexo()
    with world(fake, is_async=is_async, url="https://api.invalid") as caller:
        assert isinstance(caller.call("create", **CREDIT), NotSent)
    assert fake.posts == 0


def test_waiting_in_vain_for_a_free_connection_posts_nothing() -> None:
    fake = FakePropexo()
    fake.fail_next(Fault.TIMEOUT_AFTER_BOOKING)
    outcomes: list[object] = []
    with on_loopback(fake, is_async=False, max_connections=1) as caller:
        holder = threading.Thread(
            target=lambda: outcomes.append(caller.call("create", timeout=30, **CREDIT))
        )
        holder.start()
        wait_for_posts(fake, 1)
        assert isinstance(caller.call("create", timeout=0.05, **CREDIT), NotSent)
        assert (fake.posts, fake.booked) == (1, 1)
        fake.clear_faults()
    holder.join()
    assert [type(outcome) for outcome in outcomes] == [OutcomeUnknown]


@EVERY_CLIENT
def test_a_body_that_trickles_for_ever_is_given_up(is_async: bool) -> None:
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"
    received: list[bytes] = []

    def trickle(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            received.append(connection.recv(65536))
            connection.sendall(answer)
            try:
                while True:
                    connection.sendall(b" ")
                    time.sleep(0.02)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=trickle, args=(listener,))
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with world(
            FakePropexo(), is_async=is_async, url=url, clock=None, timeout=IMPATIENT
        ) as caller:
            started = time.monotonic()
            assert isinstance(caller.call("create", **CREDIT), OutcomeUnknown)
            assert time.monotonic() - started < 20 * IMPATIENT
        thread.join()
    assert len(received) == 1


@pytest.mark.anyio
async def test_a_cancelled_task_is_told_that_the_outcome_is_unknown() -> None:
    fake = FakePropexo()
    fake.fail_next(Fault.TIMEOUT_AFTER_BOOKING)
    with fake.serve() as server:
        async with AsyncPropexo(fake.token, environment=server.url) as propexo:
            task = asyncio.create_task(propexo.credits.create(**CREDIT))
            await asyncio.to_thread(wait_for_posts, fake, 1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
    assert "unknown" in " ".join(caught.value.__notes__)
    assert (fake.posts, fake.booked) == (1, 1)


def test_many_threads_post_each_credit_once() -> None:
    fake = FakePropexo()
    with on_loopback(fake, is_async=False) as caller:
        threads = [
            threading.Thread(target=lambda: [caller.call("create", **CREDIT) for _ in range(5)])
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (fake.posts, fake.booked) == (40, 40)
