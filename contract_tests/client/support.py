"""A stand-in for the server, ways to drive flows by hand, and one good credit."""

import datetime
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import httpx

import propexo_client.credits
from propexo_client import AcceptedWrite, Environment, PostedWrite, Propexo
from propexo_client._engine.exchange import Session
from propexo_client._engine.flow import Connect, Event, Flow, NotDelivered, Note, Send, Sleep
from propexo_client.messages import Request, Response
from propexo_client.testing import FakeClock

T = TypeVar("T")

TOKEN = "a-token-that-must-never-show"
CREDIT: Any = {
    "integration_id": "intg_1",
    "lease_id": "lease_1",
    "financial_account_id": "finacct_1",
    "amount_in_cents": 15_000,
    "transaction_date": datetime.date(2026, 1, 15),
    "description": "January rent credit",
}
ACCEPTED = {
    "meta": {"job_id": "job_1"},
    "result": {**CREDIT, "transaction_date": "2026-01-15"},
}
POSTED = {"write_status": "SUCCESS", "errors": [], "created_record_id": "charge_1"}
PENDING: dict[str, Any] = {"write_status": "PENDING", "errors": [], "created_record_id": None}
CHARGE: dict[str, Any] = {
    "id": "charge_1",
    "amount_in_cents": -15_000,
    "lease_id": "lease_1",
    "transaction_date": "2026-01-15",
}

POST = Request(
    operation="create_resident_credit",
    method="POST",
    path="/v1/resident-credits/rentvine/",
    timeout=30,
    content=json.dumps({**CREDIT, "transaction_date": "2026-01-15"}).encode(),
)


class Server:
    """Responds in the order given, and keeps what it received. The last response repeats."""

    def __init__(self, *responses: Any) -> None:
        self.responses = list(responses)
        self.received: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.received.append(request)
        given = self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
        if isinstance(given, BaseException):
            raise given
        if callable(given):
            given = given(request)
        return given if isinstance(given, httpx.Response) else httpx.Response(200, json=given)

    @property
    def posts(self) -> int:
        return sum(request.method == "POST" for request in self.received)


def client(*responses: Any, **options: Any) -> tuple[Propexo, Server, FakeClock]:
    """Make a blocking client of a server that gives these responses, in fake time."""
    server, clock = Server(*responses), FakeClock()
    propexo = Propexo(
        TOKEN,
        environment=Environment.SANDBOX,
        transport=httpx.MockTransport(server),
        clock=clock,
        **options,
    )
    return propexo, server, clock


def session(clock: FakeClock | None = None, **options: Any) -> Session:
    """Make a session in fake time, without jitter."""
    options = {"timeout": 30.0, "jitter": lambda: 0.5, **options}
    return Session(clock=clock or FakeClock(), **options)


class CreditFlows(propexo_client.credits.CreditFlows):
    """The flows of credits, with the two calls that are two steps of a method."""

    def create(self, **fields: Any) -> Flow[AcceptedWrite]:
        return self.post(self.prepare(**fields))

    def create_and_wait(
        self, *, wait_timeout: float = 120.0, poll_interval: float = 1.0, **fields: Any
    ) -> Flow[PostedWrite]:
        request = self.prepare(**fields)
        return self.post_and_wait(request, wait_timeout=wait_timeout, poll_interval=poll_interval)


def response(body: object, status: int = 200, **headers: str) -> Response:
    """Make the event of a JSON response."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, headers=names, body=json.dumps(body).encode())


FULL = response({}, 429, x_ratelimit_limit="150", x_ratelimit_remaining="0")
REFUSED = NotDelivered(httpx.ConnectError("refused"))


def one(record: object) -> dict[str, object]:
    """Give the body of a response with one record."""
    return {"meta": {"orderBy": []}, "results": record}


def sent(steps: Iterable[Send[Any] | Sleep]) -> list[Request]:
    """List the requests among the steps of a flow."""
    return [step.request for step in steps if isinstance(step, Send)]


def drive(
    flow: Flow[T], events: Iterable[Event | BaseException], clock: FakeClock | None = None
) -> tuple[T, list[Send[Any] | Sleep]]:
    """Run a flow by hand: sleeps pass at once, every connection is made, and each request meets
    the next event.
    """
    supply, steps = iter(events), list[Send[Any] | Sleep]()
    try:
        step = next(flow)
        while True:
            came: object = None
            if isinstance(step, Sleep | Send):
                steps.append(step)
            if isinstance(step, Sleep):
                (clock or FakeClock()).sleep(step.seconds)
            elif isinstance(step, Connect):
                came = "a connection"
            elif not isinstance(step, Note):
                came = next(supply)
            step = flow.throw(came) if isinstance(came, BaseException) else flow.send(came)
    except StopIteration as end:
        return end.value, steps


def rate_headers(remaining: int, limit: int = 150) -> dict[str, str]:
    """Give the two headers that report the rate limit."""
    return {"x-ratelimit-limit": str(limit), "x-ratelimit-remaining": str(remaining)}


def rejection(message: str, status: int = 400) -> httpx.Response:
    """Make a refusal with the vendor's error body."""
    return httpx.Response(status, json={"error": {"code": "invalid_request", "message": message}})


Handler = Callable[[httpx.Request], httpx.Response]
