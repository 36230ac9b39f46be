"""The comparison itself: two documents and operations in, a report out. Pure, in memory."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scripts.document.operations import Operation, Operations
from scripts.drift.compare import operation as one_operation
from scripts.drift.compare.changes import Change, Side, Site
from scripts.drift.compare.contract import Contract
from scripts.drift.compare.openapi import Document, Entry, is_open
from scripts.drift.judge.findings import Occurrence, Report, group
from scripts.drift.judge.usage import Usage
from scripts.drift.shape import numbering
from scripts.support.errors import ConfigurationError, NotOpenAPI

RECURSION_LIMIT = 6_000


def compare(
    base: dict[str, Any],
    candidate: dict[str, Any],
    operations: Operations,
    *,
    names: tuple[str, str] = ("base", "candidate"),
) -> Report:
    """Compare what two documents promise about `operations`.

    `names` is what errors call the documents. Raises `NotOpenAPI` if a document cannot be resolved
    and `ConfigurationError` if neither has an operation.
    """
    if not operations.operations:
        raise ConfigurationError("no operation to compare; name at least one")
    documents = Document(base, names[0]), Document(candidate, names[1])
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        pairs = [_Pair.of(operation, *documents) for operation in operations.operations]
        numbering.number(shape for pair in pairs for shape in pair.shapes())
        occurrences = [
            Occurrence(pair.operation.endpoint, change, usage.judge(change))
            for pair in pairs
            for usage in [Usage(pair.operation, operations.client)]
            for change in pair.changes()
        ]
    except RecursionError:
        raise NotOpenAPI(f"{names[1]}: nested too deeply to compare") from None
    finally:
        sys.setrecursionlimit(limit)
    return Report(
        operations=tuple(operation.endpoint for operation in operations.operations),
        findings=group(occurrences),
        touched=bool(occurrences),
    )


@dataclass(frozen=True)
class _Pair:
    """One operation of two documents; `contracts` only where its text leaves a question."""

    operation: Operation
    old: Entry | None
    new: Entry | None
    methods: list[str]
    contracts: tuple[Contract, ...]
    alike: bool

    @classmethod
    def of(cls, operation: Operation, base: Document, candidate: Document) -> "_Pair":
        old, new = base.find(operation), candidate.find(operation)
        if old is None and new is None:
            raise ConfigurationError(
                f"{operation.endpoint}: neither document has it; correct the operation"
            )
        contracts: tuple[Contract, ...] = ()
        alike = False
        if old and new:
            written = base.written(old)
            alike = written == candidate.written(new)
            if not alike or is_open(written):
                contracts = base.contract(old), candidate.contract(new)
        return cls(operation, old, new, candidate.methods(operation), contracts, alike)

    def shapes(self) -> Iterator[Any]:
        for contract in self.contracts:
            yield from contract.shapes()

    def changes(self) -> Iterator[Change]:
        old, new, endpoint = self.old, self.new, self.operation.endpoint
        if old is None and new is not None:
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
