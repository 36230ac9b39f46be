"""What can go wrong on the wire, on either side of the booking, and when it is to go wrong."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeAlias

from .messages import Delivery, FakeResponse, error_response

Change: TypeAlias = Callable[[FakeResponse], FakeResponse]


def _lost(delivery: Delivery) -> Change:
    return lambda response: replace(response, delivery=delivery)


def _page(status: int) -> Change:
    page = f"<html><body><h1>{status}</h1></body></html>".encode()
    return lambda _: FakeResponse(status, {"content-type": "text/html"}, page)


def _changed(change: Change) -> Change:
    """Return `change`: type checkers do not infer a function's arguments inside a tuple."""
    return change


def _rewritten(change: Callable[[Any], Any]) -> Change:
    def rewrite(response: FakeResponse) -> FakeResponse:
        if response.status != 200:
            return response
        return replace(response, body=json.dumps(change(json.loads(response.body))).encode())

    return rewrite


def _without_job_id(body: Any) -> Any:
    meta = {key: value for key, value in body.get("meta", {}).items() if key != "job_id"}
    return {**{key: value for key, value in body.items() if key != "job_id"}, "meta": meta}


def _alternative_envelope(body: Any) -> Any:
    if "job_id" not in body.get("meta", {}):
        return body
    return {"job_id": body["meta"]["job_id"], "data": body["result"]}


def _limited(_: FakeResponse) -> FakeResponse:
    refusal = error_response(429, "rate limit exceeded", code="rate_limit_exceeded")
    limits = {"x-ratelimit-limit": "150", "x-ratelimit-remaining": "0"}
    return replace(refusal, headers={**refusal.headers, **limits})


class Fault(Enum):
    """One thing that goes wrong with one request.

    `books` says on which side of the booking: a request that meets a fault with `books` is
    executed in full, and only its response suffers; any other is not executed at all.
    """

    CONNECTION_REFUSED = (False, _lost(Delivery.REFUSED))
    """No connection. On loopback use `with server.refusing()`: a server cannot refuse just one."""

    CONNECT_TIMEOUT = (False, _lost(Delivery.CONNECT_TIMEOUT))
    """No connection in time; in process only."""

    RESET_BEFORE_BOOKING = (False, _lost(Delivery.RESET))
    """The connection breaks before the request is executed."""

    RESET_AFTER_BOOKING = (True, _lost(Delivery.RESET))
    """The connection breaks before the first byte of the response."""

    TIMEOUT_BEFORE_BOOKING = (False, _lost(Delivery.SILENT))
    """Nothing comes back, and nothing was executed."""

    TIMEOUT_AFTER_BOOKING = (True, _lost(Delivery.SILENT))
    """Nothing comes back, although the request was executed."""

    BAD_GATEWAY_BEFORE_BOOKING = (False, _page(502))
    """An HTML page with status 502."""

    BAD_GATEWAY_AFTER_BOOKING = (True, _page(502))
    """The same page, although the request was executed."""

    STATUS_520_BEFORE_BOOKING = (False, _page(520))
    """An HTML page with status 520, as a content delivery network sends it."""

    STATUS_520_AFTER_BOOKING = (True, _page(520))
    """The same page, although the request was executed."""

    HALF_A_BODY = (True, _lost(Delivery.HALF))
    """The connection breaks in the middle of the body."""

    UNDECODABLE_BODY = (
        True,
        _changed(
            lambda response: replace(
                response, headers={**response.headers, "content-encoding": "gzip"}
            )
        ),
    )
    """The response says it is compressed, and is not."""

    EMPTY_BODY = (True, _changed(lambda response: replace(response, body=b"")))
    """The status is as it should be; there is no body."""

    NO_JOB_ID = (True, _rewritten(_without_job_id), "POST")
    """The response to a POST names no job."""

    ALTERNATIVE_ENVELOPE = (True, _rewritten(_alternative_envelope), "POST")
    """The response to a POST has the other documented shape, {job_id, data}."""

    NEW_STATUS_VALUE = (
        True,
        _rewritten(lambda body: {**body, "write_status": "AWAITING_APPROVAL"}),
        "get_write_status",
    )
    """write-status names a status that is not documented."""

    RATE_LIMITED = (False, _limited)
    """429, with the limit headers."""

    SLOW = (True, _changed(lambda response: replace(response, delay=response.delay + 5.0)))
    """The response is as it should be, five seconds late."""

    REDIRECT = (False, _changed(lambda _: FakeResponse(307, {"location": "/elsewhere/"})))
    """307 to another path; nothing is executed there."""

    def __init__(self, books: bool, change: Change, on: str | None = None) -> None:
        self.books = books
        self.change = change
        self.on = on

    @property
    def arrives(self) -> bool:
        """Whether a request that meets this fault reaches the fake at all."""
        return self.books or self.change(FakeResponse()).arrives


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault that waits for a request: the next one, or the next of an operation or method."""

    name: str
    books: bool
    change: Change
    on: str | None

    def meets(self, operation: str | None, method: str) -> bool:
        """Whether it is this request that the fault is waiting for."""
        return self.on is None or self.on in (operation, method)


def planned_fault(fault: Fault, on: str | None) -> Planned:
    """Plan a fault, for the request it is made for unless `on` says otherwise."""
    return Planned(fault.name, fault.books, fault.change, on or fault.on)


def planned_response(
    status: int, body: bytes, headers: Mapping[str, str], *, after_booking: bool, on: str | None
) -> Planned:
    """Plan a response of the caller's own making."""
    response = FakeResponse(status, headers, body)
    return Planned(f"status {status}", after_booking, lambda _: response, on)
