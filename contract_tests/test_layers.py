"""Imports only point downward, as the table in docs/architecture.md says, and never in a circle."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest

from scripts.support.files import ROOT

PACKAGE = ROOT / "generated_client" / "propexo_client"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| \d+ \| ([^|]+)\|", PAGE, re.MULTILINE)
LAYERS = {room: level for level, row in enumerate(ROWS) for room in re.findall(r"`(\w+)`", row)}


def modules(folder: Path) -> dict[str, Path]:
    """Find every module below `folder`, by its absolute name."""
    paths = {path: path.relative_to(folder.parent).with_suffix("") for path in folder.rglob("*.py")}
    return {".".join(p.parts).removesuffix(".__init__"): path for path, p in paths.items()}


def imports(folder: Path) -> Iterator[tuple[str, str]]:
    """List which module of `folder` imports from which other."""
    known = modules(folder)
    for name, path in known.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                source = resolve_name("." * node.level + (node.module or ""), package)
                for alias in node.names:
                    inner = f"{source}.{alias.name}"
                    yield name, inner if inner in known else source


def room(module: str) -> str:
    return f"{module}.".split(".")[1]


def test_the_table_lists_every_module_and_folder_of_the_package() -> None:
    assert LAYERS.keys() == {room(name) for name in modules(PACKAGE)} - {""}


def test_imports_of_the_package_only_point_downward() -> None:
    known = modules(PACKAGE)
    arrows = {(room(name), room(target)) for name, target in imports(PACKAGE) if target in known}
    inside = {(a, b) for a, b in arrows if a and b and a != b}
    assert len(inside) > 10
    assert {(a, b) for a, b in inside if LAYERS[a] >= LAYERS[b]} == set()


@pytest.mark.parametrize("folder", [PACKAGE, ROOT / "scripts"], ids=lambda folder: folder.name)
def test_nothing_is_imported_in_a_circle(folder: Path) -> None:
    graph = {name: set[str]() for name in modules(folder)}
    for name, target in imports(folder):
        if target in graph and target != name:
            graph[name].add(target)
    TopologicalSorter(graph).prepare()
