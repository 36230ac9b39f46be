"""Errors: one helpful line, all the evidence, and safe to carry between processes."""

import copy
import pickle
from typing import Any

import httpx
import pytest

from contract_tests.client.support import ACCEPTED, CREDIT, client, rate_headers, rejection
from propexo_client import (
    InvalidArgument,
    NotSent,
    OutcomeUnknown,
    PropexoError,
    RateLimited,
    Rejected,
    RequestError,
    StillPending,
    WriteFailed,
    WritePartiallyFailed,
)

FAULTS: dict[type[RequestError], tuple[tuple[Any, ...], str]] = {
    NotSent: ((httpx.ConnectError("refused"),), "posting again is safe"),
    Rejected: ((rejection("no\nway"),), "fix the request"),
    RateLimited: (
        (httpx.Response(429, headers=rate_headers(0)),),
        "when the next rate-limit minute",
    ),
    OutcomeUnknown: ((httpx.Response(502, text="<html>"),), "Do NOT post again"),
    WriteFailed: ((ACCEPTED, {"write_status": "FAILURE", "errors": ["a\nb"]}), "your choice"),
    WritePartiallyFailed: ((ACCEPTED, {"write_status": "PARTIAL_SUCCESS"}), "Do NOT post again"),
    StillPending: ((ACCEPTED, {"write_status": "PENDING"}), "Call wait(job_id) again"),
}


def fail(kind: type[RequestError]) -> RequestError:
    propexo, _, _ = client(*FAULTS[kind][0])
    with pytest.raises(kind) as raised:
        propexo.credits.create_and_wait(**CREDIT)
    return raised.value


@pytest.mark.parametrize("kind", FAULTS)
def test_the_message_is_one_line_that_says_whether_to_post_again(kind: type[RequestError]) -> None:
    message = str(fail(kind))
    assert FAULTS[kind][1] in message
    assert "\n" not in message
    assert message.startswith("create_resident_credit ")


@pytest.mark.parametrize("kind", FAULTS)
def test_every_error_carries_what_reconciling_needs(kind: type[RequestError]) -> None:
    error = fail(kind)
    assert isinstance(error, PropexoError)
    assert error.request.body == CREDIT | {"transaction_date": "2026-01-15"}
    assert error.fingerprint == error.request.fingerprint
    assert f"fingerprint {error.fingerprint}" in str(error)
    if kind in (WriteFailed, WritePartiallyFailed, StillPending):
        assert error.job_id == "job_1"
        assert "job_1" in str(error)


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
@pytest.mark.parametrize("kind", FAULTS)
def test_errors_survive_copying_and_pickling(kind: type[RequestError], clone: Any) -> None:
    error = fail(kind)
    error.add_note("seen")
    twin = clone(error)
    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert vars(twin) == vars(error)
    assert twin.args == error.args


def test_arguments_errors_survive_pickling() -> None:
    error = pickle.loads(pickle.dumps(InvalidArgument("amount: no")))
    assert (type(error), str(error)) == (InvalidArgument, "amount: no")


def test_the_raw_response_is_kept_whatever_it_is() -> None:
    headers = {"cf-ray": "ray", "set-cookie": "session=1", "x-secret": "1", "Server": "edge"}
    body = b"\xff\xfe<html>" * 100
    propexo, _, _ = client(httpx.Response(520, content=body, headers=headers))
    with pytest.raises(OutcomeUnknown) as raised:
        propexo.credits.create(**CREDIT)
    response = raised.value.response
    assert response is not None
    assert response.body == body
    assert dict(response.headers) == {"cf-ray": "ray", "server": "edge", "content-length": "800"}
    assert "html" not in repr(raised.value)


def test_half_a_body_is_kept_with_its_status() -> None:
    class Cut(httpx.SyncByteStream):
        def __iter__(self) -> Any:
            yield b'{"meta": {"job_id": "job_9"'
            raise httpx.ReadError("cut")

    propexo, server, _ = client(lambda _: httpx.Response(200, stream=Cut()))
    with pytest.raises(OutcomeUnknown) as raised:
        propexo.credits.create(**CREDIT)
    assert raised.value.status == 200
    assert raised.value.response is not None
    assert raised.value.response.body.startswith(b'{"meta"')
    assert raised.value.job_id == "job_9"
    assert server.posts == 1


def test_a_body_that_trickles_for_ever_is_given_up() -> None:
    propexo, server, clock = client(lambda _: httpx.Response(200, stream=Trickle()))

    class Trickle(httpx.SyncByteStream):
        def __iter__(self) -> Any:
            while True:
                clock.now += 10
                yield b" "

    with pytest.raises(OutcomeUnknown, match="time for the call is over"):
        propexo.credits.create(**CREDIT)
    assert server.posts == 1


def test_an_unknown_outcome_is_in_the_log_even_if_the_error_is_swallowed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert str(fail(OutcomeUnknown)) in caplog.messages


def test_the_request_of_an_unknown_outcome_finds_the_credit() -> None:
    charge = {"id": "charge_1", "amount_in_cents": -15_000}

    def page(request: httpx.Request) -> httpx.Response:
        rows = [charge][int(request.url.params["offset"]) :]
        return httpx.Response(200, json={"meta": {"orderBy": []}, "results": rows})

    propexo, server, _ = client(httpx.ReadTimeout("slow"), page)
    with pytest.raises(OutcomeUnknown) as raised:
        propexo.credits.create(**CREDIT)
    found = propexo.credits.find_matching(request=raised.value.request)
    assert [charge.id for charge in found] == ["charge_1"]
    assert server.posts == 1
