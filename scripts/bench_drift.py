"""How long the drift check takes, against other tools that compare OpenAPI documents.

    python -m scripts.bench_drift BASE CANDIDATE --operations FILE --peer "NAME=COMMAND"

In COMMAND, `{base}` and `{candidate}` stand for the documents.
"""

import argparse
import os
import shlex
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RUNS = 5


@dataclass(frozen=True)
class Measurement:
    """Medians over cold processes: CPU seconds (user and system), and peak memory in megabytes."""

    name: str
    cpu: float
    memory: float
    exit_code: int


def measure(name: str, command: Sequence[str], runs: int = RUNS) -> Measurement:
    """Run a command several times and take the medians."""
    cpu: list[float] = []
    memory: list[float] = []
    code = 0
    for _ in range(runs):
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = code = os.waitstatus_to_exitcode(status)
        cpu.append(usage.ru_utime + usage.ru_stime)
        memory.append(usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024))
    return Measurement(name, statistics.median(cpu), statistics.median(memory), code)


def bench_drift(
    base: Path, candidate: Path, operations: Path, peers: Sequence[str] = (), runs: int = RUNS
) -> list[Measurement]:
    """Measure this check and then its peers, each given as `NAME=COMMAND {base} {candidate}`."""
    check = [sys.executable, "-m", "scripts.drift", "--operations", str(operations)]
    found = [
        measure("this check", [*check, "--base", str(base), "--candidate", str(candidate)], runs)
    ]
    for peer in peers:
        name, _, command = peer.partition("=")
        words = [word.format(base=base, candidate=candidate) for word in shlex.split(command)]
        found.append(measure(name, words, runs))
    return found


def table(measurements: Sequence[Measurement]) -> str:
    """Write a Markdown table, with ratios to the first row."""
    first = measurements[0]
    columns = ("tool", "CPU s", "ratio", "peak MB", "ratio", "exit code")
    head = f"| {' | '.join(columns)} |\n{'| --- ' * len(columns)}|\n"
    return head + "".join(
        f"| {m.name} | {m.cpu:.2f} | {m.cpu / first.cpu:.1f} "
        f"| {m.memory:.0f} | {m.memory / first.memory:.1f} | {m.exit_code} |\n"
        for m in measurements
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench_drift", description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("candidate", type=Path)
    parser.add_argument("--operations", type=Path, required=True)
    parser.add_argument("--peer", action="append", default=[])
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args(arguments)
    found = bench_drift(
        options.base, options.candidate, options.operations, options.peer, options.runs
    )
    sys.stdout.write(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
