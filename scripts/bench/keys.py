"""What an idempotency key costs: a post with one over a post without, a replay, and opening.

PostgreSQL is measured where TEST_POSTGRES names one.
"""

import datetime
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest.mock import patch

from propexo_client import Propexo
from propexo_client.journal import BaseJournal, Journal, Sendable, disk
from scripts.support.files import ROOT

CREDIT: dict[str, Any] = {
    "integration_id": "intg_bench",
    "lease_id": "lease_bench",
    "financial_account_id": "finacct_bench",
    "amount_in_cents": 15_000,
    "transaction_date": datetime.date(2026, 1, 15),
    "description": "January rent credit",
}
SLOW = 0.150
CREDITS = 100_000
REPLAYS = 500


def lines() -> Iterator[str]:
    """Measure, and yield the report."""
    folder = ROOT / ".build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        for delay, rounds, calls in ((0.0, 30, 10), (SLOW, 10, 2)):
            yield from _posts(Path(place, f"{delay}.journal"), delay, rounds, calls)
        yield from _opening(Path(place, "large.journal"))


def _posts(path: Path, delay: float, rounds: int, calls: int) -> Iterator[str]:
    with _server(delay) as url:
        Journal.init(path, environment=url, ephemeral=True)
        journals: dict[str, BaseJournal] = {"file": Journal(path)}
        postgres = os.environ.get("TEST_POSTGRES")
        if postgres:
            journals["PostgreSQL"] = _postgres(postgres, url)
        plain = Propexo("bench-token", environment=url)
        posts: dict[str, Callable[[], object]] = {"": lambda: plain.credits.create(**CREDIT)}
        for name, journal in journals.items():
            posts[name] = _keyed(Propexo("bench-token", environment=url, journal=journal))
        seconds = _medians(posts, rounds, calls)
        for name, taken in seconds.items():
            if name:
                yield (
                    f"create with a key, {name:<10} {delay * 1e3:4.0f} ms POST "
                    f"{taken / seconds['']:.2f} x, {taken * 1e3:.2f} ms"
                )
        for name, journal in journals.items() if delay == 0 else ():
            yield f"a replay, {name:<10}                  {_replay(journal, url) * 1e3:.2f} ms"
            journal.close()


def _keyed(client: Propexo) -> Callable[[], object]:
    numbers = count()
    return lambda: client.credits.create(idempotency_key=f"credit:{next(numbers)}", **CREDIT)


def _replay(journal: BaseJournal, url: str) -> float:
    client = Propexo("bench-token", environment=url, journal=journal)
    taken: list[float] = []
    for _ in range(REPLAYS):
        started = time.perf_counter()
        client.credits.create(idempotency_key="credit:0", **CREDIT)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _medians(posts: dict[str, Callable[[], object]], rounds: int, calls: int) -> dict[str, float]:
    """Time all `posts` in turn within each round, so that a slow moment strikes them alike."""
    taken: dict[str, list[float]] = {name: [] for name in posts}
    for post in posts.values():
        post()
    for _ in range(rounds):
        for name, post in posts.items():
            for _ in range(calls):
                started = time.perf_counter()
                post()
                taken[name].append(time.perf_counter() - started)
    return {name: statistics.median(each) for name, each in taken.items()}


def _opening(path: Path) -> Iterator[str]:
    Journal.init(path, environment="sandbox", ephemeral=True)
    journal = Journal(path)
    with patch.object(disk, "sync", lambda _: None):
        for number in range(CREDITS):
            found = journal.look(f"credit:{number}", "create_resident_credit", _fields(number))
            assert isinstance(found, Sendable)
            claim = journal.claim(found, lasting=90, within=10)
            assert claim is not None
            claim.accepted(f"job_{number}")
    started, cpu = time.perf_counter(), time.process_time()
    Journal(path)
    yield (
        f"opening {CREDITS:,} credits, file          {time.perf_counter() - started:.1f} s,"
        f" {time.process_time() - cpu:.1f} s of CPU; {path.stat().st_size / 1e6:.0f} MB"
    )


def _fields(number: int) -> dict[str, Any]:
    return {**CREDIT, "transaction_date": "2026-01-15", "description": f"Credit {number}"}


def _postgres(url: str, environment: str) -> BaseJournal:
    import psycopg

    from propexo_client.journal.postgres import PostgresJournal

    schema = f"bench_{time.time_ns()}"
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
    place = f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"
    PostgresJournal.init(place, environment=environment)
    return PostgresJournal(place)


@contextmanager
def _server(delay: float) -> Iterator[str]:
    """Serve in a process of its own, which executes every POST after `delay` seconds."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, delay))
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.kill()
        process.join()


def _serve(port: Connection, delay: float) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
            accepted = json.dumps({"meta": {"job_id": "job_bench"}, "result": sent}).encode()
            time.sleep(delay)
            self.send_response(200)
            self.send_header("content-length", str(len(accepted)))
            self.end_headers()
            self.wfile.write(accepted)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.send(server.server_port)
    server.serve_forever()
