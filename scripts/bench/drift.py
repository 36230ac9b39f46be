"""What the drift check costs on the vendor's real document, beside other tools where they are.

    npm install @redocly/cli@2.77.0 @useoptic/optic@1.0.9
    PATH=$PWD/node_modules/.bin:$PATH make bench

Optic starts only with `"overrides": {"ajv": "8.17.1"}` in the package.json beside them. oasdiff is
on no package registry: build it from its repository, and put it on the `PATH` too.

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
    "redocly": ("diff",),
    "optic": ("diff", "--check", "--validation", "loose"),
    "oasdiff": ("breaking",),
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
    yaml = _unpacked(folder, BASE), _unpacked(folder, HEAD)
    contents = [reader.read(str(path)).content for path in yaml]
    listed = operations.from_endpoints(ENDPOINTS).operations
    pin = folder / "pin.json"
    pin.write_bytes(canonical_json(slices.cut(contents[0], listed, BASE)))
    json = tuple(path.with_suffix(".json") for path in yaml)
    for path, content in zip(json, contents, strict=True):
        path.write_bytes(canonical_json(content))
    runs = {
        "this check, pin against YAML": _check(pin, yaml[1]),
        "this check, pin against JSON": _check(pin, json[1]),
    }
    for form, (base, head) in {"YAML": yaml, "JSON": json}.items():
        name = f"{form} against {form}"
        runs[f"this check, {name}"] = _check(base, head)
        for peer, words in PEERS.items():
            if found := shutil.which(peer):
                runs[f"{peer}, {name}"] = [found, *words, str(base), str(head)]
    return runs


def _unpacked(folder: Path, name: str) -> Path:
    path = folder / name.removesuffix(".xz")
    path.write_bytes(lzma.decompress((UPSTREAM / name).read_bytes()))
    return path


def _check(base: Path, candidate: Path) -> list[str]:
    chosen = [word for endpoint in ENDPOINTS for word in ("--operation", endpoint)]
    documents = "--base", str(base), "--candidate", str(candidate)
    return [sys.executable, "-m", "scripts.drift", *chosen, *documents]


def _row(name: str, figures: Figures, first: Figures) -> str:
    return (
        f"| {name} | {figures.cpu:.2f} | {figures.cpu / first.cpu:.1f} "
        f"| {figures.memory:.0f} | {figures.memory / first.memory:.1f} |"
    )
