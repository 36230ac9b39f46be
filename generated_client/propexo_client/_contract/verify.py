"""Check a copy of the client against the records it was shipped with.

    python refunds_propexo/_contract/verify.py [--json]

This file needs the standard library alone and imports nothing of the copy, which may be damaged.
Exit codes:
  0  every file is as it was shipped
  1  generated files differ (hand-written ones may, too)
  2  wrong usage
  3  hand-written files differ
  4  cannot be checked: a record is missing or unreadable
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

PROVENANCE_NAME = "PROVENANCE.json"
MANIFEST_NAME = "MANIFEST.json"
CONTRACT_NAME = "contract.json"
GENERATED = "_generated"
PROVENANCE = f"{GENERATED}/{PROVENANCE_NAME}"
GENERATED_DIFFER, HANDWRITTEN_DIFFER, CANNOT_BE_CHECKED = 1, 3, 4


@dataclass(frozen=True, kw_only=True)
class Differences:
    """Files that are not what was recorded: paths below the package, with slashes."""

    edited: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them."""
        return self.edited + self.missing + self.added

    def __bool__(self) -> bool:
        return bool(self.paths)


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What became of a copy since it was shipped. `None`: there is no readable record.

    `files` is how many files were looked at.
    """

    files: int
    generated: Differences | None
    handwritten: Differences | None

    @property
    def intact(self) -> bool:
        """Whether every file, generated or hand-written, is proved to be as it was shipped."""
        return self.generated == self.handwritten == Differences()


def verify(package: Traversable) -> Verification:
    """Hash every file of the copy in `package` again, and compare with its records.

    Compiled code in `__pycache__` and hidden files do not count.
    """
    found = hash_all(package)
    found.pop(MANIFEST_NAME, None)
    generated = _recorded(package.joinpath(GENERATED, PROVENANCE_NAME), f"{GENERATED}/")
    manifest = _recorded(package.joinpath(MANIFEST_NAME), "")
    promised = found if manifest is None else manifest
    if generated is not None:
        generated[PROVENANCE] = promised.get(PROVENANCE, "")
    inside = {path: digest for path, digest in found.items() if is_generated(path)}
    outside = {path: digest for path, digest in found.items() if not is_generated(path)}
    if manifest is not None:
        manifest.pop(PROVENANCE, None)
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


def exit_code(verification: Verification) -> int:
    """Return what a verification means to a build."""
    if verification.generated:
        return GENERATED_DIFFER
    if verification.handwritten:
        return HANDWRITTEN_DIFFER
    return 0 if verification.intact else CANNOT_BE_CHECKED


def report(package: Traversable, *, as_json: bool) -> int:
    """Print what became of the copy in `package`, and return the exit code."""
    verification = verify(package)
    code, version = exit_code(verification), _version(package)
    if as_json:
        facts = {"version": version, "intact": verification.intact, **asdict(verification)}
        print(json.dumps(facts, indent=2, sort_keys=True))
        return code
    _list("generated", verification.generated, PROVENANCE)
    _list("hand-written", verification.handwritten, MANIFEST_NAME)
    if code == 0:
        print(f"propexo-client {version}: all {verification.files} files are as shipped")
    elif code == CANNOT_BE_CHECKED:
        print("Copy with `make vendor`, or install a wheel: both include the records.")
    else:
        print("Take a fresh copy, and put what is missing in it into your own code.")
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line on the copy that this file is in."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    return report(Path(__file__).resolve().parents[1], as_json=options.json)


def _version(package: Traversable) -> str | None:
    try:
        version = json.loads(package.joinpath(MANIFEST_NAME).read_bytes())["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return version if isinstance(version, str) else None


def _list(kind: str, differences: Differences | None, record: str) -> None:
    if differences is None:
        print(f"{kind} files cannot be checked: {record} is missing or unreadable")
        return
    for change, paths in asdict(differences).items():
        for path in paths:
            print(f"{kind} file {change}: {path}")


def hash_files(folder: Traversable) -> dict[str, str]:
    """Hash every file below `folder` but the provenance itself: path with slashes to sha256."""
    return {path: digest for path, digest in hash_all(folder).items() if path != PROVENANCE_NAME}


def hash_tree(hashes: Mapping[str, str]) -> str:
    """Fold the hashes of a folder's files into one."""
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def hash_all(folder: Traversable) -> dict[str, str]:
    """Hash every file below `folder`: path with slashes to sha256."""
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


def is_generated(path: str) -> bool:
    """Whether a path below the package is that of a generated file."""
    return path.startswith(f"{GENERATED}/")


def _recorded(record: Traversable, prefix: str) -> dict[str, str] | None:
    try:
        hashes = json.loads(record.read_bytes())["files"]
        return {prefix + path: digest for path, digest in hashes.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


if __name__ == "__main__":
    sys.exit(main())
