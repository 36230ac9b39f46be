"""The contract suite as a function of a document, for those who judge many documents.

The tests draw by the seed of the run; here the same requests and responses are drawn every time.
"""

import functools
from collections.abc import Iterator

import httpx

from contract_tests import conformance
from contract_tests.contract import arguments, domain, exchanges, promises, samples, understanding
from contract_tests.contract.complaints import Complaint
from contract_tests.contract.judge import Judge, absent
from contract_tests.contract.router import wire
from propexo_client import Environment, Propexo
from scripts.document.operations import Operation

REQUESTS = 50
RESPONSES = 20


def requests(judge: Judge, operation: Operation) -> Iterator[Complaint]:
    """Check what the client sends against a document."""
    for request in sent(operation):
        yield from judge.request(request)


def promised(judge: Judge, operation: Operation) -> Iterator[Complaint]:
    """Check what a document promises of responses against what our contract promises."""
    published = judge.published(operation.name)
    if published is None:
        yield absent(operation.endpoint)
    else:
        yield from promises.broken(judge.promised(operation.name), published)


def understood(judge: Judge, operation: Operation) -> Iterator[Complaint]:
    """Let the client read whatever a document allows as a response."""
    published = judge.published(operation.name)
    if published is None:
        yield absent(operation.endpoint)
        return
    asked = next(domain.boundaries(operation))
    refusals = understanding.refusals(judge.promised(operation.name))
    for kind in samples.kinds(published):
        refusal = kind.entry in refusals
        drawn = samples.draw(samples.contents(judge.content, kind), RESPONSES)
        for number, content in enumerate(drawn):
            status = kind.statuses[number % len(kind.statuses)]
            yield from understanding.complaints(operation, asked, status, content, refusal=refusal)


@functools.cache
def sent(operation: Operation) -> tuple[httpx.Request, ...]:
    """Capture what the client sends: at the limits of what it accepts, and between them."""
    asked = [*domain.boundaries(operation), *samples.draw(domain.inputs(operation), REQUESTS)]
    own = Judge(conformance.contract())
    with (
        Propexo("not-a-token", environment=Environment.SANDBOX) as client,
        wire(own, exchanges.load()) as seen,
    ):
        for inputs in asked:
            arguments.call(operation, inputs).run(client)
    return tuple(seen.requests)
