"""The document to compare with: a file, a URL, or the first of the vendor's sources that serves."""

import filecmp
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.document import reader, slices
from scripts.document.operations import METHODS, Client, Operation, Operations
from scripts.document.reader import Document
from scripts.drift.compare import openapi
from scripts.drift.shape.references import mapping
from scripts.support.errors import ConfigurationError, DocumentError
from scripts.support.progress import SILENT, Progress

EXTENSION = "x-propexo-client"


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
    wanted: Operations, sources: Sequence[Sequence[str]], progress: Progress = SILENT
) -> Document:
    """Take the first of the vendor's sources that holds every operation, else the one with most.

    An operation that is gone is a finding, so a source is not refused for it. Raises the
    `DocumentError` of the source that came closest if none can be read.
    """
    if not sources:
        raise ConfigurationError(
            "no [[sources]] to read the vendor's document from; name one with --candidate"
        )
    found: list[tuple[int, Document]] = []
    failures: list[DocumentError] = []
    for urls in sources:
        try:
            parts = tuple(_read(url, progress) for url in urls)
            found.append(_together(parts, wanted))
        except DocumentError as error:
            failures.append(error)
            continue
        if found[-1][0] == len(wanted.operations):
            break
    for failure in failures:
        progress.say(str(failure))
    if not found:
        raise max(failures, key=lambda error: error.exit_code)
    return max(found, key=lambda counted: counted[0])[1]


def _together(parts: tuple[Document, ...], wanted: Operations) -> tuple[int, Document]:
    """Count the operations that some documents hold, and put the documents together."""
    indexes = [openapi.Document(part.content, part.source, {}) for part in parts]
    entries = [
        replace(operation, path=entry.path)
        for operation in wanted.operations
        if (entry := next((entry for index in indexes if (entry := index.find(operation))), None))
    ]
    if len(parts) == 1:
        return len(entries), parts[0]

    content = slices.merge([(part.source, part.content) for part in parts], tuple(entries))
    source = " + ".join(part.source for part in parts)
    return len(entries), Document(source, b"".join(part.raw for part in parts), content)


def operations_in(document: dict[str, Any]) -> Operations | None:
    """Collect the operations that name themselves the client's. `None` if there are none.

    Each carries `{name, sends, reads}`; the document itself may carry
    `{servers, response_enums, response_extras}`.
    """
    found = tuple(
        _operation(method, path, item[method][EXTENSION])
        for path, item in document["paths"].items()
        for method in METHODS
        if EXTENSION in mapping(mapping(item).get(method))
    )
    client = mapping(document.get(EXTENSION))
    settings = Client(
        servers=_texts(client.get("servers"), EXTENSION),
        open_enums=client.get("response_enums") == "open",
        keeps_extras=client.get("response_extras") == "kept",
    )
    return Operations(found, client=settings) if found else None


def _operation(method: str, path: str, entry: Any) -> Operation:
    where = f"{method.upper()} {path}: {EXTENSION}"
    entry = mapping(entry)
    return Operation(
        method=method,
        path=path,
        name=str(entry.get("name", "")),
        sends=_texts(entry.get("sends"), f"{where}.sends"),
        reads=_texts(entry.get("reads"), f"{where}.reads"),
    )


def _texts(value: Any, where: str) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigurationError(f"{where}: must be a list of texts")
    return tuple(value)
