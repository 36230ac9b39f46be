"""A respx router made from our operations: one route for each, strict about every request."""

import functools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import respx

from contract_tests import conformance
from contract_tests.contract import samples
from contract_tests.contract.complaints import Complaint
from contract_tests.contract.exchanges import SANDBOX, Exchange
from contract_tests.contract.judge import Judge
from contract_tests.contract.published import Published
from scripts.document.operations import Operation

EXCHANGES = {"get_write_status": "get_write_status-success"}
"""Which exchange responds, where it is not the one that bears just the operation's name."""


@dataclass
class Wire:
    """What went over the wire. `complaints` outlive an exception that a caller swallows."""

    requests: list[httpx.Request] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    called: list[str] = field(default_factory=list)

    def clear(self) -> None:
        """Forget what went before."""
        for each in (self.requests, self.complaints, self.called):
            each.clear()


@contextmanager
def wire(judge: Judge, exchanges: list[Exchange], first: Operation | None = None) -> Iterator[Wire]:
    """Respond to every operation of ours with a success, and judge each request on its way.

    The operation that is called most comes `first`: routes are tried one after the other.
    """
    seen = Wire()
    by_name = {exchange.name: exchange for exchange in exchanges}
    with respx.mock(assert_all_called=False) as router:
        for operation in sorted(judge.operations.operations, key=lambda each: each != first):
            exchange = by_name.get(EXCHANGES.get(operation.name, operation.name))
            pattern = re.sub(r"\\\{[^{}]*\\\}", "[^/?]+", re.escape(SANDBOX + operation.path))
            route = router.route(method=operation.method.upper(), url__regex=rf"^{pattern}(\?.*)?$")
            body = exchange.body if exchange else least_body(operation)
            route.side_effect = _recorder(seen, judge, operation.name, body)
        router.route().side_effect = functools.partial(_stray, seen)
        yield seen


def _stray(seen: Wire, request: httpx.Request) -> httpx.Response:
    seen.requests.append(request)
    endpoint = f"{request.method} {request.url.path}"
    seen.complaints.append(Complaint(endpoint, "request", "", "no operation of ours"))
    return httpx.Response(404)


@functools.cache
def least_body(operation: Operation) -> object:
    """Draw the least that our contract promises of a success, where no exchange shows more."""
    own = conformance.contract()
    kinds = samples.kinds(Published(own, operation.path, operation.method))
    success = next(kind for kind in kinds if kind.entry.startswith("2"))
    return samples.draw(samples.bodies(own, success.schema), 1)[0]


def _recorder(
    seen: Wire, judge: Judge, name: str, body: object
) -> Callable[[httpx.Request], httpx.Response]:
    def record(request: httpx.Request) -> httpx.Response:
        seen.requests.append(request)
        seen.called.append(name)
        seen.complaints += judge.request(request)
        return httpx.Response(200, json=_echo(body, request.content))

    return record


def _echo(body: object, content: bytes) -> object:
    """Repeat what was sent in the part of the response that is its echo."""
    if not isinstance(body, dict) or not isinstance(body.get("result"), dict):
        return body
    sent = json.loads(content)
    return {**body, "result": {name: sent.get(name, old) for name, old in body["result"].items()}}
