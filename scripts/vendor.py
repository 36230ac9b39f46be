"""Copy the client into another project, and say what changed since the copy there.

    python -m scripts.vendor --to FOLDER [--as NAME] [--force]

A folder that is not a copy of ours is never touched, and an edited copy only with --force; then the
old copy is kept in an archive beside the new one, which is finished before it takes its place.
"""

import argparse
import keyword
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from scripts.document import operations, reader
from scripts.document.contract import with_usage
from scripts.document.usage import operations_in
from scripts.drift import describe
from scripts.shipping import extras, manifest
from scripts.shipping.manifest import PACKAGE
from scripts.support.errors import ConfigurationError, PipelineError
from scripts.support.files import swap
from scripts.support.package import verify

_SUMMARY = "Copy the client into another project, and say what changed since the copy there."
_LISTED = 20


@dataclass(frozen=True)
class Copy:
    """What is in a copy of the client."""

    version: str
    contract: str
    files: dict[str, str]

    @classmethod
    def at(cls, folder: Path) -> "Copy":
        """Look at the copy in `folder`, importing nothing."""
        hashes = verify.hash_files(folder)
        hashes.pop(verify.MANIFEST_NAME, None)
        contract = hashes.get(f"{verify.GENERATED}/{verify.CONTRACT_NAME}", "none")
        return cls(manifest.version(folder), contract[:12], hashes)

    def __str__(self) -> str:
        return f"{self.version} (contract {self.contract})"


def vendor(destination: Path, name: str, *, force: bool = False) -> str:
    """Put a copy called `name` into the folder `destination`, and return what there is to say.

    Raises `ConfigurationError`, leaving everything as it was, if something of another's is in the
    way.
    """
    target = _target(destination, name)
    edits = _edits(target) if target.exists() else []
    if edits and not force:
        raise ConfigurationError(
            f"{target}: was edited ({_listed(edits)}); move the edits into your own code, or"
            " replace it all the same with FORCE=1"
        )
    with tempfile.TemporaryDirectory(
        dir=destination, prefix=f".{name}.", ignore_cleanup_errors=True
    ) as scratch:
        new, old = Path(scratch) / "new", Path(scratch) / "old"
        _build(new, target)
        if target.exists() and not edits and Copy.at(target) == Copy.at(new):
            return f"{target}: is up to date, {Copy.at(target)}"
        kept = _keep(target, Path(scratch)) if edits else None
        swap(new, target, old)
        news = _news(target, old)
    if kept is None:
        return news
    return f"{news}\nedits of {_listed(edits)} are replaced; the old copy is kept in {kept}"


def _build(new: Path, target: Path) -> None:
    """Make the copy in `new`. Hidden files that the project keeps in `target` go along."""
    _copy_files(PACKAGE, new)
    extras.write(new)
    for hidden in target.glob(".*"):
        if hidden.is_file():
            shutil.copy(hidden, new)
    (new / verify.MANIFEST_NAME).write_bytes(manifest.compose(new))


def _copy_files(source: Path, target: Path) -> None:
    target.mkdir()
    for entry in source.iterdir():
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            _copy_files(entry, target / entry.name)
        else:
            shutil.copyfile(entry, target / entry.name)


def _target(destination: Path, name: str) -> Path:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ConfigurationError(f"AS={name}: cannot be the name of a Python package")
    if not destination.is_dir():
        raise ConfigurationError(f"DEST={destination}: no such folder; make it first")
    target = destination / name
    ours, theirs = PACKAGE.resolve(), target.resolve()
    if theirs.is_relative_to(ours) or ours.is_relative_to(theirs):
        raise ConfigurationError(f"DEST={destination}: is where the client comes from")
    if target.is_symlink() or (target.exists() and not _is_copy(target)):
        raise ConfigurationError(f"{target}: is not a copy of this client; choose another AS=name")
    return target


def _is_copy(folder: Path) -> bool:
    return (folder / "client.py").is_file() and (
        folder / verify.GENERATED / verify.PROVENANCE_NAME
    ).is_file()


def _edits(target: Path) -> list[str]:
    found = verify.verify(target)
    differences = filter(None, (found.generated, found.handwritten))
    edits = [path for each in differences for path in each.paths]
    if found.generated is None or found.handwritten is None:
        edits.append("perhaps more, for it carries no record of all its files")
    return edits


def _news(target: Path, old: Path) -> str:
    new = Copy.at(target)
    if not old.exists():
        return (
            f"{target}: {new}\nIt needs httpx. Next, in {target.parent}: "
            f"python -m {target.name} verify"
        )
    before = Copy.at(old)
    lines = [f"{target}: {before} -> {new}"]
    difference = verify.compare(before.files, new.files)
    for word, paths in (
        ("changed", difference.edited),
        ("added", difference.added),
        ("removed", difference.missing),
    ):
        if paths:
            lines.append(f"  {word}: {_listed(paths)}")
    if before.contract != new.contract:
        lines.append(_drift(old, target))
    return "\n".join(lines)


def _drift(old: Path, new: Path) -> str:
    place = Path(verify.GENERATED) / verify.CONTRACT_NAME
    try:
        base, candidate = (reader.read(str(folder / place)) for folder in (old, new))
        wanted = operations_in(base.content) or with_usage(base.content, operations.load())
        return describe(base, candidate, wanted)
    except PipelineError as error:
        return f"the old contract cannot be compared: {error}"


def _keep(target: Path, scratch: Path) -> Path:
    """Pack the copy in `target` into an archive beside it, under a name that is free."""
    archive = shutil.make_archive(
        str(scratch / "edited"), "gztar", root_dir=target.parent, base_dir=target.name
    )
    names = (target.with_name(f"{target.name}.edited-{number}.tar.gz") for number in count(1))
    kept = next(name for name in names if not name.exists())
    return Path(archive).rename(kept)


def _listed(paths: Sequence[str]) -> str:
    more = len(paths) - _LISTED
    return ", ".join(paths[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.vendor", description=_SUMMARY)
    parser.add_argument("--to", required=True, metavar="FOLDER", help="copy into this folder")
    parser.add_argument("--as", dest="name", default=PACKAGE.name, metavar="NAME")
    parser.add_argument("--force", action="store_true", help="replace an edited copy")
    options = parser.parse_args(arguments)
    try:
        if not options.to:
            raise ConfigurationError("DEST= is needed: the folder to copy into")
        said = vendor(Path(options.to).expanduser(), options.name, force=options.force)
    except PipelineError as error:
        print(f"vendor: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        reason = error.strerror or error
        print(f"vendor: DEST={options.to}: {reason}; nothing was replaced", file=sys.stderr)
        return ConfigurationError.exit_code
    print(f"vendor: {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
