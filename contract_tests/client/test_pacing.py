"""Pacing: no request leaves in a minute that is used up, whoever asks."""

import threading

import httpx
import pytest

from contract_tests.client.support import ACCEPTED, CREDIT, client, rate_headers, response
from propexo_client import RateLimited
from propexo_client._engine.rate_limit import Pacer
from propexo_client.messages import Response
from propexo_client.testing import FakeClock


def reporting(remaining: int, limit: int = 150) -> Response:
    return Response(200, rate_headers(remaining, limit), b"")


def test_nothing_is_held_back_while_the_server_tells_nothing() -> None:
    pacer = Pacer(FakeClock().monotonic)
    for _ in range(1000):
        place = pacer.claim()
        assert place.wait == 0
        pacer.settle(place, Response(200, {}, b""))


def test_a_used_up_minute_holds_requests_back_until_it_turns() -> None:
    clock = FakeClock()
    pacer = Pacer(clock.monotonic)
    pacer.settle(pacer.claim(), reporting(2))
    assert [pacer.claim().wait, pacer.claim().wait] == [0, 0]
    assert pacer.claim().wait == 60
    clock.now += 20
    assert pacer.claim().wait == 40
    clock.now += 40
    assert pacer.claim().wait == 0


def test_requests_in_flight_count_before_their_responses_arrive() -> None:
    pacer = Pacer(FakeClock().monotonic)
    places = [pacer.claim() for _ in range(3)]
    pacer.settle(places[0], reporting(3))
    assert pacer.remaining == 1


@pytest.mark.parametrize("order", [1, -1])
def test_responses_that_overtake_each_other_do_not_open_a_new_minute(order: int) -> None:
    clock = FakeClock()
    pacer = Pacer(clock.monotonic)
    pacer.settle(pacer.claim(), reporting(3))
    places = [pacer.claim() for _ in range(3)]
    clock.now += 30
    for place, remaining in zip(places[::order], (0, 1, 2), strict=True):
        pacer.settle(place, reporting(remaining))
    assert pacer.claim().wait == 30


def test_a_new_minute_is_recognised_by_what_the_server_tells() -> None:
    pacer = Pacer(FakeClock().monotonic)
    pacer.settle(pacer.claim(), reporting(1))
    pacer.settle(pacer.claim(), reporting(149))
    assert pacer.claim().wait == 0
    assert pacer.remaining == 148


def test_other_clients_of_the_same_account_are_noticed() -> None:
    pacer = Pacer(FakeClock().monotonic)
    for remaining in (100, 40, 0):
        pacer.settle(pacer.claim(), reporting(remaining))
    assert pacer.claim().wait > 0


def test_a_429_closes_the_minute_even_without_headers() -> None:
    clock = FakeClock()
    pacer = Pacer(clock.monotonic)
    pacer.settle(pacer.claim(), response({}, 429))
    assert pacer.claim().wait == 60
    clock.now += 60
    assert pacer.claim().wait == 0


def test_a_429_without_retry_after_waits_for_the_known_end_of_the_minute() -> None:
    clock = FakeClock()
    pacer = Pacer(clock.monotonic)
    pacer.settle(pacer.claim(), reporting(9))
    clock.now += 20
    pacer.settle(pacer.claim(), response({}, 429))
    assert pacer.claim().wait == 40
    clock.now += 70
    place = pacer.claim()
    clock.now += 65
    pacer.settle(place, response({}, 429))
    assert pacer.claim().wait == 60


@pytest.mark.parametrize("remaining", ["0", "nonsense"])
@pytest.mark.parametrize("limit", ["0", "00", "nonsense", "-1"])
def test_a_limit_of_nothing_or_nonsense_never_stops_the_client(limit: str, remaining: str) -> None:
    headers = {"x-ratelimit-limit": limit, "x-ratelimit-remaining": remaining}
    propexo, server, clock = client(httpx.Response(200, json=ACCEPTED, headers=headers))
    for _ in range(5):
        propexo.credits.create(**CREDIT)
    assert server.posts == 5
    assert clock.now - 1000 <= 60 * 5


@pytest.mark.parametrize(("header", "wait"), [("7", 7), ("100000", 120), ("soon", 60), ("-1", 60)])
def test_a_retry_after_is_believed_within_reason(header: str, wait: float) -> None:
    pacer = Pacer(FakeClock().monotonic)
    pacer.settle(pacer.claim(), response({}, 429, retry_after=header))
    assert pacer.claim().wait == wait


@pytest.mark.parametrize("text", ["", "-5", "many", "1.5", "٣", "9" * 5000])
def test_nonsense_in_the_headers_is_ignored(text: str) -> None:
    pacer = Pacer(FakeClock().monotonic)
    pacer.settle(
        pacer.claim(),
        Response(200, {"x-ratelimit-remaining": text, "x-ratelimit-limit": text}, b""),
    )
    assert pacer.remaining is None
    assert pacer.claim().wait == 0


def test_an_interrupted_request_gives_its_place_back() -> None:
    propexo, server, _ = client(KeyboardInterrupt(), httpx.Response(200, json=ACCEPTED))
    with pytest.raises(KeyboardInterrupt):
        propexo.credits.create(**CREDIT)
    assert propexo._session.pacer._in_flight == 0
    propexo.credits.create(**CREDIT)
    assert propexo._session.pacer._in_flight == 0
    assert server.posts == 2


def test_threads_together_never_exceed_the_limit() -> None:
    pacer = Pacer(FakeClock().monotonic)
    pacer.settle(pacer.claim(), reporting(50))
    admitted: list[int] = []

    def work() -> None:
        admitted.extend(1 for _ in range(40) if pacer.claim().wait == 0)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == 50


class Metered:
    """A server that counts requests by the minute, as the vendor documents it."""

    def __init__(self, clock: FakeClock, limit: int) -> None:
        self.clock, self.limit = clock, limit
        self.minute, self.used, self.refused = -1, 0, 0

    def __call__(self, _: httpx.Request) -> httpx.Response:
        minute = int((self.clock.now + 17) // 60)
        self.used = self.used + 1 if minute == self.minute else 1
        self.minute = minute
        left = self.limit - self.used
        self.refused += left < 0
        status = 429 if left < 0 else 200
        return httpx.Response(status, json=ACCEPTED, headers=rate_headers(max(left, 0), self.limit))


def test_a_thousand_credits_pass_a_limit_without_one_429() -> None:
    propexo, server, clock = client(None)
    server.responses = [Metered(clock, limit=150)]
    for _ in range(1000):
        propexo.credits.create(**CREDIT)
    assert server.responses[0].refused == 0
    assert server.posts == 1000
    assert clock.now - 1000 <= 60 * 7


def test_reads_and_writes_share_one_limit() -> None:
    propexo, server, _ = client(
        httpx.Response(200, json=ACCEPTED, headers=rate_headers(0)), on_rate_limit="raise"
    )
    propexo.credits.create(**CREDIT)
    with pytest.raises(RateLimited):
        propexo.charges.get("charge_1")
    assert len(server.received) == 1
