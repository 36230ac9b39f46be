"""Where this copy of the client came from, and whether it is still what was generated.

`_generated/PROVENANCE.json` travels with every copy: the vendor's document and its hash, the tools,
and a hash of every generated file.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

FILE_NAME = "PROVENANCE.json"


def read() -> dict[str, Any]:
    """Return the provenance of this very copy. Raises `FileNotFoundError` if the copy has none."""
    provenance: dict[str, Any] = json.loads(generated_folder().joinpath(FILE_NAME).read_bytes())
    return provenance


def generated_folder() -> Traversable:
    """Return the folder of generated code beside this module; it may lie inside a zip file."""
    return files(__name__.rpartition(".")[0]).joinpath("_generated")


def hash_files(folder: Traversable) -> dict[str, str]:
    """Hash every file below `folder` but the provenance itself: path with slashes to sha256."""
    return {
        path: hashlib.sha256(file.read_bytes()).hexdigest()
        for path, file in sorted(_walk(folder, ""))
        if path != FILE_NAME
    }


def hash_tree(hashes: Mapping[str, str]) -> str:
    """Fold the hashes of a folder's files into one."""
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry
