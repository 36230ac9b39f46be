"""Every request has a connection of its own, so no response can be taken for another's."""

import asyncio
import multiprocessing
import queue
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import pytest

from contract_tests.client.support import CREDIT
from contract_tests.safety.scripted import Peer, Scripted, accepted, http, serving, trusting
from contract_tests.safety.worlds import EVERY_CLIENT, World, real
from propexo_client import AcceptedWrite, AsyncPropexo, OutcomeUnknown, Propexo
from propexo_client._engine.flow import Connect, Event, Flow, NotDelivered, Send, Sleep
from propexo_client.messages import Response

EMPTY_PAGE = {"meta": {"orderBy": [], "hasMore": False}, "results": []}
ERROR = {"error": {"code": "no", "message": "no"}}
OTHER = {"meta": {"job_id": "job_OTHER"}}
FULL = http(429, ERROR, "retry-after: 0", "x-ratelimit-limit: 150", "x-ratelimit-remaining: 0")


def secure(server: Scripted, *, is_async: bool) -> AbstractContextManager[World]:
    """Reach a server that may be encrypted."""
    options = {"verify": trusting()} if server.url.startswith("https") else {}
    return real(server.url, is_async=is_async, **options)


def obliging(peer: Peer) -> None:
    """Accept every write, list nothing, and keep the connection open as long as the client does."""
    while True:
        request = peer.request()
        peer.send(accepted(request) if request.startswith(b"POST") else http(200, EMPTY_PAGE))


@EVERY_CLIENT
def test_each_request_opens_a_connection_and_closes_it(is_async: bool) -> None:
    ends: queue.Queue[bytes] = queue.Queue()

    def note_the_end(peer: Peer) -> None:
        peer.send(accepted(peer.request()))
        ends.put(peer.socket.recv(1))

    with serving(note_the_end) as server, real(server.url, is_async=is_async) as world:
        for _ in range(3):
            assert isinstance(world.call("create", **CREDIT), AcceptedWrite)
    assert (server.connections, len(server.posts)) == (3, 3)
    assert [ends.get(timeout=10) for _ in range(3)] == [b"", b"", b""]


@EVERY_CLIENT
@pytest.mark.parametrize(
    "trailing",
    [FULL, http(400, ERROR), http(404, ERROR), http(200, OTHER), b"garbage\r\n\r\n", b"\r\n"],
)
def test_bytes_that_trail_a_response_never_reach_the_next(trailing: bytes, is_async: bool) -> None:
    def trail(peer: Peer) -> None:
        while True:
            request = peer.request()
            if request.startswith(b"POST"):
                peer.send(accepted(request) + trailing)
            else:
                peer.send(http(200, EMPTY_PAGE) + trailing)

    with serving(trail) as server, real(server.url, is_async=is_async) as world:
        assert world.call("create", **CREDIT).job_id == "job_of_lease_1"
        world.call("find_matching", request=world.client.credits.prepare(**CREDIT))
        assert world.call("create", **CREDIT | {"lease_id": "lease_2"}).job_id == "job_of_lease_2"
    assert len(server.posts) == 2


@EVERY_CLIENT
@pytest.mark.parametrize("refusal", [FULL, http(400, ERROR), http(401, ERROR)])
def test_a_refusal_that_more_bytes_follow_is_not_believed(refusal: bytes, is_async: bool) -> None:
    """Whoever sends two responses may have taken another request's for ours."""

    def refuse_and_accept(peer: Peer) -> None:
        request = peer.request()
        peer.send(refusal + accepted(request))

    with serving(refuse_and_accept) as server, real(server.url, is_async=is_async) as world:
        assert isinstance(world.call("create", **CREDIT), OutcomeUnknown)
    assert len(server.posts) == 1


@EVERY_CLIENT
@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("early", [FULL, http(400, ERROR), http(200, OTHER), b""])
def test_a_server_that_speaks_or_hangs_up_first_is_sent_nothing(
    early: bytes, tls: bool, is_async: bool
) -> None:
    spoken = threading.Event()

    def speak(peer: Peer) -> None:
        if early:
            peer.send(early)
            spoken.set()
            peer.request()

    def post_when_it_has() -> Flow[Event]:
        connection = yield Connect(5)
        while not spoken.is_set() and not server.closed:
            yield Sleep(0.01)
        yield Sleep(0.05)
        event: Event = yield Send(connection, world.client.credits.prepare(**CREDIT), 5)
        return event

    with serving(speak, tls=tls) as server, secure(server, is_async=is_async) as world:
        assert isinstance(world.run(post_when_it_has()), NotDelivered)
    assert server.posts == []


@EVERY_CLIENT
@pytest.mark.parametrize("tls", [False, True])
def test_a_silent_server_is_sent_the_request_after_a_while(tls: bool, is_async: bool) -> None:
    def post_after_a_while() -> Flow[Event]:
        connection = yield Connect(5)
        yield Sleep(0.05)
        event: Event = yield Send(connection, world.client.credits.prepare(**CREDIT), 5)
        return event

    with serving(obliging, tls=tls) as server, secure(server, is_async=is_async) as world:
        assert isinstance(world.run(post_after_a_while()), Response)
    assert len(server.posts) == 1


@EVERY_CLIENT
def test_requests_of_every_kind_pass_through_tls(is_async: bool) -> None:
    with serving(obliging, tls=True) as server, secure(server, is_async=is_async) as world:
        request = world.call("create", **CREDIT).request
        assert world.call("find_matching", request=request) == ()
    assert server.connections == len(server.requests) > 1


def test_a_client_may_be_used_in_one_loop_after_another() -> None:
    async def post() -> Any:
        return await client.credits.create(**CREDIT)

    with serving(obliging) as server:
        client = AsyncPropexo("not-a-token", environment=server.url)
        outcomes = [asyncio.run(post()) for _ in range(4)]
    assert all(isinstance(outcome, AcceptedWrite) for outcome in outcomes)
    assert len(server.posts) == 4


def test_a_client_may_be_used_in_several_loops_at_once() -> None:
    outcomes: list[Any] = []

    async def post() -> None:
        made = (client.credits.create(**CREDIT) for _ in range(5))
        outcomes.extend(await asyncio.gather(*made))

    with serving(obliging) as server:
        client = AsyncPropexo("not-a-token", environment=server.url, max_connections=2)
        threads = [threading.Thread(target=lambda: asyncio.run(post())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [type(outcome) for outcome in outcomes] == [AcceptedWrite] * 20
    assert len(server.posts) == 20


class Forked:
    """A client that was used before the fork, and posts in a child."""

    client: Propexo

    @classmethod
    def post(cls, number: int) -> tuple[str, str]:
        lease = f"lease_{number}"
        fields: dict[str, Any] = CREDIT | {"lease_id": lease}
        try:
            return lease, cls.client.credits.create(**fields).job_id
        except OutcomeUnknown as unknown:
            return lease, str(unknown)


@pytest.mark.parametrize("tls", [False, True])
def test_children_of_a_fork_get_the_responses_to_their_own_posts(tls: bool) -> None:
    verify = trusting() if tls else None
    with (
        serving(obliging, tls=tls) as server,
        Propexo("not-a-token", environment=server.url, verify=verify) as Forked.client,
    ):
        list(Forked.client.charges.list())
        Forked.post(0)
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(4, mp_context=context) as pool:
            outcomes = list(pool.map(Forked.post, range(1, 33)))
    assert outcomes == [(f"lease_{n}", f"job_of_lease_{n}") for n in range(1, 33)]
    assert sorted(post["lease_id"] for post in server.posts) == sorted(
        f"lease_{n}" for n in range(33)
    )


def test_a_child_that_is_forked_while_the_client_is_in_use_can_use_it() -> None:
    context = multiprocessing.get_context("fork")
    done = threading.Event()

    def keep_posting() -> None:
        while not done.is_set():
            Forked.post(0)

    with (
        serving(obliging) as server,
        Propexo("not-a-token", environment=server.url, max_connections=2) as Forked.client,
    ):
        threads = [threading.Thread(target=keep_posting) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(12):
                child = context.Process(target=Forked.post, args=(1,))
                child.start()
                child.join(10)
                assert child.exitcode == 0
        finally:
            done.set()
            for thread in threads:
                thread.join()
