"""The comparison itself: two documents and operations in, a report out. Pure, in memory."""

import sys
from collections.abc import Iterator
from typing import Any

from scripts.document.operations import Operation, Operations
from scripts.drift.compare import operation as one_operation
from scripts.drift.compare.changes import Change, Side, Site
from scripts.drift.compare.openapi import Document
from scripts.drift.judge.findings import Occurrence, Report, group
from scripts.drift.judge.usage import Usage
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
    numbers: dict[Any, int] = {}
    documents = Document(base, names[0], numbers), Document(candidate, names[1], numbers)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        found = [
            _occurrences(*documents, operation, operations) for operation in operations.operations
        ]
    except RecursionError:
        raise NotOpenAPI(f"{names[1]}: nested too deeply to compare") from None
    finally:
        sys.setrecursionlimit(limit)
    occurrences = [occurrence for batch in found for occurrence in batch]
    return Report(
        operations=tuple(operation.endpoint for operation in operations.operations),
        findings=group(occurrences),
        touched=bool(occurrences),
    )


def _occurrences(
    base: Document, candidate: Document, operation: Operation, operations: Operations
) -> list[Occurrence]:
    usage = Usage(operation, operations.client)
    return [
        Occurrence(operation.endpoint, change, usage.judge(change))
        for change in _changes(base, candidate, operation)
    ]


def _changes(base: Document, candidate: Document, operation: Operation) -> Iterator[Change]:
    old, new = base.find(operation), candidate.find(operation)
    if old is None and new is None:
        raise ConfigurationError(
            f"{operation.endpoint}: neither document has it; correct the operation"
        )
    if old is None and new is not None:
        yield Change(
            "operation-added",
            Site(Side.OPERATION, "", "/paths", new.pointer),
            None,
            operation.endpoint,
        )
    elif new is None and old is not None:
        methods = candidate.methods(operation)
        note = f"The path now has {', '.join(methods)}." if methods else ""
        yield Change(
            "operation-removed",
            Site(Side.OPERATION, "", old.pointer, "/paths"),
            operation.endpoint,
            None,
            note,
        )
    elif old is not None and new is not None and base.written(old) != candidate.written(new):
        changes = one_operation.compare(base.contract(old), candidate.contract(new))
        yield from changes or [
            Change("text-or-layout-changed", Site(Side.OPERATION, "", old.pointer, new.pointer))
        ]
