"""What only real sockets can show: connections that are never made, go stale, or are given up."""

import asyncio
import socket
import threading
import time
from typing import Any

import pytest

from contract_tests.client.support import CREDIT
from contract_tests.safety.worlds import EVERY_CLIENT, on_loopback, world
from propexo_client import AcceptedWrite, AsyncPropexo, NotSent
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
