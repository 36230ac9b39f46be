"""The rooms of the drift check: imports only point downward, and never in a circle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

from scripts.support.files import ROOT

DRIFT = ROOT / "scripts" / "drift"
ROOMS = ("shape", "compare", "judge", "reports", "")
"""From the lowest to the highest; the last are the modules beside the rooms."""


def imports(path: Path) -> set[str]:
    """Name the modules of the drift check that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            package = node.module.removeprefix("scripts.drift").lstrip(".")
            members = {f"{package}.{alias.name}".lstrip(".") for alias in node.names}
            found |= (members & MODULES.keys()) or {package}
    return found & MODULES.keys()


MODULES = {
    ".".join(path.relative_to(DRIFT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in DRIFT.rglob("*.py")
}


def room(module: str) -> int:
    first = module.split(".")[0]
    return ROOMS.index(first if first in ROOMS else "")


def test_imports_only_point_downward() -> None:
    upward = [
        f"{module} imports {imported}"
        for module, path in MODULES.items()
        for imported in imports(path)
        if room(imported) > room(module)
    ]
    assert upward == []


def test_no_modules_import_one_another_in_a_circle() -> None:
    graph = {module: imports(path) - {module} for module, path in MODULES.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)
