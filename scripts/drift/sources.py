"""The document to compare with: a file, a URL, or what the vendor's sources hold together."""

import filecmp
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..document import origins, reader
from ..document.operations import Operation, Operations
from ..document.reader import Document
from ..document.slices import Content
from ..document.sources import Source, search
from ..support.errors import ConfigurationError
from ..support.progress import SILENT, Progress
from .compare import openapi


def read(source: str, base: Document, progress: Progress = SILENT) -> Document:
    """Read a candidate; a file with the base's very bytes is not parsed. Raises `DocumentError`."""
    if (
        Path(source).is_file()
        and Path(base.source).is_file()
        and filecmp.cmp(source, base.source, shallow=False)
    ):
        return replace(base, source=source)
    return _read(source, progress)


def _read(source: str, progress: Progress) -> Document:
    document = reader.read(source, progress=progress)
    if source.startswith(("http://", "https://")):
        progress.say(f"drift: read {source}")
    return document


def download(
    wanted: Operations, listed: Sequence[Source], base: Document, progress: Progress = SILENT
) -> Document:
    """Take each operation from the first of the vendor's sources that has it.

    An operation that is gone is a finding, so nothing is refused for it. Raises the `DocumentError`
    of the source that came closest if none can be read, and that of a source which an operation of
    `base` was downloaded from: a later one may hold an older version.
    """
    if not listed:
        raise ConfigurationError(
            "it is not known where the vendor publishes; name a document with --against"
        )
    known = origins.beside(Path(base.source))
    return search(
        wanted.operations,
        listed,
        read=lambda source: _read(source, progress),
        find=_find,
        needed=known.downloads(wanted.operations),
        progress=progress,
    ).together()


def _find(content: Content, operation: Operation) -> str | None:
    entry = openapi.Document(content, "").find(operation)
    return entry.path if entry else None
