"""A call takes no longer than it was given, whatever a server does with the time."""

import functools
import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.client.support import CREDIT
from contract_tests.safety.scripted import Peer, accepted, http, serving
from contract_tests.safety.worlds import EVERY_CLIENT, IMPATIENT, World, in_process, real
from propexo_client import NotFound, NotSent, OutcomeUnknown, ReadFailed, StillPending
from propexo_client._engine.arrival import LARGEST_BODY
from propexo_client._engine.exchange import Session
from propexo_client._engine.flow import Connect, NotDelivered
from propexo_client.credits import CreditFlows
from propexo_client.testing import FakeClock, FakePropexo, MemoryJournal

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
SLACK = 1.0
"""Seconds that a machine under load may take to notice."""


def drip_headers(peer: Peer) -> None:
    peer.send(b"HTTP/1.1 200 OK\r\nx-endless: ")
    peer.drip(b"a")


def drip_informational_responses(peer: Peer) -> None:
    peer.drip(b"HTTP/1.1 100 Continue\r\n\r\n")


def drip_a_body(peer: Peer) -> None:
    peer.send(HEAD + b"content-length: 100000\r\n\r\n")
    peer.drip(b" ")


def drip_a_body_that_decodes_to_nothing(peer: Peer) -> None:
    """The name of the file in a gzip header has no end."""
    peer.send(HEAD + b"content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n")
    peer.send(b"a\r\n\x1f\x8b\x08\x08\0\0\0\0\0\0\r\n")
    peer.drip(b"1\r\na\r\n")


def drip_chunk_extensions(peer: Peer) -> None:
    peer.send(HEAD + b"transfer-encoding: chunked\r\n\r\n1;")
    peer.drip(b"a")


def say_nothing(peer: Peer) -> None:
    peer.socket.recv(1)


SLOW = [
    drip_headers,
    drip_informational_responses,
    drip_a_body,
    drip_a_body_that_decodes_to_nothing,
    drip_chunk_extensions,
    say_nothing,
]
EVERY_SLOWNESS = pytest.mark.parametrize("slowly", SLOW, ids=lambda slowly: slowly.__name__)


def after_request(slowly: Callable[[Peer], None]) -> Callable[[Peer], None]:
    def script(peer: Peer) -> None:
        peer.request()
        slowly(peer)

    return script


def timed(world: World, name: str, *args: Any, **kwargs: Any) -> tuple[Any, float]:
    started = time.monotonic()
    outcome = world.call(name, *args, **kwargs)
    return outcome, time.monotonic() - started


@EVERY_CLIENT
@EVERY_SLOWNESS
def test_a_post_ends_at_its_timeout(slowly: Any, is_async: bool) -> None:
    with serving(after_request(slowly)) as server, real(server.url, is_async=is_async) as world:
        outcome, seconds = timed(world, "create", timeout=IMPATIENT, **CREDIT)
    assert isinstance(outcome, OutcomeUnknown)
    assert IMPATIENT * 0.9 <= seconds <= IMPATIENT + SLACK
    assert len(server.posts) == 1


@EVERY_CLIENT
@EVERY_SLOWNESS
def test_waiting_and_reading_end_at_their_timeout(slowly: Any, is_async: bool) -> None:
    with serving(after_request(slowly)) as server, real(server.url, is_async=is_async) as world:
        request = world.client.credits.prepare(**CREDIT)
        for name, arguments, kind in (
            ("wait", {"job_id": "job_1"}, StillPending),
            ("read_back", {"created_record_id": "x", "request": request}, ReadFailed),
        ):
            outcome, seconds = timed(world, name, timeout=IMPATIENT, **arguments)
            assert isinstance(outcome, kind)
            assert seconds <= IMPATIENT + SLACK
        outcome, seconds = timed(world, "get", "x", timeout=IMPATIENT, resource="charges")
    assert isinstance(outcome, ReadFailed)
    assert seconds <= IMPATIENT + SLACK


@EVERY_CLIENT
@pytest.mark.parametrize("slowly", [drip_headers, drip_a_body_that_decodes_to_nothing])
def test_each_page_of_a_list_ends_at_the_timeout_of_the_client(slowly: Any, is_async: bool) -> None:
    with (
        serving(after_request(slowly)) as server,
        real(server.url, is_async=is_async, timeout=IMPATIENT) as world,
    ):
        request = world.client.credits.prepare(**CREDIT)
        outcome, seconds = timed(world, "find_matching", request=request)
    assert isinstance(outcome, ReadFailed)
    assert seconds <= IMPATIENT + SLACK


@EVERY_CLIENT
def test_a_look_of_no_time_is_bounded_by_the_timeout_of_the_client(is_async: bool) -> None:
    with (
        serving(after_request(drip_headers)) as server,
        real(server.url, is_async=is_async, timeout=IMPATIENT) as world,
    ):
        outcome, seconds = timed(world, "wait", "job_1", timeout=0)
    assert isinstance(outcome, StillPending)
    assert seconds <= IMPATIENT + SLACK
    assert len(server.requests) == 1


@EVERY_CLIENT
def test_reading_back_what_is_not_there_ends_at_its_timeout(is_async: bool) -> None:
    def missing(peer: Peer) -> None:
        peer.request()
        peer.send(http(404))

    with serving(missing) as server, real(server.url, is_async=is_async) as world:
        request = world.client.credits.prepare(**CREDIT)
        arguments = {"created_record_id": "x", "request": request}
        outcome, seconds = timed(world, "read_back", timeout=IMPATIENT, **arguments)
        assert outcome.state == "not_found"
        assert seconds <= IMPATIENT + SLACK
        assert isinstance(world.call("get", "x", resource="charges"), NotFound)


@EVERY_CLIENT
def test_waiting_in_vain_for_a_free_connection_is_not_sent(is_async: bool) -> None:
    def second_while_first_hangs(peer: Peer) -> None:
        peer.request()
        peer.socket.recv(1)

    with (
        serving(second_while_first_hangs) as server,
        real(server.url, is_async=is_async, max_connections=1) as world,
        world.holding_a_connection(),
    ):
        outcome, seconds = timed(world, "create", timeout=IMPATIENT, **CREDIT)
    assert isinstance(outcome, NotSent)
    assert "in use" in outcome.reason
    assert seconds <= IMPATIENT + SLACK
    assert server.posts == []


@functools.cache
def bomb() -> bytes:
    """A body of a few kB that is 128 MB large."""
    squeeze = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join([squeeze.compress(bytes(2**20)) for _ in range(128)]) + squeeze.flush()


@EVERY_CLIENT
def test_a_bomb_is_given_up_in_little_memory(is_async: bool) -> None:
    body = bomb()
    assert len(body) < 2**20

    def explode(peer: Peer) -> None:
        peer.request()
        peer.send(http(200, body, "content-encoding: gzip"))
        peer.socket.recv(1)

    with serving(explode) as server, real(server.url, is_async=is_async) as world:
        tracemalloc.start()
        try:
            unknown = world.call("create", **CREDIT)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        failed = world.call("get", "x", resource="charges")
    assert isinstance(unknown, OutcomeUnknown)
    assert "larger than" in unknown.reason
    assert unknown.status == 200
    assert peak < 3 * LARGEST_BODY
    assert isinstance(failed, ReadFailed)
    assert len(server.posts) == 1


@EVERY_CLIENT
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_without_end_is_given_up(chunked: bool, is_async: bool) -> None:
    piece = bytes(2**16)

    def flood(peer: Peer) -> None:
        peer.request()
        peer.send(HEAD + (b"transfer-encoding: chunked\r\n\r\n" if chunked else b"\r\n"))
        while True:
            peer.send(b"10000\r\n" + piece + b"\r\n" if chunked else piece)

    with serving(flood) as server, real(server.url, is_async=is_async) as world:
        outcome = world.call("create", **CREDIT)
    assert isinstance(outcome, OutcomeUnknown)
    assert "larger than" in outcome.reason


@EVERY_CLIENT
def test_a_body_just_within_the_bound_is_read(is_async: bool) -> None:
    def fill(peer: Peer) -> None:
        response = accepted(peer.request()).partition(b"\r\n\r\n")[2]
        body = gzip.compress(response + b" " * (LARGEST_BODY - len(response)))
        peer.send(http(200, body, "content-encoding: gzip"))

    with serving(fill) as server, real(server.url, is_async=is_async) as world:
        assert world.call("create", **CREDIT).job_id == "job_of_lease_1"


def test_a_connection_that_takes_all_the_time_is_sent_nothing() -> None:
    clock = FakeClock()
    session = Session(timeout=2.0, clock=clock)
    flow = session.send(CreditFlows(session).prepare(**CREDIT), session.deadline(2.0))
    assert isinstance(next(flow), Connect)
    clock.sleep(2.0)
    with pytest.raises(StopIteration) as end:
        flow.send("a connection")
    assert isinstance(end.value.value, NotDelivered)


@EVERY_CLIENT
def test_a_key_whose_claim_takes_all_the_time_is_not_sent_and_stays_free(is_async: bool) -> None:
    class Slow(MemoryJournal):
        def claim(self, *args: Any, **kwargs: Any) -> Any:
            fake.clock.sleep(2.5)
            return super().claim(*args, **kwargs)

    fake = FakePropexo()
    journal = Slow(clock=fake.clock)
    with in_process(fake, is_async=is_async, journal=journal, timeout=2) as world:
        outcome = world.call("create", idempotency_key="credit:1", **CREDIT)
    assert isinstance(outcome, NotSent)
    entry = journal.get("credit:1")
    assert entry is not None
    assert entry.sendable
    assert fake.posts == 0
