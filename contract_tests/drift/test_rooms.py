"""The rooms of the drift check: imports only point downward."""

import ast
from pathlib import Path

from scripts.support.files import ROOT

DRIFT = ROOT / "scripts" / "drift"
ROOMS = ("shape", "compare", "judge", "reports", "")
"""From the lowest to the highest; the last are the modules beside the rooms."""


def imports(module: str, path: Path) -> set[str]:
    """Name the modules of the drift check that a module imports; all such imports are relative."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and 0 < node.level <= len(package) + 1:
            start = package[: len(package) - node.level + 1]
            where = ".".join([*filter(None, start), *filter(None, [node.module])])
            members = {f"{where}.{alias.name}".lstrip(".") for alias in node.names}
            found |= (members & MODULES.keys()) or {where}
    return found & MODULES.keys()


def name(path: Path) -> str:
    return (
        ".".join(path.relative_to(DRIFT).with_suffix("").parts).removesuffix("__init__").rstrip(".")
    )


MODULES = {name(path): path for path in DRIFT.rglob("*.py")}


def room(module: str) -> int:
    first = module.split(".")[0]
    return ROOMS.index(first if first in ROOMS else "")


def test_imports_only_point_downward() -> None:
    upward = [
        f"{module} imports {imported}"
        for module, path in MODULES.items()
        for imported in imports(module, path)
        if room(imported) > room(module)
    ]
    assert upward == []


def test_imports_are_found() -> None:
    assert {"compare.keywords", "compare.changes", "shape.shape"} <= imports(
        "compare.schemas", MODULES["compare.schemas"]
    )
    assert sum(len(imports(module, path)) for module, path in MODULES.items()) > 60


def test_no_import_names_the_package_it_is_in() -> None:
    """`make drift` knows it as `scripts`, and an installed command as `propexo_drift`."""
    absolute = [
        str(path.relative_to(ROOT))
        for path in MODULES.values()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("scripts")
    ]
    assert absolute == []
