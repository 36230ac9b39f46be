"""Build the wheel and its bill of materials, offline.

python -m scripts.wheel [--to FOLDER]

The bill (CycloneDX) lists every dependency at the version that requirements.lock pins, and the
hash of the wheel it lies beside. A wheel that does not verify is not kept.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from scripts.shipping import environment, manifest
from scripts.support.errors import GenerationError, PipelineError
from scripts.support.files import ROOT, canonical_json, sha256, write_atomically
from scripts.support.package import verify
from scripts.support.progress import Terminal

_SUMMARY = "Build the wheel and its bill of materials, offline."


def build(folder: Path) -> tuple[Path, Path]:
    """Build wheel and bill into `folder`, in place of older ones, and return both.

    Raises `GenerationError` if the generated code was edited, or the wheel is not what it packs.
    """
    manifest.compose()
    progress = Terminal()
    progress.update("wheel: packing ...")
    with tempfile.TemporaryDirectory() as scratch:
        _run("hatchling", "build", "--target", "wheel", "--directory", scratch)
        built = next(Path(scratch).glob("*.whl"))
        if not verify.verify(zipfile.Path(built) / manifest.PACKAGE.name).intact:
            raise GenerationError(f"{built.name}: does not contain what its manifest lists")
        progress.update("wheel: listing what it depends on ...")
        bill = _bill(built, Path(scratch))
        progress.clear()
        for old in (
            *folder.glob("propexo_client-*.whl"),
            *folder.glob("propexo_client-*.cdx.json"),
        ):
            old.unlink()
        wheel = folder / built.name
        write_atomically(wheel, built.read_bytes())
    bill_path = wheel.with_suffix(".cdx.json")
    write_atomically(bill_path, bill)
    return wheel, bill_path


def _bill(wheel: Path, scratch: Path) -> bytes:
    python = environment.install(wheel, scratch / "environment")
    output = scratch / "bill.json"
    _run(
        "cyclonedx_py", "environment", str(python), "--pyproject", str(ROOT / "pyproject.toml"),
        "--mc-type", "library", "--output-reproducible", "--output-file", str(output),
    )  # fmt: skip
    bill = json.loads(output.read_bytes())
    bill["metadata"]["component"] |= {
        "version": manifest.version(),
        "hashes": [{"alg": "SHA-256", "content": sha256(wheel.read_bytes())}],
    }
    return canonical_json(bill)


def _run(module: str, *arguments: str) -> None:
    command = [sys.executable, "-B", "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise GenerationError(f"{module} failed. It said:\n{(done.stdout + done.stderr).strip()}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.wheel", description=_SUMMARY)
    parser.add_argument("--to", type=Path, default=ROOT / "dist", metavar="FOLDER")
    options = parser.parse_args(arguments)
    try:
        for path in build(options.to):
            print(f"wheel: {path}, sha256 {sha256(path.read_bytes())}")
    except PipelineError as error:
        print(f"wheel: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
