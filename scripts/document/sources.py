"""Which of the vendor's documents has which operation.

Sources are believed in the order in which they are listed. Each is one document, at one address or
at several (as JSON, as YAML), of which the first that can be read counts. A source is read only
while an operation is still to be found.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..support.errors import DocumentError
from ..support.progress import SILENT, Progress
from . import reader, slices
from .join import join
from .operations import Operation
from .reader import Document
from .slices import Content

Source = Sequence[str]
Read = Callable[[str], Document]
Find = Callable[[Content, Operation], str | None]


@dataclass(frozen=True)
class Held:
    """An operation, the document that has it, and the path under which it is published there."""

    operation: Operation
    document: Document
    path: str


@dataclass(frozen=True)
class Found:
    """What was found in the sources: every operation once, from the first source that has it."""

    documents: tuple[Document, ...]
    held: tuple[Held, ...]
    missing: tuple[Operation, ...]

    @property
    def used(self) -> tuple[Document, ...]:
        """The documents that have at least one of the operations, in order."""
        return tuple(
            document
            for document in self.documents
            if any(held.document is document for held in self.held)
        )

    def cuts(self) -> list[Content]:
        """Cut from each document the operations that are taken from it."""
        return [
            slices.keep(
                document.content,
                {(h.path, h.operation.method) for h in self.held if h.document is document},
            )
            for document in self.used
        ]

    def together(self) -> Document:
        """Return the document that has them all, whole, or else the cuts put together.

        Where no document has any of them, that is the first that could be read.
        """
        used = self.used or self.documents[:1]
        if len(used) == 1:
            return used[0]
        return Document(
            source=" + ".join(document.source for document in used),
            raw=b"".join(document.raw for document in used),
            content=join(self.cuts()),
        )


def search(
    wanted: Sequence[Operation],
    sources: Sequence[Source],
    *,
    read: Read = reader.read,
    find: Find = slices.find,
    needed: Collection[str] = (),
    progress: Progress = SILENT,
) -> Found:
    """Look for each operation in the sources, one after the other.

    A source that cannot be read is passed over, and the reason reported to `progress`. But if one
    of its addresses is among `needed`, its error is raised: an operation that came from there last
    time may stand in a later source in an older version. Raises the error of the source that came
    closest if none can be read at all.
    """
    documents: list[Document] = []
    held: list[Held] = []
    failures: dict[str, DocumentError] = {}
    waiting = tuple(wanted)
    for addresses in sources:
        if not waiting and documents:
            break
        failed: dict[str, DocumentError] = {}
        document = _first(addresses, read, failed)
        if document is None and not set(needed).isdisjoint(addresses):
            _say(_by_reason(failures), progress)
            raise _closest(failed, progress)
        failures |= failed
        if document is None:
            continue
        documents.append(document)
        paths = {operation: find(document.content, operation) for operation in waiting}
        held += [Held(o, document, path) for o, path in paths.items() if path is not None]
        waiting = tuple(operation for operation, path in paths.items() if path is None)
    if not documents:
        raise _closest(failures, progress)
    _say(_by_reason(failures), progress)
    return Found(tuple(documents), tuple(held), waiting)


def _first(addresses: Source, read: Read, failed: dict[str, DocumentError]) -> Document | None:
    """Return the document of the first address that can be read, and note why others cannot."""
    for address in addresses:
        try:
            return read(address)
        except DocumentError as error:
            failed[address] = error
    return None


def _by_reason(failures: Mapping[str, DocumentError]) -> list[DocumentError]:
    """Name one address for each reason, and count the others."""
    reasons: dict[str, list[DocumentError]] = {}
    for address, error in failures.items():
        reasons.setdefault(str(error).removeprefix(address), []).append(error)
    return [
        type(error)(f"{error} (and at {len(more)} more)") if more else error
        for error, *more in reasons.values()
    ]


def _closest(failures: Mapping[str, DocumentError], progress: Progress) -> DocumentError:
    """Return the error of the address that came closest, and report the others."""
    errors = _by_reason(failures)
    closest = max(errors, key=lambda error: error.exit_code)
    _say([error for error in errors if error is not closest], progress)
    return closest


def _say(errors: Iterable[DocumentError], progress: Progress) -> None:
    for error in errors:
        progress.say(str(error))
