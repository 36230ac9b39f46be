"""Where this copy of the client came from, and whether it is still what was shipped.

Two records travel with a copy. `_generated/PROVENANCE.json`: the vendor's document and its hash,
the tools, a hash of every generated file. `MANIFEST.json`, which wheels and vendored copies have:
the version, a hash of every hand-written file and of the provenance.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

FILE_NAME = "PROVENANCE.json"
MANIFEST_NAME = "MANIFEST.json"
GENERATED = "_generated"
CONTRACT_NAME = "contract.json"
_PROVENANCE = f"{GENERATED}/{FILE_NAME}"


@dataclass(frozen=True, kw_only=True)
class Differences:
    """Files that are not what was recorded: paths below the package, with slashes."""

    edited: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.edited or self.missing or self.added)


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What became of a copy since it was shipped. `None`: there is no readable record to tell by.

    `files` is how many files were looked at.
    """

    files: int
    generated: Differences | None
    handwritten: Differences | None

    @property
    def intact(self) -> bool:
        """Whether every file, generated or hand-written, is proved to be as it was shipped."""
        return self.generated == self.handwritten == Differences()


def read() -> dict[str, Any]:
    """Return the provenance of this very copy.

    Raises `FileNotFoundError` if the copy has none, `ValueError` if it is not JSON.
    """
    provenance: dict[str, Any] = json.loads(generated_folder().joinpath(FILE_NAME).read_bytes())
    return provenance


@cache
def contract_sha256() -> str:
    """Hash the contract that this copy carries. Its first twelve digits name it."""
    contract = generated_folder().joinpath(CONTRACT_NAME).read_bytes()
    return hashlib.sha256(contract).hexdigest()


def package_folder() -> Traversable:
    """Return the folder of this package; it may be inside a zip file."""
    return files(__name__.rsplit(".", 2)[0])


def generated_folder() -> Traversable:
    """Return the folder of generated code; it may lie inside a zip file."""
    return package_folder().joinpath(GENERATED)


def verify(package: Traversable | None = None) -> Verification:
    """Hash every file of a copy again and compare with its records; of this copy, if none is given.

    Compiled code in `__pycache__` and hidden files do not count.
    """
    package = package or package_folder()
    found = _hashes(package)
    found.pop(MANIFEST_NAME, None)
    generated = _recorded(package.joinpath(GENERATED, FILE_NAME), f"{GENERATED}/")
    manifest = _recorded(package.joinpath(MANIFEST_NAME), "")
    promised = found if manifest is None else manifest
    if generated is not None:
        generated[_PROVENANCE] = promised.get(_PROVENANCE, "")
    inside = {path: digest for path, digest in found.items() if _is_generated(path)}
    outside = {path: digest for path, digest in found.items() if not _is_generated(path)}
    if manifest is not None:
        manifest.pop(_PROVENANCE, None)
    return Verification(
        files=len(found),
        generated=None if generated is None else compare(generated, inside),
        handwritten=None if manifest is None else compare(manifest, outside),
    )


def compare(recorded: Mapping[str, str], found: Mapping[str, str]) -> Differences:
    """Compare the hashes of two sets of files."""
    both = recorded.keys() & found.keys()
    return Differences(
        edited=tuple(sorted(path for path in both if recorded[path] != found[path])),
        missing=tuple(sorted(recorded.keys() - found.keys())),
        added=tuple(sorted(found.keys() - recorded.keys())),
    )


def manifest(package: Traversable, version: str) -> dict[str, Any]:
    """Record the hand-written files of `package` and its provenance, as `MANIFEST.json` does."""
    hashes = {
        path: digest
        for path, digest in _hashes(package).items()
        if path != MANIFEST_NAME and (path == _PROVENANCE or not _is_generated(path))
    }
    return {"version": version, "files": hashes, "tree_sha256": hash_tree(hashes)}


def hash_files(folder: Traversable) -> dict[str, str]:
    """Hash every file below `folder` but the provenance itself: path with slashes to sha256."""
    return {path: digest for path, digest in _hashes(folder).items() if path != FILE_NAME}


def hash_tree(hashes: Mapping[str, str]) -> str:
    """Fold the hashes of a folder's files into one."""
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _hashes(folder: Traversable) -> dict[str, str]:
    return {
        path: hashlib.sha256(file.read_bytes()).hexdigest()
        for path, file in sorted(_walk(folder, ""))
    }


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.name == "__pycache__" or entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry


def _is_generated(path: str) -> bool:
    return path.startswith(f"{GENERATED}/")


def _recorded(record: Traversable, prefix: str) -> dict[str, str] | None:
    try:
        hashes = json.loads(record.read_bytes())["files"]
        return {prefix + path: digest for path, digest in hashes.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
