"""What a comparison reports: one finding per change, and a verdict over all of them."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..compare.changes import Change, Side
from ..shape.parts import text
from .rules import RULES, TAKE, Audience, Severity
from .usage import Judgement

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
_LEAF = re.compile(r"([^.\[\]{}]*)[\[\]{}]*$")
_ADDITIONS = (
    "operation-added",
    "parameter-added",
    "property-added",
    "required-property-added",
    "enum-value-added",
)


@dataclass(frozen=True)
class Occurrence:
    """A change at one operation, and what it means to the client."""

    endpoint: str
    change: Change
    judgement: Judgement


@dataclass(frozen=True)
class Finding:
    """One change, with every place where it occurs."""

    occurrences: tuple[Occurrence, ...]

    @property
    def first(self) -> Change:
        """The change at the place where it matters most."""
        return self._worst.change

    @property
    def _worst(self) -> Occurrence:
        return max(self.occurrences, key=lambda found: found.judgement.severity)

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self.first.rule

    @property
    def contract_severity(self) -> Severity:
        """How much it matters to a client that uses everything."""
        return max(RULES[self.rule].severity(found.change.site.side) for found in self.occurrences)

    @property
    def client_severity(self) -> Severity:
        """How much it matters to this client."""
        return self._worst.judgement.severity

    @property
    def used(self) -> bool:
        """Whether this client uses the field at any of the places."""
        return any(found.judgement.used for found in self.occurrences)

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations it touches."""
        return tuple(dict.fromkeys(found.endpoint for found in self.occurrences))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it touches."""
        return tuple(
            dict.fromkeys(
                found.change.site.field for found in self.occurrences if found.change.site.field
            )
        )

    @property
    def lowered(self) -> bool:
        """Whether it matters less to this client than the contract would have it."""
        return self.client_severity < self.contract_severity

    @property
    def reason(self) -> str:
        """What lowered it, if anything did."""
        return self._worst.judgement.reason

    @property
    def is_addition(self) -> bool:
        """Whether the vendor offers something that was not there before."""
        return self.rule in _ADDITIONS

    @property
    def why(self) -> str:
        """Say where it is, why it matters and what lowered it, in one line."""
        where = ", ".join(self.fields[:3])
        more = f" and {len(self.fields) - 3} more" if len(self.fields) > 3 else ""
        return f"{where}{more}: {self.explanation}" if where else self.explanation

    @property
    def explanation(self) -> str:
        """Say why it matters and what lowered it."""
        rule, side = RULES[self.rule], self.first.site.side
        harmless = rule.severity(side) <= Severity.COMPATIBLE
        parts = [_HARMLESS.get(side, rule.why) if harmless else rule.why_on(side), self.first.note]
        if self.lowered:
            parts.append(f"Lowered from {self.contract_severity}: {self.reason}.")
        return " ".join(part for part in parts if part)

    def remedy(self, audience: Audience) -> str:
        """Say what to do."""
        harmless = self.client_severity <= Severity.COMPATIBLE
        return (TAKE if harmless else RULES[self.rule].remedy).for_(audience)

    @property
    def fingerprint(self) -> str:
        """Identify rule, operations, fields and new value: accepting this accepts nothing else."""
        places = sorted(f"{found.endpoint} {found.change.site.field}" for found in self.occurrences)
        identity = json.dumps(
            [self.rule, self.first.site.side.direction, places, text(self.first.after)]
        )
        return hashlib.sha256(identity.encode()).hexdigest()[:12]

    @property
    def order(self) -> tuple[Any, ...]:
        """Sort by severity, then lost operations, then money, dates, ids and states."""
        sensitive = not any(_is_sensitive(field) for field in self.fields)
        call = (
            0
            if self.rule == "operation-removed"
            else 1
            if self.first.site.side is Side.OPERATION
            else 2
        )
        severities = -self.client_severity, -self.contract_severity
        return *severities, call, sensitive, self.fields, self.operations, self.rule


def group(occurrences: Iterable[Occurrence]) -> tuple[Finding, ...]:
    """Put equal changes of several places together, the most important first."""
    groups: dict[tuple[str, ...], list[Occurrence]] = {}
    for found in occurrences:
        change = found.change
        site = change.site
        key = (
            change.rule,
            site.side.direction,
            _leaf(site.field),
            text(change.before),
            text(change.after),
        )
        groups.setdefault(key, []).append(found)
    return tuple(
        sorted(
            (Finding(tuple(found)) for found in groups.values()), key=lambda finding: finding.order
        )
    )


@dataclass(frozen=True)
class Unwatched:
    """An operation that could not be compared, and why."""

    endpoint: str
    reason: str


@dataclass(frozen=True)
class Report:
    """The outcome of a comparison. `unwatched` operations are among `operations`."""

    operations: tuple[str, ...]
    findings: tuple[Finding, ...]
    touched: bool
    accepted: tuple[Finding, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    strict: bool = False
    unwatched: tuple[Unwatched, ...] = ()
    by_page: int = 0
    """How many of the operations were compared with their reference pages alone."""

    @property
    def compared(self) -> int:
        """How many operations were compared."""
        return len(self.operations) - len(self.unwatched)

    def reason(self, finding: Finding) -> str:
        """Return why a finding was accepted; empty if it was not."""
        return self.reasons.get(finding.fingerprint, "")

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


def _leaf(field: str) -> str:
    """Return the last name of a field, as `amount_in_cents` of `200.results[].amount_in_cents`."""
    found = _LEAF.search(field)
    return found.group(1) if found else field


def _is_sensitive(field: str) -> bool:
    """Recognize money, dates, ids and states, which come first among what matters less."""
    return bool(_SENSITIVE.search(_leaf(field)))
