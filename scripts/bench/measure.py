"""Measuring commands in turn, so that a noisy machine is noisy for all of them alike.

A child's peak memory counts what its parent had when it was started. So a small process starts the
commands: this very module, run with them as JSON on standard input.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass


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

    Raises `CalledProcessError` if a command ends with another exit code than those expected.
    """
    asked = json.dumps({"commands": named, "runs": runs, "exit_codes": list(exit_codes)})
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench.measure"],
        input=asked,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return {name: Figures(*figures) for name, figures in json.loads(done.stdout).items()}


def main() -> None:
    """Measure what standard input asks for, and write the medians to standard output."""
    asked = json.load(sys.stdin)
    taken: dict[str, list[Figures]] = {name: [] for name in asked["commands"]}
    for turn in range(asked["runs"] + 1):
        for name, command in asked["commands"].items():
            figures = _run(command, asked["exit_codes"])
            if turn:
                taken[name].append(figures)
    json.dump({name: astuple(_median(figures)) for name, figures in taken.items()}, sys.stdout)


def _run(command: Sequence[str], exit_codes: Collection[int]) -> Figures:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    quiet = subprocess.DEVNULL
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode not in exit_codes:
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}")
    per_megabyte = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Figures(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / per_megabyte)


def _median(figures: Sequence[Figures]) -> Figures:
    return Figures(
        cpu=statistics.median(each.cpu for each in figures),
        wall=statistics.median(each.wall for each in figures),
        memory=statistics.median(each.memory for each in figures),
    )


if __name__ == "__main__":
    main()
