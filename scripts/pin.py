"""Download the vendor's document, cut it to our operations, and pin it.

    python -m scripts.pin [--from URL-OR-FILE] [--operations FILE] [--output FILE]

What the new pin changes for the client is told before it takes the old one's place, which stays as
it is unless the new one is whole. Exit codes are those of `scripts.support.errors`.
"""

import argparse
import functools
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts import differences
from scripts.document import operations, reader, slices
from scripts.document.operations import Operations
from scripts.document.reader import Document
from scripts.support.errors import ConfigurationError, DocumentError, PipelineError
from scripts.support.files import ROOT, canonical_json, sha256, write_atomically
from scripts.support.progress import SILENT, Progress, Terminal

_SUMMARY = "Download the vendor's document, cut it to our operations, and pin it."
DEFAULT_PIN = ROOT / "openapi" / "propexo.json"


@dataclass(frozen=True)
class Download:
    """The documents of one source, and the slice they hold together."""

    documents: tuple[Document, ...]
    slice: slices.Content

    @property
    def source(self) -> str:
        """Where the documents came from."""
        return " + ".join(document.source for document in self.documents)


def download(
    wanted: Operations,
    sources: Sequence[Sequence[str]],
    read: Callable[[str], Document] = reader.read,
    progress: Progress = SILENT,
) -> Download:
    """Take the first source that holds every operation.

    If none does, raises the error of the source that came closest, after reporting them all.
    """
    failures: list[DocumentError] = []
    for urls in sources:
        try:
            found = tuple(read(url) for url in urls)
            parts = [(document.source, document.content) for document in found]
            return Download(found, slices.merge(parts, wanted.operations))
        except DocumentError as error:
            if len(sources) > 1:
                progress.say(str(error))
            failures.append(error)
    raise max(failures, key=lambda error: error.exit_code)


def provenance(download: Download, pin: bytes, now: datetime) -> dict[str, Any]:
    """Record where a pin came from."""
    return {
        "kind": "download",
        "retrieved_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "documents": [
            {
                "source": document.source,
                "etag": document.etag,
                "last_modified": document.last_modified,
                "bytes": len(document.raw),
                "sha256": document.sha256,
            }
            for document in download.documents
        ],
        "pin_sha256": sha256(pin),
    }


def save(download: Download, path: Path, now: datetime) -> bool:
    """Write pin and provenance. Returns False, writing nothing, if this is pinned already.

    The vendor's bytes change far more often than our operations, so an equal slice is no news.
    """
    pin = canonical_json(download.slice)
    record = path.with_name("pin.json")
    if path.exists() and path.read_bytes() == pin and _is_download(record):
        return False
    write_atomically(path, pin)
    write_atomically(record, canonical_json(provenance(download, pin, now)))
    return True


def drift(download: Download, path: Path, wanted: Operations) -> str:
    """Say what replacing the pin at `path` changes for the client; nothing if nothing changes."""
    new = Document(download.source, b"", download.slice)
    try:
        old = reader.read(str(path))
    except DocumentError:
        return ""
    if old.content == new.content:
        return ""
    return differences.describe(old, new, wanted).rstrip()


def _is_download(record: Path) -> bool:
    try:
        return bool(json.loads(record.read_bytes())["kind"] == "download")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.pin", description=_SUMMARY)
    parser.add_argument("--from", dest="source", metavar="URL-OR-FILE", help="read this instead")
    parser.add_argument("--operations", type=Path, default=operations.DEFAULT_PATH)
    parser.add_argument("--output", type=Path, default=DEFAULT_PIN)
    parser.add_argument("--timeout", type=float, default=reader.TIMEOUT, metavar="SECONDS")
    options = parser.parse_args(arguments)
    progress = Terminal()
    try:
        if not 0 < options.timeout < 86_400:
            raise ConfigurationError("--timeout: pass a number of seconds, more than zero")
        wanted = operations.load(options.operations)
        sources = [[options.source]] if options.source else wanted.sources
        if not sources:
            raise ConfigurationError(
                f"{options.operations}: lists no [[sources]]; add one, or FROM="
            )
        read = functools.partial(reader.read, timeout=options.timeout, progress=progress)
        found = download(wanted, sources, read, progress)
        if news := drift(found, options.output, wanted):
            progress.say(news)
        changed = save(found, options.output, datetime.now(UTC))
    except PipelineError as error:
        progress.say(f"pin: {error}\npin: {options.output} is as it was.")
        return error.exit_code
    origin = found.source
    count = len(wanted.operations)
    if changed:
        progress.say(f"pin: {count} operations from {origin}\nNext: make client test")
    else:
        progress.say(f"pin: nothing new in our {count} operations at {origin}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
