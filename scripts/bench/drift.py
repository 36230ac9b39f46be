"""What the drift check costs on the vendor's real document, beside other tools where they are.

    npm install @redocly/cli@2.77.0 @useoptic/optic@1.0.9
    PATH=$PWD/node_modules/.bin:$PATH make bench

Optic starts only with `"overrides": {"ajv": "8.17.1"}` in the package.json beside them.

The real document is not part of this repository. It is looked for in `shared/upstream` beside it.
"""

import lzma
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.bench.measure import Figures, commands
from scripts.document import operations, reader, slices
from scripts.support.files import ROOT, canonical_json

UPSTREAM = ROOT.parent / "shared" / "upstream"
BASE, HEAD = "2025-01-27-65bfbb7.yml.xz", "2026-02-12-0e5a211.yml.xz"
ENDPOINTS = (
    "POST /v1/resident-credits/",
    "GET /v1/resident-charges/",
    "GET /v1/resident-charges/{}",
    "GET /v1/admin/write-status/{}",
)
PEERS = {
    "redocly": ("diff", "{base}", "{head}"),
    "optic": ("diff", "{base}", "{head}", "--check", "--validation", "loose"),
}


def lines() -> Iterator[str]:
    """Measure, and yield the report: a Markdown table."""
    if not UPSTREAM.is_dir():
        yield "drift: the vendor's real documents are not at hand; nothing was measured"
        return
    with tempfile.TemporaryDirectory() as name:
        yield from _table(Path(name))
    for peer in PEERS:
        if shutil.which(peer) is None:
            yield f"{peer} is not on the PATH, so it was not compared"


def _table(folder: Path) -> Iterator[str]:
    taken = commands(_runs(folder), runs=5, exit_codes=(0, 1))
    first = next(iter(taken.values()))
    yield "| drift of 1.8 MB | CPU s | ratio | peak MB | ratio |"
    yield "| --- | --- | --- | --- | --- |"
    for name, figures in taken.items():
        yield _row(name, figures, first)


def _runs(folder: Path) -> dict[str, list[str]]:
    base, head, head_json, pin = (
        folder / n for n in ("base.yml", "head.yml", "head.json", "pin.json")
    )
    base.write_bytes(lzma.decompress((UPSTREAM / BASE).read_bytes()))
    head.write_bytes(lzma.decompress((UPSTREAM / HEAD).read_bytes()))
    head_json.write_bytes(canonical_json(reader.read(str(head)).content))
    listed = operations.from_endpoints(ENDPOINTS).operations
    pin.write_bytes(canonical_json(slices.cut(reader.read(str(base)).content, listed, BASE)))
    chosen = [word for endpoint in ENDPOINTS for word in ("--operation", endpoint)]
    check = [sys.executable, "-m", "scripts.drift", *chosen, "--base"]
    runs = {
        "this check, pin against YAML": [*check, str(pin), "--candidate", str(head)],
        "this check, pin against JSON": [*check, str(pin), "--candidate", str(head_json)],
        "this check, YAML against YAML": [*check, str(base), "--candidate", str(head)],
    }
    for peer, words in PEERS.items():
        if found := shutil.which(peer):
            runs[f"{peer}, YAML against YAML"] = [
                found,
                *(word.format(base=base, head=head) for word in words),
            ]
    return runs


def _row(name: str, figures: Figures, first: Figures) -> str:
    return (
        f"| {name} | {figures.cpu:.2f} | {figures.cpu / first.cpu:.1f} "
        f"| {figures.memory:.0f} | {figures.memory / first.memory:.1f} |"
    )
