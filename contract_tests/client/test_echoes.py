"""The job id and the echo in the response to a write: whose they are, and what is salvaged."""

import json
from typing import Any

import httpx
import pytest

from contract_tests.client.support import (
    ACCEPTED,
    POST,
    response,
)
from propexo_client import (
    AcceptedWrite,
    OutcomeUnknown,
)
from propexo_client._engine.flow import Lost
from propexo_client._engine.outcomes import (
    of_write,
    violations,
)
from propexo_client.messages import Response


@pytest.mark.parametrize("status", [200, 201, 202, 299])
@pytest.mark.parametrize(
    "body",
    [
        ACCEPTED,
        {"job_id": "job_1", "data": {}},
        {"meta": {"job_id": "job_1"}},
        {"meta": {"job_id": "job_1"}, "result": None, "error": "?"},
        {"meta": None, "job_id": "job_1"},
        {"meta": {"job_id": ""}, "job_id": "job_1"},
        {"meta": {"job_id": "job_1"}, "job_id": "another"},
    ],
)
def test_a_success_that_names_a_job_is_accepted_whatever_else_it_holds(
    status: int, body: Any
) -> None:
    outcome = of_write(POST, response(body, status))
    assert isinstance(outcome, AcceptedWrite)
    assert outcome.job_id == "job_1"
    assert outcome.raw == body
    assert outcome.response is not None
    assert outcome.response.status == status
    found = violations(POST.operation, outcome.response, body)
    assert bool(found) == (status != 200 or body != ACCEPTED)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"3",
        b"{}",
        b'{"meta": {"job_id": null}}',
        b'{"meta": {"job_id": " "}}',
        b'{"job_id": true}',
        b'{"job_id": []}',
        b'"job_1"',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_success_that_names_no_job_has_an_unknown_outcome(body: bytes) -> None:
    assert type(of_write(POST, Response(200, {}, body))) is OutcomeUnknown


def test_a_job_id_that_became_a_number_is_kept_as_text_and_reported() -> None:
    outcome = of_write(POST, response({"meta": {"job_id": 4711}, "result": {}}))
    assert isinstance(outcome, AcceptedWrite)
    assert outcome.job_id == "4711"
    found = violations(POST.operation, outcome.response, outcome.raw)
    assert any("/meta/job_id" in violation for violation in found)


@pytest.mark.parametrize(
    "job_id", ["..", ".", "job 1", " job_1", "job_1\n", "job\x00", "\ud800", "j" * 256]
)
def test_a_job_id_that_cannot_be_asked_for_is_never_offered(job_id: str) -> None:
    outcome = of_write(POST, response({"meta": {"job_id": job_id}, "result": {}}))
    assert type(outcome) is OutcomeUnknown
    assert outcome.job_id is None
    assert outcome.response is not None
    damaged = Response(502, {}, json.dumps({"job_id": job_id}).encode() + b"...")
    assert of_write(POST, damaged).job_id is None


OTHERS = [
    ("lease_id", "lease_OTHER"),
    ("lease_id", 17),
    ("integration_id", "intg_2"),
    ("amount_in_cents", 15_001),
    ("amount_in_cents", -15_000),
    ("amount_in_cents", "15001"),
    ("amount_in_cents", 150.0),
    ("amount_in_cents", "NaN"),
    ("amount_in_cents", "sNaN"),
    ("amount_in_cents", "-sNaN123"),
]


@pytest.mark.parametrize(("field", "value"), OTHERS)
def test_a_response_that_echoes_another_write_is_not_ours(field: str, value: Any) -> None:
    body = {"meta": {"job_id": "job_OTHER"}, "result": {**ACCEPTED["result"], field: value}}
    outcome = of_write(POST, response(body))
    assert type(outcome) is OutcomeUnknown
    assert f"another {field}" in outcome.reason
    assert outcome.job_id is None
    assert outcome.response is not None
    assert "job_OTHER" not in str(outcome)


@pytest.mark.parametrize(("field", "value"), OTHERS)
@pytest.mark.parametrize("cut", [0, 20])
def test_a_job_id_beside_another_write_is_not_salvaged(field: str, value: Any, cut: int) -> None:
    body = json.dumps({field: value, "meta": {"job_id": "job_OTHER"}, "more": "x" * 30}).encode()
    half = Response(200, {}, body[: len(body) - cut])
    for event in (Response(502, {}, half.body), Lost(httpx.ReadError(""), half)):
        assert of_write(POST, event).job_id is None


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"lease_id": None, "amount_in_cents": None},
        {"amount_in_cents": 15_000.0},
        {"amount_in_cents": "15000"},
        {"amount_in_cents": "unreadable"},
        {"amount_in_cents": [], "lease_id": {}},
        {"transaction_date": "2026-01-15T00:00:00Z"},
        [],
        "ours",
    ],
)
def test_an_echo_that_contradicts_nothing_is_accepted(result: Any) -> None:
    outcome = of_write(POST, response({"meta": {"job_id": "job_1"}, "result": result}))
    assert isinstance(outcome, AcceptedWrite)
    assert outcome.job_id == "job_1"


def test_a_job_id_survives_half_a_body() -> None:
    half = json.dumps(ACCEPTED).encode()[:40]
    for event in (Response(200, {}, half), Lost(httpx.ReadError(""), Response(200, {}, half))):
        outcome = of_write(POST, event)
        assert type(outcome) is OutcomeUnknown
        assert outcome.job_id == "job_1"
