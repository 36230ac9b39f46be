"""The layers of the suite, each a function from a changed pin to what the layer complains about."""

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from contract_tests.contract import coverage, exchanges, understanding
from contract_tests.contract.calls import CALLS
from contract_tests.contract.judge import Judge
from contract_tests.contract.router import wire
from propexo_client import Environment, Propexo
from scripts.document import operations
from scripts.document.slices import Content
from scripts.drift import Report, Severity, compare
from scripts.pin import DEFAULT_PIN

Layer = Callable[[Content], list[str]]

OPERATIONS = operations.load()
ASSUMING_ALL_USED = operations.from_endpoints(o.endpoint for o in OPERATIONS.operations)
CATALOGUED = ("create_resident_credit", "get_write_status")
"""The operations that the catalogue changes; what is sent to others cannot be affected."""


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
    """Hold every request the client makes against the changed pin."""
    judge = Judge(changed, OPERATIONS)
    return [complaint for request in _captured() for complaint in judge.request(request)]


def recorded(changed: Content) -> list[str]:
    """Hold every recorded answer against the changed pin, and what it documents against them."""
    judge, known = Judge(changed, OPERATIONS), exchanges.load()
    departures = [
        complaint
        for exchange in known
        if exchange.operation in CATALOGUED
        for complaint in judge.response(exchange.operation, exchange.response())
    ]
    return departures + coverage.uncovered(judge, known)


def understood(changed: Content) -> list[str]:
    """Let the client read answers made up by the changed pin."""
    judge = Judge(changed, OPERATIONS)
    return [
        complaint
        for name in CATALOGUED
        for status, body in understanding.generated(judge, name, examples=30)
        for complaint in _complaints(name, status, body)
    ]


def _complaints(name: str, status: int, body: Any) -> list[str]:
    try:
        return understanding.complaints(name, status, body)
    except (KeyError, TypeError, AttributeError) as error:
        return [f"an answer of another shape: {error!r}"]


@functools.cache
def _captured() -> list[httpx.Request]:
    with wire(Judge(pin(), OPERATIONS), exchanges.load()) as seen:
        client = Propexo("not-a-token", environment=Environment.SANDBOX)
        for call in CALLS:
            if call.resource == "credits":
                call.run(client)
    return seen.requests


LAYERS: Mapping[str, Layer] = {
    "drift": drift,
    "requests": sent,
    "exchanges": recorded,
    "generated": understood,
}
