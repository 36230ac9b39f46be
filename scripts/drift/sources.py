"""The document to compare with: a file, a URL, or what the vendor's sources have together."""

import filecmp
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..document import origins, reader, reference_page
from ..document.operations import Operation, Operations
from ..document.reader import Document
from ..document.slices import Content
from ..document.sources import Source, search
from ..support.errors import ConfigurationError, DocumentError
from ..support.progress import SILENT, Progress
from .compare import openapi
from .engine import Elsewhere


def read(source: str, base: Document, progress: Progress = SILENT) -> Document:
    """Read a candidate; a file with the base's very bytes is not parsed. Raises `DocumentError`."""
    if source.startswith(("http://", "https://")):
        document = reader.read(source, progress=progress)
        progress.say(f"drift: read {source}")
        return document
    files = Path(source), Path(base.source)
    if all(file.is_file() for file in files) and filecmp.cmp(*files, shallow=False):
        return replace(base, source=source)
    return reader.read(source, progress=progress)


def download(
    wanted: Operations, listed: Sequence[Source], base: Document, progress: Progress = SILENT
) -> Document:
    """Take each operation from the first of the vendor's sources that has it.

    An operation that is gone is a finding, so nothing is refused for it. Raises the `DocumentError`
    of the source that came closest if none can be read, and that of a source which an operation of
    `base` was downloaded from: a later one may have an older version.
    """
    if not listed:
        raise ConfigurationError(
            "it is not known where the vendor publishes; name a document with --against"
        )
    known = origins.beside(Path(base.source))
    return search(
        wanted.operations,
        listed,
        read=lambda source: read(source, base, progress),
        find=_find,
        needed=known.downloads(wanted.operations),
        progress=progress,
    ).together()


def _find(content: Content, operation: Operation) -> str | None:
    entry = openapi.Document(content, "").find(operation)
    return entry.path if entry else None


def elsewhere(
    wanted: Operations, base: Document, candidate: Document, pages: str | None, progress: Progress
) -> dict[str, Elsewhere]:
    """Say how each operation that no document is known to have is watched.

    `pages` is a folder or address that has the reference pages, an empty text for the addresses
    that are recorded beside the base, and `None` for not looking at any.
    """
    known, theirs = origins.beside(Path(base.source)), origins.beside(Path(candidate.source))
    found: dict[str, Elsewhere] = {}
    for operation in wanted.operations:
        origin, other = known.of(operation), theirs.of(operation)
        if origin is None or not origin.is_unpublished:
            continue
        again = other is not None and other.is_unpublished
        if not again and _find(candidate.content, operation):
            continue
        watched = _by_page(origin.page, pages, progress)
        unknown = " ".join(map(str, known.entry(operation).get("unknown", ())))
        found[operation.endpoint] = replace(watched, unknown=unknown, only_transcribed=again)
    return found


def _by_page(address: str | None, pages: str | None, progress: Progress) -> Elsewhere:
    if address is None:
        return Elsewhere(None, "transcribed by hand from no page that is known")
    if pages is None:
        return Elsewhere(None, "no document has it, and its reference page was not read (--pages)")
    place = f"{address.rstrip('/')}{reference_page.ENDING}"
    if pages:
        place = f"{pages.rstrip('/')}/{place.rpartition('/')[2]}"
    try:
        return Elsewhere(reference_page.parse(reader.read_text(place, progress=progress)), "")
    except DocumentError as error:
        return Elsewhere(None, f"its reference page cannot be read: {error}")
    except reference_page.NotUnderstood as error:
        return Elsewhere(None, f"its reference page {place} cannot be understood: {error}")
