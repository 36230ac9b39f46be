"""The comparison itself: two documents and operations in, a report out. Pure, in memory."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from ..document import reader
from ..document.operations import Operation, Operations, parameter_names
from ..document.published import hash_of
from ..document.reference_page import NotUnderstood
from ..support.errors import ConfigurationError, NotOpenAPI
from .compare import operation as one_operation
from .compare import page
from .compare.changes import Change, Side, Site
from .compare.contract import Contract
from .compare.openapi import Document, is_open
from .judge.findings import Report, group
from .judge.usage import Occurrence, Usage, names_removed
from .reports import text
from .reports.presentation import Presentation
from .shape import numbering

RECURSION_LIMIT = 6_000


def compare(
    base: dict[str, Any],
    candidate: dict[str, Any],
    operations: Operations,
    *,
    names: tuple[str, str] = ("base", "candidate"),
    elsewhere: Mapping[str, page.Elsewhere] = MappingProxyType({}),
) -> Report:
    """Compare what two documents promise about `operations`.

    `names` is what errors call the documents. `elsewhere` says, by their endpoints, how operations
    are watched that no document is known to have: their absence is no removal. Raises `NotOpenAPI`
    if a document cannot be resolved and `ConfigurationError` if neither has an operation.
    """
    if not operations.operations:
        raise ConfigurationError("no operation to compare; name at least one")
    documents = Document(base, names[0]), Document(candidate, names[1])
    occurrences: list[Occurrence] = []
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        pairs = [_pair(o, *documents, elsewhere.get(o.endpoint)) for o in operations.operations]
        numbering.number(
            shape for pair in pairs for each in pair.contracts for shape in each.shapes()
        )
        for pair in pairs:
            usage = Usage(pair.operation, operations.client)
            changes = pair.changes()
            occurrences += map(usage.judge, (*changes, *names_removed(pair.operation, changes)))
    except RecursionError:
        raise NotOpenAPI(f"{names[1]}: nested too deeply to compare") from None
    finally:
        sys.setrecursionlimit(limit)
    return Report(
        operations=tuple(operation.endpoint for operation in operations.operations),
        findings=group(occurrences),
        touched=bool(occurrences),
        unwatched={pair.operation.endpoint: pair.unwatched for pair in pairs if pair.unwatched},
        by_page=sum(pair.by_page for pair in pairs),
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
    """One operation of two documents; `contracts` only where its text leaves a question.

    `known` are the changes if there are no contracts, or none between them.
    """

    operation: Operation
    known: tuple[Change, ...] = ()
    contracts: tuple[Contract, ...] = ()
    unwatched: str = ""
    by_page: bool = False

    def changes(self) -> Sequence[Change]:
        """Compare what is to be compared."""
        return (one_operation.compare(*self.contracts) if self.contracts else ()) or self.known


def _pair(
    operation: Operation, base: Document, candidate: Document, elsewhere: page.Elsewhere | None
) -> _Pair:
    endpoint = operation.endpoint
    old, new = base.find(operation), candidate.find(operation)
    if old is None:
        if new is None:
            raise ConfigurationError(f"{endpoint}: neither document has it; correct the operation")
        site = Site(Side.OPERATION, "", "/paths", new.pointer)
        return _Pair(operation, (Change("operation-added", site, None, endpoint),))
    site = Site(Side.OPERATION, "", old.pointer, new.pointer if new else "/paths")
    written, other = base.written(old), candidate.written(new) if new else ""
    alike = written == other or operation.published == hash_of(other)
    if elsewhere and (new is None or (alike and elsewhere.only_transcribed)):
        return _by_page(operation, _as_published(base.contract(old), operation), elsewhere)
    if new is None:
        methods = candidate.methods(operation)
        note = f"The path now has {', '.join(methods)}." if methods else ""
        return _Pair(operation, (Change("operation-removed", site, endpoint, None, note),))
    if alike and not is_open(written):
        return _Pair(operation)
    contracts = _as_published(base.contract(old), operation), candidate.contract(new)
    return _Pair(operation, () if alike else (Change("text-or-layout-changed", site),), contracts)


def _by_page(operation: Operation, contract: Contract, elsewhere: page.Elsewhere) -> _Pair:
    if elsewhere.page is None:
        return _Pair(operation, unwatched=elsewhere.reason)
    try:
        changes = page.compare(contract, operation.method, elsewhere.page, elsewhere.unknown)
    except NotUnderstood as error:
        return _Pair(operation, unwatched=f"its reference page cannot be understood: {error}")
    return _Pair(operation, tuple(changes), by_page=True)


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
