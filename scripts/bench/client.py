"""What the credit helpers cost: time over a raw post, and memory over many calls. No network."""

import datetime
import gc
import json
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from modern_treasury import ModernTreasury

from propexo_client import Environment, Propexo

CREDIT: dict[str, Any] = {
    "integration_id": "intg_bench",
    "lease_id": "lease_bench",
    "financial_account_id": "finacct_bench",
    "amount_in_cents": 15_000,
    "transaction_date": "2026-01-15",
    "description": "January rent credit",
}
ORDER: dict[str, Any] = {
    "amount": 15_000,
    "direction": "credit",
    "originating_account_id": "account_bench",
    "type": "ach",
}
CHARGES = 10_000
CREDITS = 10_000


def lines() -> Iterator[str]:
    """Measure, and yield the report."""
    measured = bench_client()
    yield (
        f"credits.create / raw httpx post      {measured['create_over_raw']:.2f} x"
        f" (goal: at most 1.2), {measured['create_us']:.0f} us"
    )
    yield (
        f"  modern-treasury / raw httpx post   {measured['modern_treasury_over_raw']:.2f} x,"
        f" {measured['modern_treasury_us']:.0f} us"
    )
    yield f"  growth over {CREDITS:,} credits        {measured['growth_kib']:.1f} KiB"
    yield f"  peak while listing {CHARGES:,} charges {measured['peak_kib']:.0f} KiB"


def bench_client(rounds: int = 15, calls: int = 300) -> dict[str, float]:
    """Measure everything in one run: medians of times, ratios of medians, memory in KiB.

    `create_over_raw` is `credits.create` over `httpx.Client.post` of the same body on the same
    kind of transport; `modern_treasury_over_raw` the same for that published SDK's payment order.
    """
    raw, create, raw_order, order = _median_seconds(rounds, calls, *_posts())
    return {
        "raw_post_us": raw * 1e6,
        "create_us": create * 1e6,
        "create_over_raw": create / raw,
        "modern_treasury_us": order * 1e6,
        "modern_treasury_over_raw": order / raw_order,
        "growth_kib": _growth_of_posting(),
        "peak_kib": _peak_of_listing(),
    }


def _posts() -> tuple[Callable[[], object], ...]:
    token = {"Authorization": "Bearer bench-token"}
    base = str(Environment.SANDBOX)
    http = httpx.Client(base_url=base, headers=token, transport=httpx.MockTransport(_respond))
    propexo = _client()
    order_http = httpx.Client(
        base_url=base, headers=token, transport=httpx.MockTransport(_respond_to_order)
    )
    treasury = ModernTreasury(
        organization_id="bench",
        api_key="bench",
        base_url=base,
        http_client=httpx.Client(transport=httpx.MockTransport(_respond_to_order)),
    )
    credit = _credit()
    return (
        lambda: http.post("/v1/resident-credits/rentvine/", json=CREDIT),
        lambda: propexo.credits.create(**credit),
        lambda: order_http.post("/api/payment_orders", json=ORDER),
        lambda: treasury.payment_orders.create(**ORDER),
    )


def _median_seconds(rounds: int, calls: int, *posts: Callable[[], object]) -> list[float]:
    """Time all `posts` in turn within each round, so that a slow moment strikes them alike."""
    seconds: list[list[float]] = [[] for _ in posts]
    for post in posts:
        post()
    for _ in range(rounds):
        for post, taken in zip(posts, seconds, strict=True):
            started = time.perf_counter()
            for _ in range(calls):
                post()
            taken.append((time.perf_counter() - started) / calls)
    return [statistics.median(taken) for taken in seconds]


def _growth_of_posting() -> float:
    """Post many credits with one client and return by how much memory grew after the first few."""
    propexo, credit = _client(), _credit()
    for _ in range(200):
        propexo.credits.create(**credit)
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(CREDITS):
        propexo.credits.create(**credit)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / 1024


def _peak_of_listing() -> float:
    """List many charges without keeping them and return the most memory held on the way."""
    propexo = _client()
    next(propexo.charges.list())
    gc.collect()
    tracemalloc.start()
    count = sum(1 for _ in propexo.charges.list(page_size=250))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == CHARGES
    return peak / 1024


def _client() -> Propexo:
    return Propexo(
        "bench-token", environment=Environment.SANDBOX, transport=httpx.MockTransport(_respond)
    )


def _credit() -> dict[str, Any]:
    return {**CREDIT, "transaction_date": datetime.date(2026, 1, 15)}


def _respond(request: httpx.Request) -> httpx.Response:
    if request.method == "POST":
        return httpx.Response(200, content=_ACCEPTED)
    offset, limit = (int(request.url.params[name]) for name in ("offset", "limit"))
    stop = min(offset + limit, CHARGES)
    rows = [
        {"id": f"charge_{n}", "amount_in_cents": n, "name": "x" * 500} for n in range(offset, stop)
    ]
    return httpx.Response(
        200, json={"meta": {"orderBy": [], "hasMore": stop < CHARGES}, "results": rows}
    )


def _respond_to_order(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=_ORDERED, headers={"Content-Type": "application/json"})


_ACCEPTED = json.dumps({"meta": {"job_id": "job_bench"}, "result": CREDIT}).encode()
_ORDERED = json.dumps({"id": "order_bench", "object": "payment_order", **ORDER}).encode()
