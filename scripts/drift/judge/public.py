"""Names that users of the client call, and that a client of the new document would not have."""

import re
from collections.abc import Iterable, Iterator

from ...document.operations import Operation
from ..compare.changes import Change, Side

_REMOVALS = (
    "operation-removed", "parameter-removed", "property-removed", "optional-property-removed",
    "property-renamed",
)  # fmt: skip
_ARGUMENT = re.compile(r"(?:body|query|path)\.(\w+)")
_ATTRIBUTE = re.compile(r"2\w\w\.results(?:\[\])?\.(.+)")


def names_removed(operation: Operation, changes: Iterable[Change]) -> Iterator[Change]:
    """Yield a change of its own for each method, argument or attribute that goes with a change."""
    for change in changes:
        name = _name(operation, change) if change.rule in _REMOVALS else ""
        if name:
            yield Change("public-name-removed", change.site, name, None)


def _name(operation: Operation, change: Change) -> str:
    if not operation.public:
        return ""
    if change.site.side is Side.OPERATION:
        return f"{operation.public}()"
    if argument := _ARGUMENT.fullmatch(change.site.field):
        return f"{operation.public}({argument[1]}=)"
    attribute = _ATTRIBUTE.fullmatch(change.site.field)
    return f"{operation.record}.{attribute[1]}" if attribute and operation.record else ""
