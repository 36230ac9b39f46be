"""What the generator is given, and what is made of what it prints.

It hands a template its own view of the document, an interface that it calls unstable. So the
document shrinks to what makes it render one file a group and one a record.
"""

import shutil
from pathlib import Path

from ..support.errors import GenerationError
from .printed import snake_case
from .slices import Content
from .surface import Surface

TAG, CLASS = "group_", "Record"
"""Prefixes that keep our names apart from those the generator reserves."""


def small_document(surface: Surface) -> Content:
    """Return a document that leads the generator to render every group and every record."""
    paths: Content = {}
    for group in surface.groups:
        for method in group.methods:
            operation = method.operation
            parameters = [
                {"name": each.name, "in": "path", "required": True, "schema": {"type": "string"}}
                for each in method.path_arguments
            ]
            paths.setdefault(operation.path, {})[operation.method] = {
                "operationId": operation.name,
                "tags": [TAG + group.name],
                "parameters": parameters,
                "responses": {"200": {"description": "ok"}},
            }
    schemas = {
        CLASS + record.name: {"type": "object", "properties": {}} for record in surface.records
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Propexo", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def arrange(surface: Surface, package: Path) -> None:
    """Give the printed files our names, one a group and one a record, and remove empty ones.

    Raises `GenerationError` when the generator did not print just those.
    """
    for folder in sorted(path for path in (package / "api").iterdir() if path.is_dir()):
        printed = folder / "__init__.py"
        printed.rename(folder.with_name(f"{folder.name.removeprefix(TAG)}.py"))
        shutil.rmtree(folder)
    for record in surface.records:
        printed = package / "models" / f"{snake_case(CLASS)}_{record.module}.py"
        if printed.exists():
            printed.rename(printed.with_name(f"{record.module}.py"))
    (package / "errors.py").rename(package / "exports.py")
    for path in sorted(package.rglob("*.py")):
        if not path.read_text(encoding="utf-8").strip():
            path.unlink()
    expected = {f"api/{group.name}.py" for group in surface.groups}
    expected |= {f"models/{record.module}.py" for record in surface.records}
    found = {path.relative_to(package).as_posix() for path in package.glob("*/[!_]*.py")}
    if missing := sorted(expected - found):
        raise GenerationError(f"the generator left out {', '.join(missing)}; nothing was replaced")
    if extra := sorted(found - expected):
        raise GenerationError(f"the generator added {', '.join(extra)}; nothing was replaced")
