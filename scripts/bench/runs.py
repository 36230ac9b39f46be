"""What a credit run costs: requests and minutes beside a naive loop, CPU time and memory a row.

python -m scripts.bench.runs ROWS prints seconds of CPU and peak memory of one run, as JSON.
"""

import datetime
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from propexo_client import Propexo
from propexo_client.journal import Journal, disk
from propexo_client.testing import FakeClock, FakePropexo, JobLife, MemoryJournal
from scripts.bench.simulated import SimulatedPosting, SimulatedRun

CREDITS = 1_000
SIZES = (1_000, 4_000, 16_000)
LIMIT = 150
DAY = datetime.date(2026, 1, 15)


@dataclass(frozen=True, slots=True)
class Cost:
    """Requests that arrived, and minutes that passed on the simulated clock."""

    requests: int
    minutes: float


def lines() -> Iterator[str]:
    """Measure, and yield the report."""
    floor = CREDITS / LIMIT
    run, loop = by_a_run(), by_a_naive_loop()
    for name, cost in (("credit run", run), ("naive loop", loop)):
        yield (
            f"{name}, {CREDITS:,} credits           {cost.requests / CREDITS:.2f} requests each,"
            f" {cost.minutes:.1f} minutes, {cost.minutes - floor:.1f} over the floor of {floor:.1f}"
        )
    measured = {rows: growth(rows) for rows in SIZES}
    for rows, figures in measured.items():
        each = figures["cpu"] / rows * 1e3
        yield f"  {rows:>7,} rows                     {each:.2f} ms of CPU each"
    first, last = SIZES[0], SIZES[-1]
    kb = (measured[last]["memory"] - measured[first]["memory"]) / (last - first)
    yield f"  memory a row, journal included    {kb:.2f} kB (goal: at most 1)"


def by_a_run() -> Cost:
    """Post credits by a run: marks, and the sweep of the ledger, included."""
    fake, propexo = _vendor(journal=True)
    started = fake.clock.monotonic()
    SimulatedPosting.latency = (0.0, 0.0)
    report = SimulatedRun(propexo, map(credit, range(CREDITS)), mark="end").post()
    assert report.counts() == {"posted": CREDITS}
    return Cost(len(fake.requests), (fake.clock.monotonic() - started) / 60)


def by_a_naive_loop() -> Cost:
    """Post the same credits one after the other, follow each, and read each back."""
    fake, propexo = _vendor(journal=False)
    started = fake.clock.monotonic()
    for number in range(CREDITS):
        fields = credit(number)
        del fields["key"]
        posted = propexo.credits.create_and_wait(**fields)
        assert posted.request is not None
        propexo.credits.read_back(
            created_record_id=posted.created_record_id, request=posted.request
        )
    return Cost(len(fake.requests), (fake.clock.monotonic() - started) / 60)


def credit(number: int) -> dict[str, Any]:
    """Make a credit, unlike any with another number."""
    return {
        "key": f"credit:acme:{number}",
        "integration_id": "intg_bench",
        "lease_id": f"lease_{number}",
        "financial_account_id": "finacct_bench",
        "amount_in_cents": 15_000,
        "transaction_date": DAY,
        "description": f"January rent credit {number}",
    }


def growth(rows: int) -> dict[str, float]:
    """Post so many credits in a process of its own; return CPU seconds and peak memory in kB."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(rows)], stdout=subprocess.PIPE, text=True, check=True
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


class _Latency(httpx.BaseTransport):
    """Lets a moment pass with each response, as a network does."""

    def __init__(self, fake: FakePropexo) -> None:
        self._fake = fake
        self._inner = fake.transport()
        self._chance = random.Random(1)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        self._fake.clock.sleep(self._chance.uniform(0.15, 0.6))
        return response


def _vendor(*, journal: bool) -> tuple[FakePropexo, Propexo]:
    """Make a fake with the documented limiter, whose jobs take a few seconds, and its client."""
    fake = FakePropexo(clock=FakeClock(), enforce_rate_limit=True)
    chance = random.Random(2)
    for _ in range(CREDITS):
        fake.next_job(JobLife(seconds=chance.uniform(2, 8)))
    return fake, Propexo(
        fake.token,
        environment="sandbox",
        transport=_Latency(fake),
        clock=fake.clock,
        journal=MemoryJournal(clock=fake.clock) if journal else None,
        on_rate_limit="raise" if journal else "wait",
    )


def _respond(request: httpx.Request) -> httpx.Response:
    """Accept everything, book it at once, and remember nothing."""
    if request.method == "POST":
        body = json.loads(request.content)
        number = body["lease_id"].removeprefix("lease_")
        return httpx.Response(200, json={"meta": {"job_id": f"job_{number}"}, "result": body})
    if "write-status" in request.url.path:
        record = f"charge_{request.url.path.rpartition('_')[2]}"
        return httpx.Response(
            200, json={"write_status": "SUCCESS", "errors": [], "created_record_id": record}
        )
    offset, limit = (int(request.url.params[name]) for name in ("offset", "limit"))
    total = int(sys.argv[1])
    found = [
        {"id": f"charge_{number}", "lease_id": f"lease_{number}", "amount_in_cents": -15_000}
        for number in range(offset, min(offset + limit, total))
    ]
    meta = {"orderBy": [], "total": total, "hasMore": offset + limit < total}
    return httpx.Response(200, json={"meta": meta, "results": found})


def main(rows: int) -> dict[str, float]:
    """Post so many credits over a journal on disk, without waiting for the disk."""
    setattr(disk, "sync", lambda _: None)  # noqa: B010
    clock, SimulatedPosting.latency = FakeClock(), (1.0, 2.2)  # four at once: 150 a minute
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "bench.journal"
        Journal.init(place, environment="sandbox", ephemeral=True)
        propexo = Propexo(
            "bench-token",
            environment="sandbox",
            transport=httpx.MockTransport(_respond),
            clock=clock,
            journal=Journal(place),
        )
        started = time.process_time()
        report = SimulatedRun(propexo, map(credit, range(rows)), mark="end").post()
        assert report.counts() == {"posted": rows}
        cpu = time.process_time() - started
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"cpu": cpu, "memory": used / (1024 if sys.platform == "darwin" else 1)}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
