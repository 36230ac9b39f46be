"""Whether the client understands a response: ends as it should, and loses nothing it was sent.

How a response that is not a success must end is the table of outcomes, written down once more.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from itertools import chain, repeat
from typing import Any

import httpx

from contract_tests.contract import arguments, domain
from contract_tests.contract.arguments import Inputs
from contract_tests.contract.complaints import Complaint
from contract_tests.contract.exchanges import SANDBOX
from contract_tests.contract.published import Published
from propexo_client import (
    AcceptedWrite,
    NotFound,
    OutcomeUnknown,
    PostedWrite,
    Propexo,
    PropexoError,
    Rejected,
    RequestError,
    StillPending,
    WriteFailed,
    WritePartiallyFailed,
)
from propexo_client._contract import checks
from propexo_client.testing import FakeClock
from scripts.document.operations import Operation

Problems = Iterator[tuple[str, str]]
"""Pairs of a field and what is wrong with it."""

REFUSED = frozenset({401, 405, 411, 413, 414, 415, 417, 431})
REFUSED_IN_WORDS = frozenset({400, 403, 404, 410, 422})
"""Refusals only with the vendor's error body: gateways send these after the backend ran."""

ENDS: dict[str, type] = {
    "SUCCESS": PostedWrite,
    "FAILURE": WriteFailed,
    "PARTIAL_SUCCESS": WritePartiallyFailed,
    "PENDING": StillPending,
}
STATUS = "get_write_status"
_ERROR = ("code", "message")
_LAST_PAGE = json.dumps({"meta": {"orderBy": []}, "results": []}).encode()


def complaints(
    operation: Operation, asked: Inputs, status: int, content: bytes, *, refusal: bool = False
) -> list[Complaint]:
    """List what the client misses in a response; a `refusal` must be recognized as one."""
    body = _parsed(content)
    if isinstance(body, dict) and isinstance(body.get("result"), dict):
        body = {**body, "result": {**body["result"], **_echo(asked.body, body["result"])}}
        content = json.dumps(body).encode()
    elif isinstance(body, dict) and isinstance(body.get("meta"), dict):
        body = {**body, "meta": _of_a_whole_list(body)}
        content = json.dumps(body).encode()
    outcome = _outcome(operation, asked, status, content)
    if status >= 300:
        problems = _of_failure(operation, status, body, outcome, refusal)
    elif operation.name == STATUS:
        problems = _of_status(body, outcome)
    elif operation.method == "get":
        problems = _of_read(body, outcome, checks.endpoints()[operation.name].within)
    else:
        problems = _of_acceptance(body, outcome)
    side = f"response {status}"
    return [Complaint(operation.endpoint, side, field, problem) for field, problem in problems]


def refusals(before: Published) -> set[str]:
    """List the statuses that our contract documents as refusals."""
    refused = {str(status) for status in REFUSED | REFUSED_IN_WORDS}
    return refused & before.responses().keys()


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _echo(sent: Mapping[str, Any], drawn: Mapping[str, Any]) -> dict[str, Any]:
    """Let a drawn echo repeat what was sent: one that does not is no success."""
    return {name: value for name, value in sent.items() if name in drawn}


def _of_a_whole_list(body: Mapping[str, Any]) -> dict[str, Any]:
    """Let a drawn page count its own rows: a list that claims more is not complete."""
    meta, rows = dict(body["meta"]), body.get("results")
    count = len(rows) if isinstance(rows, list) else 1
    if type(meta.get("total")) is int:
        meta["total"] = count
    if not count and meta.get("hasMore"):
        meta["hasMore"] = False
    return meta


def _outcome(operation: Operation, asked: Inputs, status: int, content: bytes) -> Any:
    contents: Iterator[bytes] = repeat(content)
    if status < 300 and operation.name.startswith("list_"):
        contents = chain([content], repeat(_LAST_PAGE))
    call = arguments.call(operation, asked)
    if operation.name == STATUS:
        call = replace(call, kwargs={"timeout": 0})
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=next(contents)))
    with Propexo(
        "not-a-token",
        environment=SANDBOX,
        transport=transport,
        clock=FakeClock(),
        on_rate_limit="raise",
    ) as client:
        try:
            return call.run(client)
        except PropexoError as error:
            return error


def _of_failure(
    operation: Operation, status: int, body: Any, outcome: Any, refusal: bool
) -> Problems:
    error = body.get("error") if isinstance(body, dict) else None
    sent = {name: error.get(name) if isinstance(error, dict) else None for name in _ERROR}
    has_text = any(isinstance(value, str) for value in sent.values())
    refused = status in REFUSED or (status in REFUSED_IN_WORDS and has_text)
    if refusal and not refused:
        yield "", "is documented as a refusal, but does not read as one"
    elif operation.name == STATUS:
        yield from _ended(outcome, StillPending)  # a job that cannot be read has not ended
    elif operation.method == "get":
        yield from _ended(outcome, RequestError)
    else:
        yield from _ended(outcome, Rejected if refused else OutcomeUnknown)
    if isinstance(outcome, Rejected):
        for name, value in sent.items():
            yield from _differs(f"error.{name}", value, getattr(outcome, name))


def _ended(outcome: Any, wanted: Any) -> Problems:
    if not isinstance(outcome, wanted):
        yield "", f"ended as {_name(outcome)}"


def _of_acceptance(body: Any, outcome: Any) -> Problems:
    job_id = _job_id(body)
    if isinstance(outcome, AcceptedWrite):
        yield from _differs("job_id", job_id, outcome.job_id)
    elif job_id is None:
        yield "job_id", f"not found, so it ended as {_name(outcome)}"
    elif domain.ID.accepts(job_id) and body.get("success") is not False:
        yield "", f"an accepted write ended as {_name(outcome)}"


def _job_id(body: Any) -> Any:
    envelopes = (body.get("meta"), body) if isinstance(body, dict) else ()
    found = [each.get("job_id") for each in envelopes if isinstance(each, dict)]
    return next((each for each in found if isinstance(each, str)), None)


def _of_status(body: Any, outcome: Any) -> Problems:
    state = body.get("write_status") if isinstance(body, dict) else None
    if state not in ENDS:
        yield "write_status", f"{state!r} is not known to the client"
        return
    yield from _ended(outcome, ENDS[state])
    if isinstance(outcome, ENDS[state]) and not isinstance(outcome, StillPending):
        for name in ("created_record_id", "errors"):
            yield from _differs(name, body.get(name), getattr(outcome, name))


def _of_read(body: Any, outcome: Any, within: str) -> Problems:
    rows = body.get("results") if isinstance(body, dict) else None
    if rows is None and isinstance(outcome, NotFound):
        return
    if within and isinstance(rows, dict):
        rows = rows.get(within)
    records = outcome if isinstance(outcome, list) else [outcome]
    if isinstance(outcome, PropexoError) or not isinstance(rows, list | dict):
        yield "results", f"ended as {_name(outcome)}"
        return
    sent = rows if isinstance(rows, list) else [rows]
    if {record.id for record in records} != {row.get("id") for row in sent}:
        yield "results", "rows were lost"
    for record in records:
        for field in fields(record):
            if field.name in record.raw:
                sent, read = record.raw[field.name], getattr(record, field.name)
                yield from _differs(f"results.{field.name}", sent, read)


def _differs(field: str, sent: Any, read: Any) -> Problems:
    if _plain(read) != sent and not (sent is None and not read) and not _is_part_of_a_cent(sent):
        yield field, f"{sent!r} was read as {read!r}"


def _plain(read: Any) -> Any:
    if is_dataclass(read):
        return getattr(read, "raw", read)
    return [_plain(each) for each in read] if isinstance(read, tuple) else read


def _is_part_of_a_cent(sent: object) -> bool:
    return isinstance(sent, float) and sent != sent // 1


def _name(outcome: Any) -> str:
    return (
        f"{type(outcome).__name__}: {outcome}"
        if isinstance(outcome, PropexoError)
        else type(outcome).__name__
    )
