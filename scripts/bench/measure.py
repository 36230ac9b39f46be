"""Measuring commands in turn, so that a noisy machine is noisy for all of them alike."""

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Medians over several runs, in seconds."""

    cpu: float
    wall: float


def commands(named: Mapping[str, Sequence[str]], runs: int = 7) -> dict[str, Timing]:
    """Run each command once to warm up, then all of them in turn, `runs` times."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in named}
    for turn in range(runs + 1):
        for name, command in named.items():
            timing = _run(command)
            if turn:
                taken[name].append(timing)
    return {
        name: Timing(
            cpu=statistics.median(cpu for cpu, _ in timings),
            wall=statistics.median(wall for _, wall in timings),
        )
        for name, timings in taken.items()
    }


def _run(command: Sequence[str]) -> tuple[float, float]:
    before, started = _children(), time.perf_counter()
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return _children() - before, time.perf_counter() - started


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
