"""The documented credit, through the generated client as it is, held against the contract."""

import json
from pathlib import Path

import httpx
import jsonschema_rs
import pytest
import respx
from schemathesis.core.failures import FailureGroup

from contract_tests import conformance
from propexo_client._generated.api.resident_credits import create_resident_credit
from propexo_client._generated.client import AuthenticatedClient
from propexo_client._generated.models import (
    CreateResidentCreditRequest,
    CreateResidentCreditResponse,
)

SANDBOX = "https://api.sandbox.propexo.com"
EXCHANGE = json.loads(
    (Path(__file__).parent / "exchanges" / "create_resident_credit.json").read_bytes()
)
SENT, ANSWERED = EXCHANGE["request"]["body"], EXCHANGE["response"]["body"]


@pytest.fixture
def client() -> AuthenticatedClient:
    return AuthenticatedClient(base_url=SANDBOX, token="not-a-token")


def test_the_documented_credit_travels_through_the_generated_client(
    client: AuthenticatedClient,
) -> None:
    with respx.mock() as wire:
        route = wire.post(f"{SANDBOX}/v1/resident-credits/rentvine/").respond(200, json=ANSWERED)
        answer = create_resident_credit.sync_detailed(
            client=client, body=CreateResidentCreditRequest.from_dict(SENT)
        )
        request = route.calls.last.request
    assert request.headers["authorization"] == "Bearer not-a-token"
    assert json.loads(request.content) == SENT
    conformance.validate_body("create_resident_credit", json.loads(request.content))
    assert isinstance(answer.parsed, CreateResidentCreditResponse)
    assert answer.parsed.meta.job_id == "job_abcdef1234567890"
    assert answer.parsed.to_dict() == ANSWERED


@pytest.mark.anyio
async def test_the_asynchronous_client_sends_the_same(client: AuthenticatedClient) -> None:
    with respx.mock() as wire:
        route = wire.post(f"{SANDBOX}/v1/resident-credits/rentvine/").respond(200, json=ANSWERED)
        answer = await create_resident_credit.asyncio_detailed(
            client=client, body=CreateResidentCreditRequest.from_dict(SENT)
        )
        assert json.loads(route.calls.last.request.content) == SENT
    assert isinstance(answer.parsed, CreateResidentCreditResponse)


def respond(status: int, body: object, media_type: str = "application/json") -> httpx.Response:
    return httpx.Response(
        status,
        headers={"content-type": media_type},
        content=json.dumps(body).encode(),
        request=httpx.Request("POST", SANDBOX),
    )


def test_the_documented_answer_conforms_and_departures_do_not() -> None:
    conformance.validate_response("create_resident_credit", respond(200, ANSWERED))
    for departure in (
        respond(200, {**ANSWERED, "meta": {}}),
        respond(200, {"job_id": "j", "data": {}}),
        respond(202, ANSWERED),
        respond(200, ANSWERED, "text/html"),
        respond(400, {"error": {"code": 1, "message": "x"}}),
    ):
        with pytest.raises(FailureGroup):
            conformance.validate_response("create_resident_credit", departure)


@pytest.mark.parametrize(
    "departure",
    [
        {"amount_in_cents": 0},
        {"amount_in_cents": "15000"},
        {"transaction_date": "yesterday"},
        {"transaction_date": "2024-01-15T09:30:00"},
        {"lease_id": None},
    ],
)
def test_a_body_that_departs_from_the_contract_is_noticed(departure: dict[str, object]) -> None:
    with pytest.raises(jsonschema_rs.ValidationError):
        conformance.validate_body("create_resident_credit", {**SENT, **departure})


def test_the_contract_is_valid_openapi() -> None:
    conformance.schema().validate()
