"""Whether the client understands an answer: ends as documented, and loses nothing it was told."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode

from contract_tests.contract.calls import ENTRY, PAYMENT, SCHEDULE, Call
from contract_tests.contract.exchanges import SANDBOX
from contract_tests.contract.judge import Judge
from propexo_client import (
    AcceptedWrite,
    PostedWrite,
    Propexo,
    PropexoError,
    Rejected,
    StillPending,
    WriteFailed,
    WritePartiallyFailed,
)
from propexo_client._engine.bodies import is_usable
from propexo_client.records import Record

CALLS = {
    "create_resident_credit": Call("credits", "create", ENTRY),
    "create_resident_charge": Call("charges", "create", ENTRY),
    "create_resident_payment": Call("payments", "create", PAYMENT),
    "create_recurring_resident_charge": Call("recurring_charges", "create", SCHEDULE),
    "retry_write": Call("credits", "retry_write", args=("job_1",)),
    "get_write_status": Call("credits", "wait", {"timeout": 0}, args=("job_1",)),
    "list_resident_charges": Call("charges", "list"),
    "get_resident_charge": Call("charges", "get", args=("id_1",)),
    "list_resident_payments": Call("payments", "list"),
    "get_resident_payment": Call("payments", "get", args=("id_1",)),
    "list_recurring_resident_charges": Call("recurring_charges", "list"),
    "get_recurring_resident_charge": Call("recurring_charges", "get", args=("id_1",)),
    "list_financial_accounts": Call("financial_accounts", "list"),
    "get_financial_account": Call("financial_accounts", "get", args=("id_1",)),
}

ECHOED = ("integration_id", "lease_id", "amount_in_cents")
ENDS: dict[str, type] = {
    "SUCCESS": PostedWrite,
    "FAILURE": WriteFailed,
    "PARTIAL_SUCCESS": WritePartiallyFailed,
    "PENDING": StillPending,
}


def complaints(operation: str, status: int, body: Any) -> list[str]:
    """List what the client misses in an answer of `operation`."""
    outcome = _outcome(operation, status, body)
    if status >= 400 and operation == "get_write_status":
        # A job whose status cannot be read has not verifiably ended.
        return [] if isinstance(outcome, StillPending) else ["a job ended with its status unread"]
    if status >= 400:
        return list(_of_refusal(outcome, body))
    if operation.startswith(("create_", "retry_")):
        return list(_of_acceptance(outcome, body))
    if operation == "get_write_status":
        return list(_of_status(outcome, body))
    rows = body["results"] if isinstance(body["results"], list) else [body["results"]]
    return list(_of_records(outcome, rows))


def generated(judge: Judge, operation: str, *, examples: int) -> Iterator[tuple[int, Any]]:
    """Make up answers that the document allows. The same ones every time."""
    place = judge.paths(operation)
    if place is None:
        return
    path, method = place
    for status, response in judge.schema.raw_schema["paths"][path][method]["responses"].items():
        for media in response.get("content", {}).values():
            for body in bodies(judge.schema.raw_schema, media["schema"], examples):
                yield int(status), body


def bodies(document: Any, schema: Any, examples: int) -> list[Any]:
    """Borrow schemathesis's generator of requests: the schema becomes that of a request body."""
    content = {"application/json": {"schema": schema}}
    post = {
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "ok"}},
    }
    borrowed = schemathesis.openapi.from_dict({**document, "paths": {"/": {"post": post}}})
    made: list[Any] = []

    @seed(1)
    @settings(
        database=None,
        deadline=None,
        max_examples=examples,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(case=borrowed["/"]["POST"].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def collect(case: Any) -> None:
        made.append(case.body)

    collect()
    return made


def _outcome(operation: str, status: int, body: Any) -> Any:
    answers = iter([httpx.Response(status, json=_echoing(operation, body))])
    last = {"meta": {"orderBy": []}, "results": []}

    def answer(_: httpx.Request) -> httpx.Response:
        return next(answers, httpx.Response(200, json=last))

    transport = httpx.MockTransport(answer)
    with Propexo("not-a-token", environment=SANDBOX, transport=transport) as client:
        try:
            return CALLS[operation].run(client)
        except PropexoError as error:
            return error


def _echoing(operation: str, body: Any) -> Any:
    """Make the echo that of the call: a response about another write is not ours."""
    if not operation.startswith("create_") or not isinstance(body.get("result"), dict):
        return body
    sent = {name: CALLS[operation].kwargs[name] for name in ECHOED if name in body["result"]}
    return {**body, "result": {**body["result"], **sent}}


def _of_refusal(outcome: Any, body: Any) -> Iterator[str]:
    if not isinstance(outcome, Rejected):
        yield f"a refusal ended as {type(outcome).__name__}"
        return
    for name in ("code", "message"):
        if getattr(outcome, name) != body["error"][name]:
            yield f"error.{name}: {body['error'][name]!r} was read as {getattr(outcome, name)!r}"


def _of_acceptance(outcome: Any, body: Any) -> Iterator[str]:
    job_id = body["meta"]["job_id"] if "meta" in body else body["job_id"]
    if not isinstance(outcome, AcceptedWrite):
        if is_usable(job_id) and body.get("success") is not False:
            yield f"an accepted write ended as {type(outcome).__name__}: {outcome}"
        return
    if outcome.job_id != job_id:
        yield f"job_id: {job_id!r} was read as {outcome.job_id!r}"
    yield from outcome.contract_violations


def _of_status(outcome: Any, body: Any) -> Iterator[str]:
    expected = ENDS[body["write_status"]]
    if not isinstance(outcome, expected):
        yield f"write_status {body['write_status']} ended as {type(outcome).__name__}"
    elif not isinstance(outcome, StillPending):
        for name in ("created_record_id", "errors"):
            told = tuple(body[name]) if name == "errors" else body[name]
            if getattr(outcome, name) != told:
                yield f"{name}: {told!r} was read as {getattr(outcome, name)!r}"


def _of_records(outcome: Any, rows: list[Any]) -> Iterator[str]:
    if isinstance(outcome, PropexoError):
        yield f"a documented answer ended as {type(outcome).__name__}: {outcome}"
        return
    records = outcome if isinstance(outcome, list) else [outcome]
    if {record.id for record in records} != {row["id"] for row in rows}:
        yield "rows were lost"
    for record in records:
        yield from _of_record(record)


def _of_record(record: Record) -> Iterator[str]:
    for each in fields(record):
        told, read = record.raw.get(each.name), getattr(record, each.name)
        if each.name == "raw" or told == read or _is_part_of_a_cent(told):
            continue
        yield f"{each.name}: {told!r} was read as {read!r}"


def _is_part_of_a_cent(told: object) -> bool:
    return isinstance(told, float) and told != told // 1
