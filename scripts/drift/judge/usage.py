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
class Use:
    """One entry of `sends` or `reads`: `body.frequency=MONTHLY|WEEKLY`, `200.meta.total?`."""

    field: str
    certain: bool
    values: tuple[str, ...] | None

    @classmethod
    def parse(cls, entry: str) -> "Use":
        """Read an entry: `?` makes the field uncertain, `=A|B` lists the only values sent."""
        field, has_values, values = entry.partition("=")
        return cls(
            field.rstrip("?"),
            not field.endswith("?"),
            tuple(values.split("|")) if has_values else None,
        )


@dataclass(frozen=True)
class Judgement:
    """How much a change matters to this client, whether it is used, and why it was lowered."""

    severity: Severity
    used: bool
    reason: str = ""


class Usage:
    """What the client sends and reads. Whatever is not known counts as used, closed and strict."""

    def __init__(self, operation: Operation, client: Client) -> None:
        """Read the entries of an operation."""
        self.client = client
        self.sends = (
            None if operation.sends is None else [Use.parse(entry) for entry in operation.sends]
        )
        self.reads = (
            None if operation.reads is None else [Use.parse(entry) for entry in operation.reads]
        )

    def judge(self, change: Change) -> Judgement:
        """Lower the severity of a change as far as its rule and this usage allow."""
        rule, side = RULES[change.rule], change.site.side
        severity = rule.severity(side)
        if side is Side.OPERATION:
            return self._judge_operation(change, severity)
        uses = None if change.everywhere else self._uses(side, change.site.field)
        used = uses is None or bool(uses)
        unless = rule.unless(side)
        lowered, reason = self._lowered(change, unless, uses)
        if lowered < severity:
            return Judgement(lowered, used, reason)
        return Judgement(severity, used)

    def _judge_operation(self, change: Change, severity: Severity) -> Judgement:
        servers = self.client.servers
        if (
            change.rule == "server-removed"
            and servers is not None
            and change.before not in _stripped(servers)
        ):
            return Judgement(Severity.COMPATIBLE, used=False, reason="not used by this client")
        return Judgement(severity, used=True)

    def _uses(self, side: Side, field: str) -> list[Use] | None:
        """Find the entries at `field` or below it; `None` if nothing is known of the client."""
        entries = self.sends if side is Side.REQUEST else self.reads
        if entries is None:
            return None
        return [use for use in entries if _is_within(use.field, field)]

    def _lowered(
        self, change: Change, unless: Unless, uses: list[Use] | None
    ) -> tuple[Severity, str]:
        if unless is Unless.OPEN and (uses is None or uses) and self.client.open_enums:
            return Severity.WARNING, "the client keeps unknown values"
        if uses is None:
            if change.rule in _NEW_FIELDS and self.client.keeps_extras:
                return Severity.COMPATIBLE, "the client keeps unknown fields"
            return Severity.BREAKING, ""
        exact = [use for use in uses if use.field == change.site.field]
        reasons = {
            Unless.NEVER: False,
            Unless.UNSENT: not uses,
            Unless.UNREAD: not uses or (change.rule in _NEW_FIELDS and self.client.keeps_extras),
            Unless.OPEN: not uses,
            Unless.FITS: not uses or self._fits(change, exact, uses),
            Unless.COPES: not uses or (bool(exact) and not any(use.certain for use in exact)),
            Unless.ALWAYS_SENT: self._always_sent(change, uses),
        }
        if not reasons[unless]:
            return Severity.BREAKING, ""
        return Severity.COMPATIBLE, self._reason(unless, bool(uses))

    @staticmethod
    def _reason(unless: Unless, used: bool) -> str:
        if used:
            return {
                Unless.COPES: "the client copes without it",
                Unless.UNREAD: "the client keeps unknown fields",
            }.get(unless, unless.value)
        return "not used by this client"

    @staticmethod
    def _always_sent(change: Change, uses: list[Use]) -> bool:
        # A body is always there if anything in it is.
        return any(
            use.certain and (use.field == change.site.field or change.site.field == "body")
            for use in uses
        )

    @staticmethod
    def _fits(change: Change, exact: list[Use], uses: list[Use]) -> bool:
        if not exact or len(exact) != len(uses) or change.shape is None:
            return False
        return all(
            use.values is not None and all(accepts(change.shape, v) for v in use.values)
            for use in exact
        )


def _stripped(servers: tuple[str, ...]) -> set[str]:
    return {server.rstrip("/") for server in servers}


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
