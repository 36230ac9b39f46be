"""What `make client` costs, and what the package adds to those who import it."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.bench.measure import commands
from scripts.generate import BUILD, GENERATED
from scripts.shipping.manifest import PACKAGE


def lines() -> Iterator[str]:
    """Measure, and yield the report."""
    yield from _make()
    yield from _imports()
    yield from _size()


def _make() -> Iterator[str]:
    generate = [sys.executable, "-m", "scripts.generate"]
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        place = ["--package", f"{folder}/package/_generated", "--build", f"{folder}/build"]
        everything = f"rm -rf {folder}/package && {' '.join([*generate, *place])}"
        taken = commands(
            {
                "nothing": ["make", "client"],
                "everything": ["sh", "-c", everything],
            }
        )
    nothing, whole = taken["nothing"], taken["everything"]
    yield f"make client, nothing to do          {nothing.wall:.3f} s (goal: under 0.5 s)"
    yield f"  everything to do                   {whole.wall:.2f} s"
    yield f"  everything / nothing               {whole.wall / nothing.wall:.0f} x"


def _imports() -> Iterator[str]:
    python = [sys.executable, "-c"]
    taken = commands(
        {
            "bare": [*python, "pass"],
            "base": [*python, "import httpx"],
            "ours": [*python, "import httpx, propexo_client"],
            "all": [*python, "import httpx, propexo_client.types"],
        },
        runs=15,
    )
    bare = taken["bare"].cpu
    base, ours, everything = (taken[name].cpu - bare for name in ("base", "ours", "all"))
    yield f"import propexo_client / httpx       {ours / base:.2f} x (goal: at most 1.25)"
    yield f"  with every group and record        {everything / base:.2f} x"


def _size() -> Iterator[str]:
    sizes = [(path, path.stat().st_size) for path in PACKAGE.rglob("*") if _is_shipped(path)]
    generated = sum(size for path, size in sizes if GENERATED in path.parents)
    total = sum(size for _, size in sizes)
    yield f"size of the package                  {total / 1000:.0f} kB (goal: at most 400 kB)"
    yield f"  of it generated                    {generated / 1000:.0f} kB"


def _is_shipped(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts
