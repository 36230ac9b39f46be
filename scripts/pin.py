"""Download the vendor's documents, cut them to our operations, and pin them.

    python -m scripts.pin [--from URL-OR-FILE ...] [--operations FILE] [--output FILE]

Each operation is taken from the first source that has it. One that no document ever had keeps what
was transcribed by hand. What the new pin changes for the client is reported before it takes the old
one's place, which stays as it is unless the new one is whole. Exit codes are those of
`scripts.support.errors`.
"""

import argparse
import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.document import operations, origins, reader, slices, sources
from scripts.document.join import join
from scripts.document.operations import Operation, Operations
from scripts.document.origins import DOWNLOADED, RECORD, Origin, Origins
from scripts.document.reader import Document
from scripts.document.sources import Found
from scripts.drift import describe
from scripts.support.errors import ConfigurationError, DocumentError, PipelineError
from scripts.support.files import ROOT, canonical_json, sha256, write_atomically
from scripts.support.progress import Progress, Terminal

_SUMMARY = "Download the vendor's documents, cut them to our operations, and pin them."
DEFAULT_PIN = ROOT / "openapi" / "propexo.json"


@dataclass(frozen=True)
class Pin:
    """A pin and the record of where its operations came from, as they stand in a folder."""

    content: slices.Content
    origins: Origins

    @classmethod
    def read(cls, path: Path) -> "Pin":
        """Read the pin at `path`; an unreadable one is empty."""
        try:
            content = reader.read(str(path)).content
        except DocumentError:
            return cls({"paths": {}, "components": {}}, Origins({}))
        return cls(content, origins.beside(path))

    def transcribed(self, wanted: Sequence[Operation]) -> tuple[Operation, ...]:
        """List those of the operations that were written down by hand."""
        return self._whose(wanted, lambda origin: not origin.is_downloaded)

    def unpublished(self, wanted: Sequence[Operation]) -> tuple[Operation, ...]:
        """List those of the operations that no document had when they were written down."""
        return self._whose(wanted, lambda origin: origin.is_unpublished)

    def _whose(
        self, wanted: Sequence[Operation], test: Callable[[Origin], bool]
    ) -> tuple[Operation, ...]:
        return tuple(
            operation
            for operation in wanted
            if (origin := self.origins.of(operation))
            and test(origin)
            and slices.find(self.content, operation)
        )


def renew(old: Pin, found: Found, now: datetime) -> Pin:
    """Make the new pin of what was found, and keep the transcription of what no document ever had.

    Raises `OperationMissing` for every other operation, and for all of them if the documents have
    none at all: they are of some other API.
    """
    kept = old.unpublished(found.missing)
    gone = [o for o in found.missing if o not in kept or not found.held]
    if gone:
        raise slices.missing(gone, [(d.source, d.content) for d in found.documents])
    parts = found.cuts()
    if kept:
        parts.append(slices.cut(old.content, kept, "the pin"))
    content = join(parts)
    return Pin(content, Origins(_record(found, kept, old.origins, content, now)))


def save(new: Pin, path: Path) -> bool:
    """Write pin and record. Returns False, writing nothing, if this is pinned already.

    The vendor's bytes change far more often than our operations, so an equal slice is no news.
    """
    pin = canonical_json(new.content)
    if path.exists() and path.read_bytes() == pin and _same_origins(new, origins.beside(path)):
        return False
    write_atomically(path, pin)
    write_atomically(path.with_name(RECORD), canonical_json(new.origins.record))
    return True


def drift(new: Pin, source: str, path: Path, wanted: Operations) -> str:
    """Say what replacing the pin at `path` changes for the client; nothing if nothing changes."""
    try:
        old = reader.read(str(path))
    except DocumentError:
        return ""
    if old.content == new.content:
        return ""
    return describe(old, Document(source, canonical_json(new.content), new.content), wanted)


def summary(pin: Pin, wanted: Sequence[Operation]) -> Iterator[str]:
    """Say in a line for each source how many operations it gave, and name what is transcribed."""
    counts: dict[str, int] = {}
    for operation in wanted:
        origin = pin.origins.of(operation)
        if origin and origin.is_downloaded:
            counts[str(origin.document)] = counts.get(str(origin.document), 0) + 1
    yield from (f"{count} of {len(wanted)} operations from {s}" for s, count in counts.items())
    if kept := pin.unpublished(wanted):
        names = ", ".join(operation.endpoint for operation in kept)
        yield f"{len(kept)} of {len(wanted)} in no document, kept as transcribed: {names}"


def _record(
    found: Found,
    kept: Sequence[Operation],
    known: Origins,
    content: slices.Content,
    now: datetime,
) -> dict[str, Any]:
    moment = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    entries = {operation.endpoint: known.entry(operation) for operation in kept}
    addresses = {entry["document"] for entry in entries.values() if "document" in entry}
    for held in found.held:
        entries[held.operation.endpoint] = {
            "origin": DOWNLOADED,
            "at": moment,
            "document": held.document.source,
        }
    documents = {address: known.document(address) for address in addresses}
    documents |= {document.source: _facts(document) for document in found.used}
    return {
        "operations": entries,
        "documents": documents,
        "pin_sha256": sha256(canonical_json(content)),
    }


def _facts(document: Document) -> dict[str, Any]:
    return {
        "etag": document.etag,
        "last_modified": document.last_modified,
        "bytes": len(document.raw),
        "sha256": document.sha256,
    }


def _same_origins(new: Pin, old: Origins) -> bool:
    def sources_of(record: Origins) -> dict[str, tuple[Any, Any]]:
        return {
            endpoint: (entry.get("origin"), entry.get("document"))
            for endpoint, entry in record.record.get("operations", {}).items()
        }

    same_pin = new.origins.record["pin_sha256"] == old.record.get("pin_sha256")
    return same_pin and sources_of(new.origins) == sources_of(old)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    options = _parser().parse_args(arguments)
    progress = Terminal()
    try:
        return _run(options, progress)
    except PipelineError as error:
        progress.say(f"pin: {error}\npin: {options.output} is as it was.")
        return error.exit_code


def _run(options: argparse.Namespace, progress: Progress) -> int:
    if not 0 < options.timeout < 86_400:
        raise ConfigurationError("--timeout: pass a number of seconds, more than zero")
    wanted = operations.load(options.operations)
    listed = [[source] for source in options.source] or wanted.sources
    if not listed:
        raise ConfigurationError(f"{options.operations}: lists no [[sources]]; add one, or FROM=")
    old = Pin.read(options.output)
    found = sources.search(
        wanted.operations,
        listed,
        read=functools.partial(reader.read, timeout=options.timeout, progress=progress),
        needed=set(options.source) | old.origins.downloads(wanted.operations),
        progress=progress,
    )
    new = renew(old, found, datetime.now(UTC))
    names = " + ".join(document.source for document in found.used)
    if news := drift(new, names, options.output, wanted):
        progress.say(news)
    if save(new, options.output):
        lines = [f"pin: {line}" for line in summary(new, wanted.operations)]
        progress.say("\n".join([*lines, "Next: make client test"]))
    else:
        progress.say(f"pin: nothing new in our {len(wanted.operations)} operations at {names}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.pin", description=_SUMMARY)
    parser.add_argument(
        "--from",
        dest="source",
        action="append",
        default=[],
        metavar="URL-OR-FILE",
        help="read this instead of the listed sources; repeatable",
    )
    parser.add_argument("--operations", type=Path, default=operations.DEFAULT_PATH)
    parser.add_argument("--output", type=Path, default=DEFAULT_PIN)
    parser.add_argument("--timeout", type=float, default=reader.TIMEOUT, metavar="SECONDS")
    return parser


if __name__ == "__main__":
    sys.exit(main())
