"""Whole credit runs, killed at random moments: every row booked once, or on the list."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.crash.conftest import KILLS, SEED
from contract_tests.crash.credit_runs import ROWS
from propexo_client._engine.clock import Clock
from propexo_client.testing import FakePropexo, JobLife
from propexo_client.testing.messages import Call, FakeResponse

pytestmark = pytest.mark.crash

RUNS = int(os.environ.get("RUNS") or max(4, KILLS // 10))
KILLS_A_RUN = 5
_DRIVERS = 2
_COMMAND = (sys.executable, "-m", "contract_tests.crash.credit_runs")


class SlowFake(FakePropexo):
    """A fake whose every response is on its way for a moment, so that kills find some there."""

    def receive(self, call: Call) -> FakeResponse:
        response = super().receive(call)
        time.sleep(random.uniform(0, 0.04))
        return response


@pytest.mark.timeout(1200)
def test_a_killed_run_books_every_row_once_or_lists_it(
    tmp_path: Path, figures: Callable[[str], None]
) -> None:
    fake = SlowFake(clock=Clock(), rate_limit=1_000_000)
    fake.every_job(JobLife(seconds=0.05))
    with fake.serve() as server:
        each = str(-(-RUNS // _DRIVERS))
        drivers = [
            subprocess.Popen(
                [*_COMMAND, server.url, str(tmp_path), str(SEED + number), each, str(KILLS_A_RUN)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(_DRIVERS)
        ]
        runs: list[dict[str, Any]] = []
        for driver in drivers:
            out, _ = driver.communicate()
            assert driver.returncode == 0
            runs += json.loads(out)

    books = Counter(row["lease_id"] for row in fake.credits)
    killed = sum(run["killed"] for run in runs)
    listed = sum(list(run["first"]["labels"].values()).count("unknown") for run in runs)
    twice = sum(count > 1 for count in books.values())
    figures(
        f"credit runs: {len(runs)} of {ROWS} rows, {killed} kills, {twice} rows booked twice, "
        f"{listed} listed for a person at first, {len(books)} booked in the end"
    )
    assert killed >= 4 * RUNS
    assert max(books.values()) == 1
    for run in runs:
        first, last = run["first"]["labels"], run["last"]["labels"]
        assert len(first) == len(last) == ROWS
        assert set(first.values()) <= {"posted", "unknown"}
        assert run["first"]["exit_code"] == (3 if "unknown" in first.values() else 0)
        assert set(last.values()) == {"posted"}
        assert run["last"]["exit_code"] == 0
        assert all(books[key] == 1 for key in last)
