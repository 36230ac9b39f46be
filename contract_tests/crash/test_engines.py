"""The workers that docs/job-queues.md shows, killed while they post: with keys and without."""

import math
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from contract_tests.crash.conftest import KILLS, SEED
from contract_tests.crash.engines import Celery, CeleryOnRedis, Dbos, Engine, states
from contract_tests.crash.vendor import LOST, Vendor
from propexo_client.journal import Journal
from propexo_client.journal.postgres import PostgresJournal

pytestmark = pytest.mark.crash
ROUNDS = max(6, KILLS // 25)
KEYS = 8 * ROUNDS
QUIET, PATIENCE = 8.0, 90.0


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """Serve a vendor that executes after 100 to 300 ms, and loses a response in 25."""
    vendor = Vendor(SEED, LOST, steady=True)
    with vendor.listening():
        yield vendor


@pytest.fixture(params=[Dbos, Celery, CeleryOnRedis], ids=lambda kind: kind.__name__)
def start(
    request: pytest.FixtureRequest, tmp_path: Path, vendor: Vendor
) -> Iterator[Callable[[bool], tuple[Engine, str]]]:
    """Start the worker of an engine, with keys or without; skip where the engine is not at hand."""
    kind: type[Engine] = request.param
    pytest.importorskip(kind.imported, reason=f"no {kind.imported}: make test-crash installs it")
    redis = shutil.which("redis-server")
    if kind is CeleryOnRedis and redis is None:
        pytest.skip("no broker: redis-server is not on PATH")
    with ExitStack() as stack:

        def starting(keyed: bool) -> tuple[Engine, str]:
            place = _place(request, kind, vendor, tmp_path)
            engine = kind(tmp_path, vendor, place, keyed=keyed)
            if isinstance(engine, CeleryOnRedis):
                stack.enter_context(engine.broker(redis or ""))
            engine.start()
            stack.callback(engine.stop)
            return engine, place

        yield starting


def _place(request: pytest.FixtureRequest, kind: type[Engine], vendor: Vendor, folder: Path) -> str:
    if kind is not Dbos:
        path = folder / "credits.journal"
        Journal.init(path, environment=vendor.url, ephemeral=True)
        return str(path)
    url: str = request.getfixturevalue("database")
    name = f"engine_{folder.parent.name}_{folder.name}".lower().replace("-", "_")[-60:]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    place = url.replace("/postgres?", f"/{name}?")
    PostgresJournal.init(place, environment=vendor.url)
    return place


@pytest.mark.parametrize("keyed", [True, False], ids=["keys", "plain"])
def test_an_engine_posts_twice_and_a_key_is_posted_once(
    keyed: bool,
    start: Callable[[bool], tuple[Engine, str]],
    vendor: Vendor,
    figures: Callable[[str], None],
) -> None:
    engine, place = start(keyed)
    keys = [f"credit:{number}" for number in range(KEYS)]
    engine.load(keys)
    chance = random.Random(SEED)
    for _ in range(ROUNDS):
        _until_more_arrive(vendor, engine)
        time.sleep(chance.uniform(0, engine.longest_life))
        engine.kill()
    _settle(vendor, engine, keys)

    twice = [key for key in keys if vendor.books[key] > 1]
    never = [key for key in keys if vendor.books[key] == 0]
    known = states(place)
    unknown = [key for key in vendor.books if known.get(key) not in ("accepted", "posted")]
    figures(
        f"{engine.name}, {'with keys' if keyed else 'plain'}: {ROUNDS} kills, {KEYS} keys, "
        f"{len(twice)} twice or more ({vendor.books.total() - len(vendor.books)} posts too many), "
        f"{len(never)} never"
        + (f", {len(unknown)} booked that the journal calls unknown" if keyed else "")
    )
    if keyed:
        assert twice == []
        assert {known.get(key) for key in unknown} <= {"sending", "unknown"}
        assert [key for key, state in known.items() if state == "posted" and key in never] == []
    else:
        assert twice


def _until_more_arrive(vendor: Vendor, engine: Engine) -> None:
    before, until = vendor.arrived, time.monotonic() + PATIENCE
    while vendor.arrived == before:
        assert time.monotonic() < until, engine.log()
        time.sleep(0.01)


def _settle(vendor: Vendor, engine: Engine, keys: list[str]) -> None:
    """Let the worker run in peace until all is booked, or until it posts no more."""
    until, last, since = time.monotonic() + PATIENCE, vendor.arrived, math.inf
    while time.monotonic() < min(until, since + QUIET) and len(vendor.books) < len(keys):
        if vendor.arrived != last:
            until = time.monotonic() + PATIENCE
            last, since = vendor.arrived, time.monotonic()
        time.sleep(0.1)
    time.sleep(QUIET)  # whatever is delivered again arrives now
    assert vendor.arrived > 0, engine.log()
