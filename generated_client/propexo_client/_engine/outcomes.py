"""One wire event in, one outcome out. Nothing here performs I/O, and nothing else decides.

The vendor has no idempotency key. So whatever is not known to have been refused, or never to have
left, may have been booked.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, TypeVar

from .._contract import checks
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
from ..results import AcceptedWrite, PostedWrite, text_or_none
from .flow import Event, Lost, NotDelivered

REJECTED = frozenset({400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 417, 422, 431})
"""Statuses by which a server says it refused before executing anything."""

E = TypeVar("E", bound=RequestError)

_FAILURES: dict[str | None, type[WriteFailed | WritePartiallyFailed]] = {
    "FAILURE": WriteFailed,
    "PARTIAL_SUCCESS": WritePartiallyFailed,
}
_REJECTIONS = {401: Unauthorized, 403: Forbidden, 404: NotFound}
_JOB_ID_IN_TEXT = re.compile(rb'"job_id"\s*:\s*"([^"\\\s]+)"')


@dataclass(frozen=True, slots=True)
class Undecided:
    """The job has not ended, as far as can be told. `final`: asking again would not help."""

    reason: str
    response: Response | None = None
    write_status: str | None = None
    final: bool = False


def of_write(request: Request, event: Event) -> AcceptedWrite | RequestError:
    """Judge what came of a POST."""
    refused = _refusal(request, event)
    if refused is not None:
        return refused
    if not isinstance(event, Response) or not is_success(event.status):
        return _ambiguous(OutcomeUnknown, request, event)
    try:
        body = event.json()
    except ValueError:
        return _unknown("the answer is not JSON", request, event)
    job_id = _job_id(body)
    if job_id is None:
        return _unknown("the answer names no job", request, event)
    if request.operation == "retry_write" and body.get("success") is False:
        return _unknown("the answer names a job but says it was not queued", request, event)
    violations = _violations(request.operation, event.status, body)
    return AcceptedWrite(job_id=job_id, request=request, contract_violations=violations, raw=body)


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
        return ReadFailed("the answer is not JSON", request=request, response=event)


def of_status(
    job_id: str, request: Request, event: Event
) -> PostedWrite | WriteFailed | WritePartiallyFailed | Undecided:
    """Judge an answer of write-status. Only a status we know to be an end is an end."""
    body = of_read(request, event)
    response = event if isinstance(event, Response) else None
    if isinstance(body, RequestError):
        final = isinstance(body, Rejected) and not isinstance(body, NotFound)
        return Undecided(f"its status cannot be read: {body.reason}", response, final=final)
    if not isinstance(body, dict):
        return Undecided("its status cannot be read: not an object", response)
    status = text_or_none(body, "write_status")
    errors = _texts(body.get("errors"))
    record_id = text_or_none(body, "created_record_id")
    if status == "SUCCESS":
        return PostedWrite(
            job_id=job_id,
            created_record_id=record_id,
            errors=errors,
            contract_violations=_violations(request.operation, 200, body),
            raw=body,
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


def is_success(status: int) -> bool:
    """Whether the status is a 2xx."""
    return 200 <= status < 300


def _refusal(request: Request, event: Event) -> NotSent | RateLimited | Rejected | None:
    if isinstance(event, NotDelivered):
        return _caused(NotSent(_describe(event.cause), request=request), event.cause)
    if not isinstance(event, Response):
        return None
    if event.status == 429:
        return _rate_limited(request, event)
    if event.status in REJECTED:
        return _rejected(request, event)
    return None


def _rejected(request: Request, response: Response) -> Rejected:
    error = _error_body(response)
    code, message = text_or_none(error, "code"), text_or_none(error, "message")
    words = ": ".join(word for word in (code, message) if word)
    return _REJECTIONS.get(response.status, Rejected)(
        f"status {response.status}" + (f", {words}" if words else ""),
        request=request,
        response=response,
        code=code,
        message=message,
        issues=_issues(error.get("details")),
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


def whole_number(text: str | None) -> int | None:
    """Read a header that should hold a small natural number."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _ambiguous(
    kind: type[OutcomeUnknown | ReadFailed], request: Request, event: Event
) -> OutcomeUnknown | ReadFailed:
    if isinstance(event, Lost):
        reason = f"the answer was lost, {_describe(event.cause)}"
        error = kind(
            reason, request=request, response=event.response, job_id=_job_id_in(event.response)
        )
        return _caused(error, event.cause)
    assert isinstance(event, Response)
    return kind(f"status {event.status}", request=request, response=event, job_id=_job_id_in(event))


def _unknown(reason: str, request: Request, response: Response) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"status {response.status}, but {reason}",
        request=request,
        response=response,
        job_id=_job_id_in(response),
    )


def _job_id(body: Any) -> str | None:
    """Find the job id in either documented envelope: {meta: {job_id}, ...} or {job_id, ...}."""
    if not isinstance(body, dict):
        return None
    meta = body.get("meta")
    for envelope in (meta if isinstance(meta, dict) else {}, body):
        job_id = envelope.get("job_id")
        if isinstance(job_id, int) and not isinstance(job_id, bool):
            return str(job_id)
        if isinstance(job_id, str) and job_id.strip():
            return job_id
    return None


def _job_id_in(response: Response | None) -> str | None:
    """Salvage a job id from a body too damaged to parse: evidence, never a sign of success."""
    match = _JOB_ID_IN_TEXT.search(response.body) if response is not None else None
    return match[1].decode(errors="replace") if match else None


def _violations(operation: str, status: int, body: Any) -> tuple[str, ...]:
    try:
        return checks.response_violations(operation, status, body)
    except Exception as error:
        return (f"the answer could not be checked against the contract: {_describe(error)}",)


def _error_body(response: Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _issues(details: Any) -> tuple[dict[str, Any], ...]:
    """Find the list of issues: the documents show it one level deeper than they declare it."""
    if not isinstance(details, dict):
        return ()
    issues = details.get("issues")
    if not isinstance(issues, list):
        return _issues(details.get("details"))
    return tuple(issue for issue in issues if isinstance(issue, dict))


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        return () if values is None else (str(values),)
    return tuple(value if isinstance(value, str) else json.dumps(value) for value in values)


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _caused(error: E, cause: Exception) -> E:
    error.__cause__ = cause
    return error
