"""The judge itself, on our own contract: what departs is noticed, and said whole."""

import copy
import json
from typing import Any

import httpx
import pytest
import schemathesis

from contract_tests.contract import values
from contract_tests.contract.arguments import Inputs
from contract_tests.contract.complaints import Complaint, refuse
from contract_tests.contract.exchanges import SANDBOX, Exchange
from contract_tests.contract.judge import Judge
from scripts.document import operations
from scripts.generate import GENERATED
from scripts.pin import DEFAULT_PIN, Pin

PATH = "/v1/resident-credits/rentvine/"
URL = SANDBOX + PATH
NAME = "create_resident_credit"


@pytest.fixture
def documented(exchanges: list[Exchange]) -> Exchange:
    return next(each for each in exchanges if each.name == NAME)


def send(
    documented: Exchange,
    *,
    method: str = "POST",
    url: str = URL,
    params: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    **body: Any,
) -> httpx.Request:
    standard = {"authorization": "Bearer not-a-token", "content-type": "application/json"}
    return httpx.Request(
        method,
        url,
        params=params,
        headers={**standard, **(headers or {})},
        content=json.dumps({**documented.request["body"], **body}).encode(),
    )


def respond(status: int, body: object, media_type: str = "application/json") -> httpx.Response:
    return httpx.Response(
        status,
        headers={"content-type": media_type},
        content=json.dumps(body).encode(),
        request=httpx.Request("POST", URL),
    )


def test_the_contract_is_valid_openapi() -> None:
    schemathesis.openapi.from_path(str(GENERATED / "contract.json")).validate()


def test_operations_that_no_document_is_known_to_have_are_unwatched_until_one_has_them() -> None:
    pinned = Pin.read(DEFAULT_PIN)
    writes = pinned.unpublished(operations.load().operations)
    assert PATH in {operation.path for operation in writes}
    assert Judge(pinned.content).unwatched == frozenset()
    without_writes, without_credits = copy.deepcopy(pinned.content), copy.deepcopy(pinned.content)
    for operation in writes:
        del without_writes["paths"][operation.path]
    del without_credits["paths"][PATH]
    assert Judge(without_writes).unwatched == {operation.name for operation in writes}
    assert Judge(without_credits).unwatched == frozenset()


@pytest.mark.parametrize(
    ("departure", "says"),
    [
        ({"amount_in_cents": 0}, "body amount_in_cents: 0 is less than"),
        ({"amount_in_cents": "15000"}, 'body amount_in_cents: "15000" is not of type "integer"'),
        ({"transaction_date": "yesterday"}, "body transaction_date: "),
        ({"transaction_date": "2024-01-15T09:30:00"}, "body transaction_date: "),
        ({"lease_id": None}, "body lease_id: null is not"),
        ({"memo": "x"}, "body memo: not allowed here"),
        ({"params": {"ignore_unknown_fields": "true"}}, "query ignore_unknown_fields: "),
        ({"url": URL.replace("sandbox", "staging")}, "server: https://api.staging."),
        ({"url": URL.rstrip("/")}, "no such operation"),
        ({"method": "PUT"}, "no such operation"),
        ({"headers": {"content-type": "text/plain"}}, "media type 'text/plain' is not declared"),
        ({"headers": {"authorization": ""}}, "security: nothing that was sent is enough"),
        ({"headers": {"authorization": "Basic eDp5"}}, "security: nothing that was sent"),
    ],
)
def test_a_request_that_departs_from_the_contract_is_noticed(
    departure: dict[str, Any], says: str, documented: Exchange, own: Judge
) -> None:
    assert own.request(send(documented)) == []
    (complaint,) = own.request(send(documented, **departure))
    assert says in str(complaint)


@pytest.mark.parametrize(
    ("lie", "says"),
    [
        ({"amount_in_cents": 150}, "body amount_in_cents: asked for 15000, sent 150"),
        ({"amount_in_cents": 15000.0}, "body amount_in_cents: asked for 15000, sent 15000.0"),
        ({"lease_id": "intg_9f8b7c6d5e4a3b2c1d0e"}, "body lease_id: asked for "),
        ({"transaction_date": "2024-01-16T09:30:00Z"}, "body transaction_date: asked for "),
        ({"url": URL.replace("credits", "charges")}, "request endpoint: asked for "),
        ({"params": {"lease_id": "lease_1"}}, "query lease_id: asked for nothing"),
    ],
)
def test_a_request_that_says_another_thing_than_its_caller_is_noticed(
    lie: dict[str, Any], says: str, documented: Exchange, own: Judge
) -> None:
    operation, asked = own.operations.named(NAME), Inputs(body=documented.request["body"])
    assert values.differences(operation, asked, send(documented)) == []
    (complaint,) = values.differences(operation, asked, send(documented, **lie))
    assert says in str(complaint)


def test_a_failure_prints_every_complaint_whole_and_once() -> None:
    complaint = Complaint("POST /x", "request", "body a", "is too large", "old", "new" * 200)
    with pytest.raises(pytest.fail.Exception) as failed:
        refuse([complaint, complaint, "another"], "    sent by: a call")
    lines = [
        "POST /x: request body a: is too large",
        "    before: old",
        f"    after:  {'new' * 200}",
    ]
    assert str(failed.value).splitlines() == [*lines, "another", "    sent by: a call"]


def test_a_response_that_departs_from_the_contract_is_noticed(
    documented: Exchange, own: Judge
) -> None:
    body = documented.body
    assert own.response(NAME, respond(200, body)) == []
    for departure in (
        respond(200, {**body, "meta": {}}),
        respond(200, {**body, "extra": 1}),
        respond(200, {"job_id": "j", "data": {}}),
        respond(202, body),
        respond(200, body, "text/html"),
        respond(400, {"error": {"code": 1, "message": "x"}}),
    ):
        assert own.response(NAME, departure), departure.content
