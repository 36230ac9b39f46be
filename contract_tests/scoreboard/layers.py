"""The layers of the suite, each a function from a changed pin to what the layer complains about."""

import functools
import json
from collections.abc import Callable, Mapping

from contract_tests.contract import suite
from contract_tests.contract.judge import Judge
from scripts.document import operations
from scripts.document.slices import Content
from scripts.drift import Report, Severity, compare
from scripts.pin import DEFAULT_PIN

Layer = Callable[[Content], list[str]]

OPERATIONS = operations.load()
ASSUMING_ALL_USED = operations.from_endpoints(o.endpoint for o in OPERATIONS.operations)
CATALOGUED = tuple(map(OPERATIONS.named, ("create_resident_credit", "get_write_status")))
"""The operations that the catalogue changes; others cannot be affected."""


@functools.cache
def pin() -> Content:
    """Return the pin, unchanged."""
    content: Content = json.loads(DEFAULT_PIN.read_bytes())
    return content


def report(changed: Content) -> Report:
    """Compare a changed pin with the pin, assuming that everything in it is used."""
    return compare(pin(), changed, ASSUMING_ALL_USED)


def drift(changed: Content) -> list[str]:
    """List the findings that are warnings or worse, and values that an enum lost."""
    return [
        finding.rule
        for finding in report(changed).findings
        if finding.contract_severity >= Severity.WARNING or finding.rule == "enum-value-removed"
    ]


def sent(changed: Content) -> list[str]:
    """Check what the client sends for the catalogued operations against the changed pin."""
    judge = Judge(changed)
    return [str(each) for o in CATALOGUED for each in suite.requests(judge, o)]


def promised(changed: Content) -> list[str]:
    """Check what the changed pin promises of responses against what our contract promises."""
    judge = Judge(changed)
    return [str(each) for o in CATALOGUED for each in suite.promised(judge, o)]


def understood(changed: Content) -> list[str]:
    """Let the client read responses drawn from the changed pin."""
    judge = Judge(changed)
    return [str(each) for o in CATALOGUED for each in suite.understood(judge, o)]


LAYERS: Mapping[str, Layer] = {
    "drift": drift,
    "requests": sent,
    "promises": promised,
    "responses": understood,
}
