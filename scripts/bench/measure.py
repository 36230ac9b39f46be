"""Measuring commands in turn, so that a noisy machine is noisy for all of them alike."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """Seconds of CPU and wall-clock time, and peak memory in megabytes."""

    cpu: float
    wall: float
    memory: float


def commands(
    named: Mapping[str, Sequence[str]], runs: int = 7, exit_codes: Collection[int] = (0,)
) -> dict[str, Figures]:
    """Run each command once to warm up, then all of them in turn, `runs` times; take medians.

    Raises `RuntimeError` for a command that ends with another exit code than those expected.
    """
    taken: dict[str, list[Figures]] = {name: [] for name in named}
    for turn in range(runs + 1):
        for name, command in named.items():
            figures = _run(command, exit_codes)
            if turn:
                taken[name].append(figures)
    return {name: _median(figures) for name, figures in taken.items()}


def _run(command: Sequence[str], exit_codes: Collection[int]) -> Figures:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    quiet = subprocess.DEVNULL
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode not in exit_codes:
        raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}")
    per_megabyte = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Figures(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / per_megabyte)


def _median(figures: Sequence[Figures]) -> Figures:
    return Figures(
        cpu=statistics.median(each.cpu for each in figures),
        wall=statistics.median(each.wall for each in figures),
        memory=statistics.median(each.memory for each in figures),
    )
