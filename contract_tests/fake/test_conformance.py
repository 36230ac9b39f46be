import json
from typing import Any

import httpx
import pytest
from hypothesis import Phase, given, settings
from schemathesis.generation import GenerationMode

from contract_tests import conformance, reference
from contract_tests.fake.support import BASE, CREDIT, CREDITS, in_process, populated
from propexo_client._contract import checks
from propexo_client.testing import FakePropexo

OPERATIONS = sorted(checks.endpoints())
fuzzed = settings(max_examples=4, phases=[Phase.generate], database=None, deadline=None)


def send(client: httpx.Client, case: Any) -> httpx.Response:
    kwargs = case.as_transport_kwargs(base_url=BASE)
    return client.request(
        kwargs["method"], kwargs["url"], params=kwargs["params"] or None, json=kwargs.get("json")
    )


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_response_conforms(name: str, mode: GenerationMode) -> None:
    fake = populated()
    record = checks.endpoints()[name].record
    known_id = fake.add(record)["id"] if record else "job_000001"
    with in_process(fake) as client:

        @fuzzed
        @given(case=conformance.operation(name).as_strategy(generation_mode=mode))
        def conforms(case: Any) -> None:
            case.path_parameters = dict.fromkeys(case.path_parameters or {}, known_id)
            response = send(client, case)
            conformance.validate_response(name, response)

        conforms()


@pytest.mark.parametrize("name", [n for n in OPERATIONS if n.startswith("create_")])
def test_a_write_is_accepted_exactly_when_its_body_keeps_to_the_contract(name: str) -> None:
    fake, verdicts = FakePropexo(), set()
    strict = reference.validator(name, "request")
    with in_process(fake) as client:
        for mode in GenerationMode:

            @fuzzed
            @given(case=conformance.operation(name).as_strategy(generation_mode=mode))
            def judged(case: Any) -> None:
                kwargs = case.as_transport_kwargs(base_url=BASE)
                if kwargs["params"]:
                    return
                before = fake.booked
                response = send(client, case)
                valid = strict.is_valid(kwargs.get("json"))
                assert response.status_code == (200 if valid else 400)
                assert fake.booked - before == valid
                verdicts.add(valid)

            judged()
    assert verdicts == {True, False}


def test_the_documented_exchange_is_reproduced() -> None:
    with in_process(FakePropexo()) as client:
        body = client.post(CREDITS, json=CREDIT).json()
    assert body == {"meta": {"job_id": "job_000001"}, "result": CREDIT}


@pytest.mark.parametrize(
    ("body", "issue"),
    [
        ({**CREDIT, "foo": 1}, {"code": "unrecognized_keys", "keys": ["foo"], "path": []}),
        ({**CREDIT, "amount_in_cents": -1}, {"path": ["amount_in_cents"]}),
        ({**CREDIT, "transaction_date": "2026-01-15T00:00:00"}, {"path": ["transaction_date"]}),
        ({k: v for k, v in CREDIT.items() if k != "lease_id"}, {"path": ["lease_id"]}),
    ],
)
def test_a_body_that_departs_is_refused_as_the_vendor_does(body: Any, issue: Any) -> None:
    fake = FakePropexo()
    with in_process(fake) as client:
        response = client.post(CREDITS, json=body)
    assert response.status_code == 400
    conformance.validate_response("create_resident_credit", response)
    error = response.json()["error"]
    assert error["code"] == "invalid_request"
    assert issue.items() <= error["details"]["details"]["issues"][0].items()
    assert fake.booked == 0


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": NaN}', b"[" * 100_000, b"\xff"])
def test_a_body_that_is_not_json_is_refused(content: bytes) -> None:
    fake = FakePropexo()
    with in_process(fake) as client:
        assert client.post(CREDITS, content=content).status_code == 400
    assert (fake.posts, fake.booked) == (1, 0)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/v1/resident-credits/rentvine", 404),
        ("GET", "/v1/resident-charges", 404),
        ("GET", "/v1/admin/write-status/job_000001/", 404),
        ("GET", "/v1/admin/write-status/job_999999", 404),
        ("GET", "/v1/resident-charges/nothing", 404),
        ("GET", "/v1/resident-charges/rentvine/", 405),
        ("DELETE", "/v1/resident-charges/charge_000001", 405),
        ("GET", "/v1/resident-charges/?leese_id=1", 400),
        ("POST", "/v1/resident-credits/rentvine/?ignore_unknown_fields=true", 400),
    ],
)
def test_an_address_that_the_contract_does_not_have_is_refused(
    method: str, path: str, status: int
) -> None:
    with in_process(populated()) as client:
        response = client.request(method, path, json=CREDIT if method == "POST" else None)
    assert response.status_code == status
    assert json.loads(response.content)["error"]["message"]


@pytest.mark.parametrize("authorization", [None, "Bearer other", "fake-token", "Basic fake-token"])
def test_without_its_token_nothing_is_executed(authorization: str | None) -> None:
    fake = FakePropexo()
    headers = {"authorization": authorization} if authorization else {}
    with httpx.Client(base_url=BASE, transport=fake.transport(), headers=headers) as client:
        assert client.post(CREDITS, json=CREDIT).status_code == 401
    assert (fake.posts, fake.booked) == (1, 0)


def test_the_token_shows_nowhere() -> None:
    fake = FakePropexo(token="s3cret")
    with in_process(fake) as client:
        client.post(CREDITS, json=CREDIT)
    assert "s3cret" not in f"{fake!r} {fake.requests} {fake.transport()!r} {fake.serve()!r}"
