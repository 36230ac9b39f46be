"""What one process does to a key, or eight to the same keys; each prints its outcomes as JSON.

python -m contract_tests.crash.scenes SCENE PLACE URL
"""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from contract_tests.crash.posters import credit
from contract_tests.journal.processes import child, ended, opened
from propexo_client import Propexo, PropexoError
from propexo_client._engine.flow import Flow, NotDelivered
from propexo_client._engine.keys import KeyedWrite
from propexo_client.journal import BaseJournal, Claim, Journal, Sendable
from propexo_client.testing.fake import TOKEN

KEY = "credit:1001"
PROCESSES, KEYS = 8, 30


def start(scene: str, place: str | Path, url: str) -> "subprocess.Popen[str]":
    """Start a scene in a process of its own."""
    command = [sys.executable, "-m", __name__, scene, str(place), url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def outcomes(process: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    """Wait for a scene to end, and return what it printed."""
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return [json.loads(line) for line in printed.splitlines()]


def post(journal: BaseJournal, url: str, key: str = KEY) -> dict[str, Any]:
    """Post a key, and say what came of it."""
    with Propexo(TOKEN, environment=url, journal=journal) as propexo:
        try:
            done = propexo.credits.create(idempotency_key=key, **credit(key))
        except PropexoError as error:
            return {"key": key, "outcome": type(error).__name__}
        return {
            "key": key,
            "outcome": "replayed" if done.replayed else "accepted",
            "job": done.job_id,
            "recorded": done.recorded,
        }


def stop(place: str, url: str) -> None:
    """Be stopped once the key is claimed, before the first byte has left."""
    claim = KeyedWrite._claim

    def claim_and_stop(self: KeyedWrite, found: Sendable) -> Flow[NotDelivered | None]:
        declined = yield from claim(self, found)
        if declined is None:
            os.kill(os.getpid(), signal.SIGSTOP)
        return declined

    KeyedWrite._claim = claim_and_stop  # type: ignore[method-assign]
    print(json.dumps(post(opened(place), url)))


def full_before(place: str, url: str) -> None:
    """Find the disk full when the key is to be claimed."""
    journal = opened(place)
    _fill(place)
    print(json.dumps(post(journal, url)))


def full_after(place: str, url: str) -> None:
    """Find the disk full when the outcome is to be recorded."""

    class Filling(Journal):
        def claim(self, sendable: Sendable, *, lasting: float, within: float) -> Claim | None:
            claim = super().claim(sendable, lasting=lasting, within=within)
            _fill(place)
            return claim

    print(json.dumps(post(Filling(place), url)))


def _fill(place: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(place).stat().st_size, -1))


def race(place: str, url: str) -> None:
    """Let eight processes post the same keys at once, each in an order of its own."""
    begin = time.monotonic() + 0.3

    def work(number: int) -> None:
        journal, keys = opened(place), [f"credit:{key}" for key in range(KEYS)]
        random.Random(number).shuffle(keys)
        time.sleep(max(0.0, begin - time.monotonic()))
        for key in keys:
            os.write(1, (json.dumps(post(journal, url, key)) + "\n").encode())

    codes = ended([child(partial(work, number)) for number in range(PROCESSES)])
    assert codes == [0] * PROCESSES


_SCENES: dict[str, Callable[[str, str], None]] = {
    scene.__name__: scene for scene in (stop, full_before, full_after, race)
}

if __name__ == "__main__":
    _SCENES[sys.argv[1]](*sys.argv[2:])
