"""One wire event in, one outcome out. Nothing here performs I/O, and nothing else decides.

The vendor has no idempotency key. So whatever is not known to have been refused, or never to have
left, may have been booked.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

from .._contract import checks
from .._json import is_object, text_or_none
from ..errors import (
    Forbidden,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    ReadFailed,
    Rejected,
    RequestError,
    Unauthorized,
    WriteFailed,
    WritePartiallyFailed,
)
from ..messages import Request, Response
from ..results import AcceptedWrite, PostedWrite
from . import bodies
from .flow import Event, Lost, NotDelivered
from .rate_limit import whole_number

REJECTED = frozenset({401, 405, 411, 413, 414, 415, 417, 431})
"""Statuses by which a server says that it executed nothing."""

REJECTED_BY_THE_VENDOR = frozenset({400, 403, 404, 410, 422})
"""The same, but only with the vendor's error body: gateways send these after the backend ran."""

VIOLATIONS_KEPT = 20

E = TypeVar("E", bound=RequestError)

_FAILURES: dict[str | None, type[WriteFailed | WritePartiallyFailed]] = {
    "FAILURE": WriteFailed,
    "PARTIAL_SUCCESS": WritePartiallyFailed,
}
_REJECTIONS = {401: Unauthorized, 403: Forbidden, 404: NotFound}
_FAULTS_OF_A_CHECK = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a mistake in our own checking raises. Others are the caller's: a soft time limit, say."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """The job has not ended, as far as is known. `final`: asking again would not help."""

    reason: str
    response: Response | None = None
    write_status: str | None = None
    final: bool = False


def of_write(request: Request, event: Event) -> AcceptedWrite | RequestError:
    """Judge what came of a POST. A refusal that names a job contradicts itself, so it is none."""
    refused = _refusal(request, event)
    if refused is not None:
        if isinstance(event, Response) and bodies.names_a_job(event):
            return _unknown("the response names a job", request, event)
        return refused
    if not isinstance(event, Response) or not is_success(event.status):
        return _ambiguous(OutcomeUnknown, request, event)
    sent: dict[str, Any] = request.body or {}
    try:
        body = event.json()
    except ValueError:
        return _unknown("the response is not JSON", request, event)
    job_id = bodies.job_id(body)
    if job_id is None:
        return _unknown("the response names no job", request, event)
    if not bodies.is_usable(job_id):
        return _unknown("the job id in the response cannot be one", request, event)
    if (field := bodies.contradiction(sent, body)) is not None:
        return _unknown(f"the response echoes another {field} than was sent", request, event)
    if request.operation == "retry_write" and body.get("success") is False:
        return _unknown("the response names a job but says it was not queued", request, event)
    return AcceptedWrite(job_id=job_id, request=request, response=event, raw=body)


def of_read(request: Request, event: Event) -> Any | RequestError:
    """Judge what came of a GET: the parsed body, or the error to raise."""
    refused = _refusal(request, event)
    if refused is not None:
        return refused
    if not isinstance(event, Response) or not is_success(event.status):
        return _ambiguous(ReadFailed, request, event)
    try:
        return event.json()
    except ValueError:
        return ReadFailed("the response is not JSON", request=request, response=event)


def of_status(
    job_id: str, request: Request, event: Event
) -> PostedWrite | WriteFailed | WritePartiallyFailed | Undecided:
    """Judge a response of write-status. Only a status we know to be an end is an end."""
    body = of_read(request, event)
    response = event if isinstance(event, Response) else None
    if isinstance(body, RequestError):
        final = isinstance(body, Rejected) and not isinstance(body, NotFound)
        return Undecided(f"its status cannot be read: {body.reason}", response, final=final)
    if not is_object(body):
        return Undecided("its status cannot be read: not an object", response)
    status = text_or_none(body, "write_status")
    errors = bodies.texts(body.get("errors"))
    record_id = text_or_none(body, "created_record_id")
    if status == "SUCCESS":
        return PostedWrite(
            job_id=job_id, created_record_id=record_id, errors=errors, response=response, raw=body
        )
    if status in _FAILURES:
        return _FAILURES[status](
            "; ".join(errors) or "no reason given",
            job_id=job_id,
            request=request,
            response=response,
            errors=errors,
            created_record_id=record_id,
            write_status=status,
        )
    return Undecided(f"its status is {status or 'missing'}", response, status)


def violations(operation: str, response: Response | None, body: Any) -> tuple[str, ...]:
    """List where a response departs from the contract: the first of them, and how many more."""
    if response is None:
        return ()
    try:
        found = checks.response_violations(operation, response.status, body)
    except _FAULTS_OF_A_CHECK as error:
        return (f"the response could not be checked against the contract: {_describe(error)}",)
    except RecursionError:
        return ("the response is nested too deeply to be checked against the contract",)
    kept, more = found[:VIOLATIONS_KEPT], len(found) - VIOLATIONS_KEPT
    return (*kept, f"and {more} more") if more > 0 else kept


def is_success(status: int) -> bool:
    """Whether the status is a 2xx."""
    return 200 <= status < 300


def _refusal(request: Request, event: Event) -> NotSent | RateLimited | Rejected | None:
    if isinstance(event, NotDelivered):
        return _caused(NotSent(_describe(event.cause), request=request), event.cause)
    if not isinstance(event, Response):
        return None
    if event.status == 429:
        limited = _rate_limited(request, event)
        return limited if _is_before_execution(limited) or not request.is_write else None
    if event.status in REJECTED | REJECTED_BY_THE_VENDOR:
        error = bodies.vendor_error(event)
        if event.status in REJECTED or error is not None or not request.is_write:
            return _rejected(request, event, error or {})
    return None


def _is_before_execution(limited: RateLimited) -> bool:
    """Whether a 429 is the documented one. Gateways send others, some after the backend ran."""
    return limited.limit is not None and limited.limit > 0 and limited.remaining == 0


def _rejected(request: Request, response: Response, error: Any) -> Rejected:
    code, message = text_or_none(error, "code"), text_or_none(error, "message")
    words = ": ".join(word for word in (code, message) if word)
    return _REJECTIONS.get(response.status, Rejected)(
        f"status {response.status}" + (f", {words}" if words else ""),
        request=request,
        response=response,
        code=code,
        message=message,
        issues=bodies.issues(error),
    )


def _rate_limited(request: Request, response: Response) -> RateLimited:
    headers = response.headers
    return RateLimited(
        "status 429",
        request=request,
        response=response,
        limit=whole_number(headers.get("x-ratelimit-limit")),
        remaining=whole_number(headers.get("x-ratelimit-remaining")),
        retry_after=whole_number(headers.get("retry-after")),
    )


def _ambiguous(
    kind: type[OutcomeUnknown | ReadFailed], request: Request, event: Event
) -> OutcomeUnknown | ReadFailed:
    response = event if isinstance(event, Response) else None
    reason = "" if response is None else f"status {response.status}"
    if isinstance(event, Lost):
        reason, response = f"the response was lost, {_describe(event.cause)}", event.response
    job_id = bodies.salvaged_job_id(request, response) if request.is_write else None
    error = kind(reason, request=request, response=response, job_id=job_id)
    return _caused(error, event.cause) if isinstance(event, Lost) else error


def _unknown(reason: str, request: Request, response: Response) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"status {response.status}, but {reason}",
        request=request,
        response=response,
        job_id=bodies.salvaged_job_id(request, response),
    )


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _caused(error: E, cause: Exception) -> E:
    error.__cause__ = cause
    return error
