"""What a comparison reports: one finding per change, and a verdict over all of them."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..compare.changes import Change, Side, listed
from ..shape.parts import text
from .rules import RULES, TAKE, Audience, Severity
from .usage import Occurrence

_HARMLESS = {
    Side.REQUEST: "Every request that was accepted still is.",
    Side.RESPONSE: "Responses keep all their promises.",
    Side.ERROR: "Errors keep all their promises.",
}
_SENSITIVE = re.compile(
    r"amount|cents|money|price|balance|total|rent\b|fee"
    r"|date|_at$|_on$|month|last_seen|day|(^|_)ids?$|status|state|^is_",
    re.IGNORECASE,
)
_ADDITIONS = (
    "operation-added", "parameter-added", "property-added", "required-property-added",
    "enum-value-added",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One change, with every operation and field that it touches.

    `first` is the change where it matters most. The contract's severity is that for a client which
    uses everything; `lowered` is why it matters less to this one, empty if it does not.
    `fingerprint` identifies rule, places and new value: accepting it accepts nothing else.
    """

    first: Change
    contract_severity: Severity
    client_severity: Severity
    lowered: str
    used: bool
    operations: tuple[str, ...]
    fields: tuple[str, ...]
    fingerprint: str

    @classmethod
    def of(cls, occurrences: Sequence[Occurrence]) -> "Finding":
        """Put together what is equal in several places."""
        worst = max(occurrences, key=lambda found: found.severity)
        change, levels = worst.change, RULES[worst.change.rule].severities
        severity = max(levels[found.change.site.side] for found in occurrences)
        places = [(found.endpoint, found.change.site.field) for found in occurrences]
        sites = sorted(f"{endpoint} {field}" for endpoint, field in places)
        identity = [change.rule, change.site.side.direction, sites, text(change.after)]
        return cls(
            first=change,
            contract_severity=severity,
            client_severity=worst.severity,
            lowered=worst.reason if worst.severity < severity else "",
            used=any(found.used for found in occurrences),
            operations=tuple(dict.fromkeys(endpoint for endpoint, _ in places)),
            fields=tuple(dict.fromkeys(field for _, field in places if field)),
            fingerprint=hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:12],
        )

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self.first.rule

    @property
    def is_addition(self) -> bool:
        """Whether the vendor offers something that was not there before."""
        return self.rule in _ADDITIONS

    @property
    def why(self) -> str:
        """Say where it is, why it matters and what lowered it, in one line."""
        return ": ".join(filter(None, (listed(self.fields, 3), self.explanation)))

    @property
    def explanation(self) -> str:
        """Say why it matters and what lowered it."""
        rule, side = RULES[self.rule], self.first.site.side
        harmless = rule.severities[side] <= Severity.COMPATIBLE
        parts = [_HARMLESS.get(side, rule.why) if harmless else rule.why_on(side), self.first.note]
        if self.lowered:
            parts.append(f"Lowered from {self.contract_severity}: {self.lowered}.")
        return " ".join(filter(None, parts))

    def remedy(self, audience: Audience) -> str:
        """Say what to do."""
        harmless = self.client_severity <= Severity.COMPATIBLE
        return (TAKE if harmless else RULES[self.rule].remedy).for_(audience)

    @property
    def order(self) -> tuple[Any, ...]:
        """Sort by severity, then lost operations, then money, dates, ids and states."""
        severities = -self.client_severity, -self.contract_severity
        operation = self.rule != "operation-removed", self.first.site.side is not Side.OPERATION
        sensitive = not any(_SENSITIVE.search(_leaf(field)) for field in self.fields)
        return *severities, *operation, sensitive, self.fields, self.operations, self.rule


def group(occurrences: Iterable[Occurrence]) -> tuple[Finding, ...]:
    """Put equal changes of several places together, the most important first."""
    groups: dict[tuple[str, ...], list[Occurrence]] = {}
    for found in occurrences:
        change, site = found.change, found.change.site
        values = text(change.before), text(change.after)
        key = (change.rule, site.side.direction, _leaf(site.field), *values)
        groups.setdefault(key, []).append(found)
    return tuple(sorted(map(Finding.of, groups.values()), key=lambda finding: finding.order))


def _leaf(field: str) -> str:
    """Return the last name of a field, as `amount_in_cents` of `200.results[].amount_in_cents`."""
    return re.split(r"[.\[\]{}]", field.rstrip("[]{}"))[-1]


@dataclass(frozen=True)
class Report:
    """The outcome of a comparison.

    `unwatched` has the operations that could not be compared, and why; they are among `operations`.
    `accepted` has accepted findings, each with its reason. `by_page` is how many of the operations
    were compared with their reference pages alone.
    """

    operations: tuple[str, ...]
    findings: tuple[Finding, ...]
    touched: bool
    unwatched: dict[str, str] = field(default_factory=dict)
    by_page: int = 0
    accepted: tuple[tuple[Finding, str], ...] = ()
    notes: tuple[str, ...] = ()
    strict: bool = False

    @property
    def compared(self) -> int:
        """How many operations were compared."""
        return len(self.operations) - len(self.unwatched)

    @property
    def contract_verdict(self) -> Severity:
        """The verdict for a client that uses everything."""
        return max((finding.contract_severity for finding in self.findings), default=self._floor)

    @property
    def client_verdict(self) -> Severity:
        """The verdict for this client."""
        return max((finding.client_severity for finding in self.findings), default=self._floor)

    @property
    def verdict(self) -> Severity:
        """The verdict that the exit code follows."""
        return self.contract_verdict if self.strict else self.client_verdict

    @property
    def _floor(self) -> Severity:
        return Severity.COSMETIC if self.touched else Severity.UNTOUCHED
