"""Take the vendor's document of today, and leave a verdict, a report and a patch.

    python -m scripts.detect [--from URL-OR-FILE] [--to FOLDER] [--tests PATH ...]

Works on a checkout of HEAD of its own, so yours stays as it is. FOLDER then has verdict.json,
report.md, drift.html, drift.sarif, drift.json and, where there is something to take over,
change.patch.

Exit codes: 0 nothing that breaks, 1 breaking, 4 the document could not be fetched, 5 the
document is harmless but the client cannot be generated from it, or fails its tests.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.pin import DEFAULT_PIN
from scripts.support.errors import OperationMissing
from scripts.support.files import ROOT, canonical_json, sha256, write_atomically

_SUMMARY = "Take the vendor's document of today, and leave a verdict, a report and a patch."
BREAKING, UNAVAILABLE, FAILED = 1, 4, 5
PATCHED = ("openapi/propexo.json", "openapi/pin.json", "generated_client/propexo_client/_generated")
REPORTS = {
    "markdown": "report.md", "html": "drift.html", "sarif": "drift.sarif", "json": "drift.json",
}  # fmt: skip
PIN = DEFAULT_PIN.relative_to(ROOT).as_posix()
BEFORE = "openapi/before.json"
_SHOWN = 3_000


@dataclass(frozen=True)
class Verdict:
    """What came of it. `document` names the new pin; `patch` says whether there is one to apply."""

    verdict: str
    document: str
    patch: bool
    tests: str

    @property
    def exit_code(self) -> int:
        """What this means to a build."""
        codes = {"unavailable": UNAVAILABLE, "breaking": BREAKING}
        return codes.get(self.verdict, FAILED if self.tests == "failed" else 0)


@dataclass(frozen=True)
class Tree:
    """A checkout, and this environment's Python to run it with."""

    folder: Path

    @property
    def pin(self) -> Path:
        """The pin of this checkout."""
        return self.folder / PIN

    def run(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module of this checkout, and pass on what it says."""
        paths = os.pathsep.join([str(self.folder), str(self.folder / "generated_client")])
        done = subprocess.run(
            [sys.executable, "-B", "-m", module, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        print(done.stdout, end="", flush=True)
        return done

    def patch(self) -> str:
        """Write what changed of the pin and of the generated code as a patch."""
        git("add", "--all", "--", *PATCHED, folder=self.folder)
        return git("diff", "--cached", "--binary", "--", *PATCHED, folder=self.folder)


def git(*arguments: str, folder: Path = ROOT) -> str:
    """Run git, and return what it says."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@contextmanager
def checkout(folder: Path) -> Iterator[Tree]:
    """Lend a checkout of HEAD in `folder`, which is gone afterwards."""
    git("worktree", "prune")
    git("worktree", "add", "--detach", "--force", str(folder), "HEAD")
    try:
        yield Tree(folder)
    finally:
        git("worktree", "remove", "--force", str(folder))


def detect(source: str | None, folder: Path, tests: Sequence[str]) -> Verdict:
    """Fill `folder` with what there is to know about the document at `source`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with checkout(folder / "tree") as tree:
        shutil.copy(tree.pin, tree.folder / BEFORE)
        pinned = tree.run("scripts.pin", *(["--from", source] if source else []))
        if pinned.returncode == OperationMissing.exit_code:
            return _without_a_pin(tree, source, folder)
        if pinned.returncode:
            write_atomically(folder / "report.md", _quote("No document", pinned.stdout).encode())
            return Verdict("unavailable", "none", patch=False, tests="not run")
        verdict = _compare(tree, PIN, folder, pages=source is None)
        failure = _try_out(tree, tests)
        patch = tree.patch()
        document = sha256(tree.pin.read_bytes())[:12]
    if failure:
        with (folder / "report.md").open("a", encoding="utf-8") as report:
            report.write(failure)
    if patch:
        write_atomically(folder / "change.patch", patch.encode())
    return Verdict(verdict, document, bool(patch), "failed" if failure else "passed")


def _without_a_pin(tree: Tree, source: str | None, folder: Path) -> Verdict:
    """Report an operation that is gone: there is nothing to pin, and nothing to try out."""
    verdict = _compare(tree, source, folder, pages=False)
    return Verdict(verdict, "none", patch=False, tests="not run")


def _compare(tree: Tree, candidate: str | None, folder: Path, *, pages: bool) -> str:
    against = ["--against", candidate] if candidate else []
    against += ["--pages"] if pages else []
    reports = [f"--report={kind}={folder / name}" for kind, name in REPORTS.items()]
    compared = tree.run("scripts.drift", "--base", BEFORE, *against, *reports)
    if compared.returncode not in (0, BREAKING):
        return "unavailable"
    return str(json.loads((folder / REPORTS["json"]).read_bytes())["verdict"])


def _try_out(tree: Tree, tests: Sequence[str]) -> str:
    """Generate the client and run its tests; return a passage for the report if one fails."""
    generated = tree.run("scripts.generate")
    if generated.returncode:
        return _quote("The client cannot be generated", generated.stdout)
    tested = tree.run("pytest", *tests)
    return _quote("The tests fail", tested.stdout) if tested.returncode else ""


def _quote(title: str, text: str) -> str:
    indented = "".join(f"    {line}\n" for line in text[-_SHOWN:].splitlines())
    return f"\n## {title}\n\n{indented}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.detect", description=_SUMMARY)
    parser.add_argument("--from", dest="source", metavar="URL-OR-FILE", help="read this instead")
    parser.add_argument("--to", type=Path, default=ROOT / ".build" / "detect", metavar="FOLDER")
    parser.add_argument("--tests", nargs="*", default=[], metavar="PATH", help="run these alone")
    options = parser.parse_args(arguments)
    source = options.source
    if source and Path(source).exists():
        source = str(Path(source).resolve())
    verdict = detect(source, options.to.resolve(), options.tests)
    write_atomically(options.to / "verdict.json", canonical_json(asdict(verdict)))
    print(f"detect: {verdict.verdict}, tests {verdict.tests}; see {options.to}")
    return verdict.exit_code


if __name__ == "__main__":
    sys.exit(main())
