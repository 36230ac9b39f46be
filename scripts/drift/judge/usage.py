"""What the client does with an operation: it lowers changes, and loses names by them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...document.operations import Client, Operation
from ..compare.changes import Change, Side
from ..shape.values import accepts
from .rules import RULES, Severity, Unless

_NEW_FIELDS = ("extras-opened", "closed-property-added")
_REMOVALS = (
    "operation-removed", "parameter-removed", "property-removed", "optional-property-removed",
    "property-renamed",
)  # fmt: skip
_ARGUMENT = re.compile(r"(?:body|query|path)\.(\w+)")
_ATTRIBUTE = re.compile(r"2\w\w\.results(?:\[\])?\.(.+)")


@dataclass(frozen=True)
class Occurrence:
    """A change at one operation: how much it matters to the client, and why that was lowered."""

    endpoint: str
    change: Change
    severity: Severity
    used: bool = True
    reason: str = ""


@dataclass(frozen=True)
class Use:
    """One entry of `sends` or `reads`: `body.frequency=MONTHLY|WEEKLY`, `200.meta.total?`."""

    field: str
    certain: bool
    values: list[str] | None

    @classmethod
    def parse(cls, entry: str) -> "Use":
        """Read an entry: `?` makes the field uncertain, `=A|B` lists the only values sent."""
        field, has_values, values = entry.partition("=")
        listed = values.split("|") if has_values else None
        return cls(field.rstrip("?"), not field.endswith("?"), listed)


class Usage:
    """What the client sends and reads. Whatever is not known counts as used, closed and strict."""

    def __init__(self, operation: Operation, client: Client) -> None:
        """Read the entries of an operation."""
        self.endpoint = operation.endpoint
        self.client = client
        self.sends, self.reads = (
            None if entries is None else [Use.parse(entry) for entry in entries]
            for entries in (operation.sends, operation.reads)
        )

    def judge(self, change: Change) -> Occurrence:
        """Lower the severity of a change as far as its rule and this usage allow."""
        severity = RULES[change.rule].severities[change.site.side]
        uses = self._uses(change)
        lowered, reason = self._lowered(change, uses)
        if lowered >= severity:
            lowered, reason = severity, ""
        return Occurrence(self.endpoint, change, lowered, used=uses != [], reason=reason)

    def _uses(self, change: Change) -> list[Use] | None:
        """Find the entries at a field or below it; `None` if nothing is known of the client."""
        side, servers = change.site.side, self.client.servers
        if side is Side.OPERATION:
            if change.rule != "server-removed" or servers is None:
                return None
            return None if change.before in {url.rstrip("/") for url in servers} else []
        entries = self.sends if side is Side.REQUEST else self.reads
        if entries is None or change.everywhere:
            return None
        return [use for use in entries if _is_within(use.field, change.site.field)]

    def _lowered(self, change: Change, uses: list[Use] | None) -> tuple[Severity, str]:
        unless = RULES[change.rule].unless(change.site.side)
        is_used = uses is None or bool(uses)
        if is_used and unless is Unless.OPEN and self.client.open_enums:
            return Severity.WARNING, "the client keeps unknown values"
        if is_used and change.rule in _NEW_FIELDS and self.client.keeps_extras:
            return Severity.COMPATIBLE, "the client keeps unknown fields"
        if uses and _holds(unless, change, uses):
            named = {Unless.COPES: "the client copes without it"}
            return Severity.COMPATIBLE, named.get(unless, unless.value)
        if not is_used and unless not in (Unless.NEVER, Unless.ALWAYS_SENT):
            return Severity.COMPATIBLE, "not used by this client"
        return Severity.BREAKING, ""


def _holds(unless: Unless, change: Change, uses: list[Use]) -> bool:
    """Whether it is known of a field that is used."""
    field, shape = change.site.field, change.shape
    exact = [use for use in uses if use.field == field]
    if unless is Unless.ALWAYS_SENT:  # a body is always there if anything in it is
        return any(use.certain for use in (uses if field == "body" else exact))
    if unless is Unless.COPES:
        return bool(exact) and not any(use.certain for use in exact)
    if unless is not Unless.FITS or len(exact) != len(uses) or shape is None:
        return False
    return all(
        use.values is not None and all(accepts(shape, value) for value in use.values)
        for use in exact
    )


def _is_within(used: str, field: str) -> bool:
    """Whether a used field is `field` or below it. `4XX` and `default` stand for their statuses."""
    status, dot, rest = field.partition(".")
    used_status, _, used_rest = used.partition(".")
    if status in ("default", "4XX", "5XX", "2XX", "3XX", "1XX") and used_status.isdigit():
        if status != "default" and status[0] != used_status[0]:
            return False
        return not dot or _is_within(f"_.{used_rest}", f"_.{rest}")
    if field.startswith("header.") or rest.startswith("headers."):
        used, field = used.lower(), field.lower()
    return used == field or used.startswith((f"{field}.", f"{field}[", f"{field}{{"))


def names_removed(operation: Operation, changes: Iterable[Change]) -> Iterator[Change]:
    """Yield a change of its own for each method, argument or attribute that goes with a change."""
    for change in changes:
        name = _public_name(operation, change) if change.rule in _REMOVALS else ""
        if name:
            yield Change("public-name-removed", change.site, name, None)


def _public_name(operation: Operation, change: Change) -> str:
    if not operation.public:
        return ""
    if change.site.side is Side.OPERATION:
        return f"{operation.public}()"
    if argument := _ARGUMENT.fullmatch(change.site.field):
        return f"{operation.public}({argument[1]}=)"
    attribute = _ATTRIBUTE.fullmatch(change.site.field)
    return f"{operation.record}.{attribute[1]}" if attribute and operation.record else ""
