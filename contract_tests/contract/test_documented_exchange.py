"""The documented credit, through the generated client as it is, held against the contract."""

import json
from typing import Any

import httpx
import pytest
import respx
import schemathesis

from contract_tests.contract.exchanges import SANDBOX, Exchange
from contract_tests.contract.judge import Judge
from propexo_client._generated.api.resident_credits import create_resident_credit
from propexo_client._generated.client import AuthenticatedClient
from propexo_client._generated.models import (
    CreateResidentCreditRequest,
    CreateResidentCreditResponse,
)
from scripts.generate import PACKAGE

URL = f"{SANDBOX}/v1/resident-credits/rentvine/"


@pytest.fixture
def client() -> AuthenticatedClient:
    return AuthenticatedClient(base_url=SANDBOX, token="not-a-token")


@pytest.fixture
def documented(exchanges: list[Exchange]) -> Exchange:
    return next(each for each in exchanges if each.name == "create_resident_credit")


def test_the_documented_credit_travels_through_the_generated_client(
    client: AuthenticatedClient, documented: Exchange, judge: Judge
) -> None:
    sent, answered = documented.request["body"], documented.body
    with respx.mock() as wire:
        route = wire.post(URL).respond(200, json=answered)
        answer = create_resident_credit.sync_detailed(
            client=client, body=CreateResidentCreditRequest.from_dict(sent)
        )
        request = route.calls.last.request
    assert json.loads(request.content) == sent
    assert judge.request(request) == []
    assert isinstance(answer.parsed, CreateResidentCreditResponse)
    assert answer.parsed.meta.job_id == "job_abcdef1234567890"
    assert answer.parsed.to_dict() == answered


@pytest.mark.anyio
async def test_the_asynchronous_client_sends_the_same(
    client: AuthenticatedClient, documented: Exchange
) -> None:
    sent = documented.request["body"]
    with respx.mock() as wire:
        route = wire.post(URL).respond(200, json=documented.body)
        answer = await create_resident_credit.asyncio_detailed(
            client=client, body=CreateResidentCreditRequest.from_dict(sent)
        )
        assert json.loads(route.calls.last.request.content) == sent
    assert isinstance(answer.parsed, CreateResidentCreditResponse)


def respond(status: int, body: object, media_type: str = "application/json") -> httpx.Response:
    return httpx.Response(
        status,
        headers={"content-type": media_type},
        content=json.dumps(body).encode(),
        request=httpx.Request("POST", URL),
    )


def test_an_answer_that_departs_from_the_contract_is_noticed(
    documented: Exchange, judge: Judge
) -> None:
    answered = documented.body
    assert judge.response("create_resident_credit", respond(200, answered)) == []
    for departure in (
        respond(200, {**answered, "meta": {}}),
        respond(200, {**answered, "extra": 1}),
        respond(200, {"job_id": "j", "data": {}}),
        respond(202, answered),
        respond(200, answered, "text/html"),
        respond(400, {"error": {"code": 1, "message": "x"}}),
    ):
        assert judge.response("create_resident_credit", departure), departure.content


SENDS: dict[str, dict[str, Any]] = {
    "an amount of zero": {"json": {"amount_in_cents": 0}},
    "an amount as text": {"json": {"amount_in_cents": "15000"}},
    "a date in words": {"json": {"transaction_date": "yesterday"}},
    "a moment without its zone": {"json": {"transaction_date": "2024-01-15T09:30:00"}},
    "null for an id": {"json": {"lease_id": None}},
    "an undeclared key": {"json": {"memo": "x"}},
    "an undeclared query": {"params": {"ignore_unknown_fields": "true"}},
    "another server": {"url": URL.replace("sandbox", "staging")},
    "no trailing slash": {"url": URL.rstrip("/")},
    "another method": {"method": "PUT"},
    "another media type": {"headers": {"content-type": "application/x-www-form-urlencoded"}},
    "no token": {"headers": {"authorization": ""}},
    "basic authentication": {"headers": {"authorization": "Basic eDp5"}},
}


@pytest.mark.parametrize("departure", SENDS)
def test_a_request_that_departs_from_the_contract_is_noticed(
    departure: str, documented: Exchange, judge: Judge
) -> None:
    change = SENDS[departure]

    def build(**change: Any) -> httpx.Request:
        body = {**documented.request["body"], **change.get("json", {})}
        return httpx.Request(
            change.get("method", "POST"),
            change.get("url", URL),
            params=change.get("params"),
            headers={
                "authorization": "Bearer not-a-token",
                "content-type": "application/json",
                **change.get("headers", {}),
            },
            content=json.dumps(body).encode(),
        )

    assert judge.request(build()) == []
    assert judge.request(build(**change)) != []


def test_the_contract_is_valid_openapi() -> None:
    schemathesis.openapi.from_path(str(PACKAGE / "contract.json")).validate()
