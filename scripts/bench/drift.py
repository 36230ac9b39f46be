"""What the drift check costs on the vendor's real document, beside other tools where they are.

    npm install --global @redocly/cli    (then its `redocly diff` is measured in the same run)

The real document is not part of this repository. It is looked for in `shared/upstream` beside it.
"""

import lzma
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts import documents
from scripts.bench.measure import commands
from scripts.files import ROOT, canonical_json

UPSTREAM = ROOT.parent / "shared" / "upstream"
BASE, HEAD = "2025-01-27-65bfbb7.yml.xz", "2026-02-12-0e5a211.yml.xz"
ENDPOINTS = (
    "POST /v1/resident-credits/",
    "GET /v1/resident-charges/",
    "GET /v1/resident-charges/{}",
    "GET /v1/admin/write-status/{}",
)


def lines() -> Iterator[str]:
    """Measure, and yield the report."""
    if not UPSTREAM.is_dir():
        yield "drift: the vendor's real documents are not at hand; nothing was measured"
        return
    with tempfile.TemporaryDirectory() as name:
        yield from _measured(Path(name))


def _measured(folder: Path) -> Iterator[str]:
    base, head, head_json = (folder / name for name in ("base.yml", "head.yml", "head.json"))
    base.write_bytes(lzma.decompress((UPSTREAM / BASE).read_bytes()))
    head.write_bytes(lzma.decompress((UPSTREAM / HEAD).read_bytes()))
    head_json.write_bytes(canonical_json(documents.read(str(head)).content))
    chosen = [word for endpoint in ENDPOINTS for word in ("--operation", endpoint)]
    check = [sys.executable, "-m", "scripts.drift", *chosen, "--base", str(base)]
    runs = {
        "YAML": [*check, "--candidate", str(head)],
        "JSON": [*check, "--candidate", str(head_json)],
    }
    peer = shutil.which("redocly")
    if peer:
        runs["redocly"] = [peer, "diff", str(base), str(head)]
    taken = commands(runs, runs=5, exit_codes=(0, 1))
    ours = taken["YAML"]
    for kind in ("YAML", "JSON"):
        figures = taken[kind]
        yield (
            f"drift, 1.8 MB of {kind} on YAML        "
            f"{figures.cpu:.2f} s CPU, {figures.memory:.0f} MB"
        )
    if not peer:
        yield "  redocly is not on the PATH, so it was not compared"
        return
    theirs = taken["redocly"]
    yield (
        f"  redocly diff / drift               {theirs.cpu / ours.cpu:.1f} x CPU, "
        f"{theirs.memory / ours.memory:.1f} x memory"
    )
