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
    """Depend on every operation of a document, under names made from the paths."""
    return Operations(
        tuple(
            Operation(method, path, _name(method, path), group="api")
            for path, item in document["paths"].items()
            for method in item
            if method in METHODS
        )
    )


def _name(method: str, path: str) -> str:
    return "_".join([method, *re.findall(r"[a-z0-9]+", path.lower())])
