"""Runs the scenes of `processes` in a process of their own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def play(scene: str, place: str | Path, *numbers: int) -> dict[str, Any]:
    """Run one scene, and return what it says."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "contract_tests.journal.processes",
            scene,
            place,
            *map(str, numbers),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said | {"stderr": done.stderr}
