"""The comparison itself: two documents and operations in, a report out. Pure, in memory."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from ..document import reader
from ..document.operations import Operation, Operations, parameter_names
from ..document.published import hash_of
from ..document.reference_page import NotUnderstood, Page
from ..support.errors import ConfigurationError, NotOpenAPI
from .compare import operation as one_operation
from .compare import page
from .compare.changes import Change, Side, Site
from .compare.contract import Contract
from .compare.openapi import Document, Entry, is_open
from .judge.findings import Occurrence, Report, Unwatched, group
from .judge.usage import Usage, names_removed
from .reports import text
from .reports.presentation import Presentation
from .shape import numbering

RECURSION_LIMIT = 6_000


@dataclass(frozen=True)
class Elsewhere:
    """What is known of an operation that is in no document: its page, or why there is none.

    `only_transcribed` if the candidate has no more than the same transcription by hand.
    """

    page: Page | None
    reason: str
    unknown: str = ""
    only_transcribed: bool = False


def compare(
    base: dict[str, Any],
    candidate: dict[str, Any],
    operations: Operations,
    *,
    names: tuple[str, str] = ("base", "candidate"),
    elsewhere: Mapping[str, Elsewhere] = MappingProxyType({}),
) -> Report:
    """Compare what two documents promise about `operations`.

    `names` is what errors call the documents. `elsewhere` says, by their endpoints, how operations
    are watched that no document is known to have: their absence is no removal. Raises `NotOpenAPI`
    if a document cannot be resolved and `ConfigurationError` if neither has an operation.
    """
    if not operations.operations:
        raise ConfigurationError("no operation to compare; name at least one")
    documents = Document(base, names[0]), Document(candidate, names[1])
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        pairs = [
            _Pair.of(operation, *documents, elsewhere.get(operation.endpoint))
            for operation in operations.operations
        ]
        numbering.number(shape for pair in pairs for shape in pair.shapes())
        occurrences = [
            Occurrence(pair.operation.endpoint, change, usage.judge(change))
            for pair in pairs
            for usage in [Usage(pair.operation, operations.client)]
            for changes in [list(pair.changes())]
            for change in (*changes, *names_removed(pair.operation, changes))
        ]
    except RecursionError:
        raise NotOpenAPI(f"{names[1]}: nested too deeply to compare") from None
    finally:
        sys.setrecursionlimit(limit)
    return Report(
        operations=tuple(operation.endpoint for operation in operations.operations),
        findings=group(occurrences),
        touched=bool(occurrences),
        unwatched=tuple(
            Unwatched(pair.operation.endpoint, pair.unwatched) for pair in pairs if pair.unwatched
        ),
        by_page=sum(pair.page_changes is not None for pair in pairs),
    )


def describe(base: reader.Document, candidate: reader.Document, wanted: Operations) -> str:
    """Report the drift between two documents as text.

    Raises `DocumentError` if one of them cannot be resolved.
    """
    names = base.source, candidate.source
    report = compare(base.content, candidate.content, wanted, names=names)
    today = datetime.now(UTC).date()
    return text.render(Presentation(report, base, candidate, today)).rstrip()


@dataclass(frozen=True)
class _Pair:
    """One operation of two documents; `contracts` only where its text leaves a question."""

    operation: Operation
    old: Entry | None
    new: Entry | None
    methods: list[str]
    contracts: tuple[Contract, ...] = ()
    alike: bool = False
    page_changes: list[Change] | None = None
    unwatched: str = ""

    @classmethod
    def of(
        cls,
        operation: Operation,
        base: Document,
        candidate: Document,
        elsewhere: Elsewhere | None = None,
    ) -> "_Pair":
        old, new = base.find(operation), candidate.find(operation)
        if old is None and new is None:
            raise ConfigurationError(
                f"{operation.endpoint}: neither document has it; correct the operation"
            )
        contracts: tuple[Contract, ...] = ()
        alike = False
        if old and new:
            written, other = base.written(old), candidate.written(new)
            alike = written == other or operation.published == hash_of(other)
            if not alike or is_open(written):
                as_published = _as_published(base.contract(old), operation)
                contracts = as_published, candidate.contract(new)
        pair = cls(operation, old, new, candidate.methods(operation), contracts, alike)
        absent = new is None or (alike and elsewhere is not None and elsewhere.only_transcribed)
        if elsewhere is None or old is None or not absent:
            return pair
        return pair._by_page(_as_published(base.contract(old), operation), elsewhere)

    def _by_page(self, contract: Contract, elsewhere: Elsewhere) -> "_Pair":
        if elsewhere.page is None:
            return replace(self, unwatched=elsewhere.reason)
        try:
            method = self.operation.method
            changes = page.compare(contract, method, elsewhere.page, elsewhere.unknown)
        except NotUnderstood as error:
            return replace(self, unwatched=f"its reference page cannot be understood: {error}")
        return replace(self, page_changes=changes)

    def shapes(self) -> Iterator[Any]:
        for contract in self.contracts:
            yield from contract.shapes()

    def changes(self) -> Iterator[Change]:
        old, new, endpoint = self.old, self.new, self.operation.endpoint
        if self.unwatched or self.page_changes is not None:
            yield from self.page_changes or ()
        elif old is None and new is not None:
            site = Site(Side.OPERATION, "", "/paths", new.pointer)
            yield Change("operation-added", site, None, endpoint)
        elif new is None and old is not None:
            site = Site(Side.OPERATION, "", old.pointer, "/paths")
            note = f"The path now has {', '.join(self.methods)}." if self.methods else ""
            yield Change("operation-removed", site, endpoint, None, note)
        elif self.contracts and old and new:
            changes = one_operation.compare(*self.contracts)
            site = Site(Side.OPERATION, "", old.pointer, new.pointer)
            yield from changes
            if not changes and not self.alike:
                yield Change("text-or-layout-changed", site)


def _as_published(contract: Contract, operation: Operation) -> Contract:
    """Undo what a copy's contract says otherwise than the document it was made from."""
    if contract.body and operation.body_is_optional:
        contract = replace(contract, body=replace(contract.body, required=False))
    if operation.published_path:
        names = parameter_names(operation.published_path)
        parameters = {
            (place, key): replace(parameter, name=names[int(key)]) if place == "path" else parameter
            for (place, key), parameter in contract.parameters.items()
        }
        contract = replace(contract, path=operation.published_path, parameters=parameters)
    return contract
