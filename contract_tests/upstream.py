"""The vendor's real documents, where they are at hand: `shared/upstream` beside the project."""

import functools
import lzma
import re

import pytest

from scripts.document import reader, slices
from scripts.document.operations import METHODS, Operation, Operations
from scripts.support.files import ROOT

FOLDER = ROOT.parent / "shared" / "upstream"
LATEST = "2026-02-12-0e5a211.yml.xz"

needs_upstream = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the vendor's real documents are not beside this checkout"
)


def versions() -> list[str]:
    """Name every version at hand, oldest first."""
    return sorted(path.name for path in FOLDER.glob("*.yml.xz"))


@functools.cache
def raw(name: str = LATEST) -> bytes:
    """Return a version's bytes as they were published."""
    return lzma.decompress((FOLDER / name).read_bytes())


@functools.cache
def content(name: str = LATEST) -> slices.Content:
    """Return a version, parsed."""
    return reader.parse(raw(name), name)


def everything(document: slices.Content) -> Operations:
    """Depend on every operation of a document, under groups and names made from the paths."""
    return Operations(
        tuple(
            Operation(method, path, *_names(method, path))
            for path, item in document["paths"].items()
            for method in item
            if method in METHODS
        )
    )


def _names(method: str, path: str) -> tuple[str, str]:
    """Make an operation's name and its group; two names are fixed."""
    words = re.findall(r"[a-z0-9]+", path.lower().removeprefix("/v1"))
    if words[:2] == ["admin", "write"]:
        return "get_write_status", "writes"
    if words[:2] == ["admin", "retry"]:
        return "retry_write", "writes"
    group = words[1] if words[0] == "admin" else re.findall(r"[^/]+", path)[1]
    return "_".join([method, *words]), group.replace("-", "_")
