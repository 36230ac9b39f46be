"""The layers of the suite, each a function from a changed pin to what the layer complains about."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contract_tests.contract import suite
from contract_tests.contract.judge import Judge
from scripts.document import operations, slices
from scripts.document.slices import Content
from scripts.drift import Report, Severity, compare
from scripts.pin import DEFAULT_PIN

OPERATIONS = operations.load()
CATALOGUED = tuple(map(OPERATIONS.named, ("create_resident_credit", "get_write_status")))
"""The operations that the catalogue changes; others cannot be affected."""


@functools.cache
def pin() -> Content:
    """Return the pin, unchanged."""
    content: Content = json.loads(DEFAULT_PIN.read_bytes())
    return content


@functools.cache
def catalogued_pin() -> Content:
    """Return as much of the pin as the catalogue can change, which is much quicker to judge."""
    return slices.cut(pin(), CATALOGUED, str(DEFAULT_PIN))


@dataclass(frozen=True)
class Changed:
    """A changed pin and the pin it was, with what several layers look at."""

    content: Content
    base: Content

    @functools.cached_property
    def report(self) -> Report:
        """What drift says of it, assuming that everything in it is used."""
        has = [o.endpoint for o in OPERATIONS.operations if slices.find(self.base, o)]
        return compare(self.base, self.content, operations.from_endpoints(has))

    @functools.cached_property
    def judge(self) -> Judge:
        """The judge of what is sent to it, and of what it promises."""
        return Judge(self.content)


def drift(changed: Changed) -> list[str]:
    """List the findings that are warnings or worse, and values that an enum lost."""
    return [
        finding.rule
        for finding in changed.report.findings
        if finding.contract_severity >= Severity.WARNING or finding.rule == "enum-value-removed"
    ]


def sent(changed: Changed) -> list[str]:
    """Check what the client sends for the catalogued operations against the changed pin."""
    return [str(each) for o in CATALOGUED for each in suite.requests(changed.judge, o)]


def promised(changed: Changed) -> list[str]:
    """Check what the changed pin promises of responses against what our contract promises."""
    return [str(each) for o in CATALOGUED for each in suite.promised(changed.judge, o)]


def understood(changed: Changed) -> list[str]:
    """Let the client read responses drawn from the changed pin."""
    return [str(each) for o in CATALOGUED for each in suite.understood(changed.judge, o)]


Layer = Callable[[Changed], list[str]]
LAYERS: Mapping[str, Layer] = {
    "drift": drift,
    "requests": sent,
    "promises": promised,
    "responses": understood,
}
