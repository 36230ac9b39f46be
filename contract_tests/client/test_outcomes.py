"""The table of outcomes, row by row, without a network."""

import json
from typing import Any

import httpx
import pytest

from contract_tests.client.support import (
    ACCEPTED,
    CREDIT,
    PENDING,
    POST,
    POSTED,
    CreditFlows,
    client,
    drive,
    response,
    session,
)
from propexo_client import (
    AcceptedWrite,
    Forbidden,
    NotFound,
    NotSent,
    OutcomeUnknown,
    PostedWrite,
    RateLimited,
    ReadFailed,
    Rejected,
    Unauthorized,
    WriteFailed,
    WritePartiallyFailed,
)
from propexo_client._engine import bodies
from propexo_client._engine.flow import Event, Lost, NotDelivered
from propexo_client._engine.outcomes import (
    VIOLATIONS_KEPT,
    Undecided,
    of_read,
    of_status,
    of_write,
    violations,
)
from propexo_client.messages import Request, Response

GET = Request(operation="get_write_status", method="GET", path="/v1/x", timeout=30)
REFUSALS = {401, 405, 411, 413, 414, 415, 417, 431}
REFUSALS_BY_THE_VENDOR = {400, 403, 404, 410, 422}
ERROR = {"error": {"code": "x", "message": "y"}}


@pytest.mark.parametrize(
    ("body", "refusals"),
    [
        (b"", REFUSALS),
        (b"<html>", REFUSALS),
        (b"[]", REFUSALS),
        (b"null", REFUSALS),
        (b'{"error": "no"}', REFUSALS),
        (b'{"error": {}}', REFUSALS),
        (b'{"error": {"code": 3, "message": null}}', REFUSALS),
        (b'{"message": "Forbidden"}', REFUSALS),
        (b"\xff" * 9, REFUSALS),
        (b'{"error": {"code": "x"}}', REFUSALS | REFUSALS_BY_THE_VENDOR),
        (b'{"error": {"message": "y"}}', REFUSALS | REFUSALS_BY_THE_VENDOR),
        (json.dumps(ERROR).encode(), REFUSALS | REFUSALS_BY_THE_VENDOR),
    ],
)
def test_every_status_without_a_job_id_has_its_outcome(body: bytes, refusals: set[int]) -> None:
    for status in range(200, 600):
        outcome = of_write(POST, Response(status, {}, body))
        if status in refusals:
            assert isinstance(outcome, Rejected)
        else:
            assert type(outcome) is OutcomeUnknown
            assert outcome.response is not None
            assert (outcome.status, outcome.response.body) == (status, body)


def test_a_job_id_in_a_response_that_is_no_success_is_evidence_and_not_success() -> None:
    for status in range(300, 600):
        outcome = of_write(POST, response(ACCEPTED, status))
        assert type(outcome) is OutcomeUnknown
        assert outcome.job_id == "job_1"
        assert "wait()" in str(outcome)


@pytest.mark.parametrize("status", [429, *sorted(REFUSALS | REFUSALS_BY_THE_VENDOR)])
@pytest.mark.parametrize("job", [{"meta": {"job_id": "job_1"}}, {"job_id": "job_1"}])
def test_a_refusal_that_names_a_job_is_no_refusal(status: int, job: Any) -> None:
    used_up = {"x-ratelimit-limit": "150", "x-ratelimit-remaining": "0"}
    refusal = Response(status, used_up, json.dumps({**ERROR, **job}).encode())
    outcome = of_write(POST, refusal)
    assert type(outcome) is OutcomeUnknown
    assert "names a job" in outcome.reason
    assert outcome.job_id == "job_1"


def test_a_429_whose_headers_contradict_each_other_is_not_sent_again() -> None:
    headers = [
        ("x-ratelimit-limit", "150"),
        ("x-ratelimit-remaining", "17"),
        ("x-ratelimit-remaining", "0"),
    ]
    propexo, server, _ = client(httpx.Response(429, headers=headers, json=ERROR))
    with pytest.raises(OutcomeUnknown) as raised:
        propexo.credits.create(**CREDIT)
    assert server.posts == 1
    assert raised.value.response is not None
    assert raised.value.response.headers["x-ratelimit-remaining"] == "17, 0"


@pytest.mark.parametrize(
    ("status", "kind"), [(401, Unauthorized), (403, Forbidden), (404, NotFound), (405, Rejected)]
)
def test_refusals_a_caller_treats_apart_have_their_own_type(status: int, kind: type) -> None:
    assert type(of_write(POST, response(ERROR, status))) is kind


@pytest.mark.parametrize(
    "details",
    [
        {"issues": [{"code": "unrecognized_keys"}]},
        {"details": {"issues": [{"code": "unrecognized_keys"}]}},
    ],
)
def test_a_rejection_carries_code_message_and_issues_at_either_depth(details: Any) -> None:
    body = {"error": {"code": "invalid_request", "message": "no", "details": details}}
    outcome = of_write(POST, response(body, 400))
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.message) == ("invalid_request", "no")
    assert outcome.issues == ({"code": "unrecognized_keys"},)
    assert outcome.response is not None
    assert json.loads(outcome.response.body) == body


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"error": 3}', b'{"error": {"details": []}}', b"\xff" * 9]
)
def test_a_rejection_with_an_unreadable_body_is_still_a_rejection(body: bytes) -> None:
    for outcome in (of_write(POST, Response(401, {}, body)), of_read(GET, Response(400, {}, body))):
        assert isinstance(outcome, Rejected)
        assert (outcome.code, outcome.message, outcome.issues) == (None, None, ())


def test_a_rejection_names_its_code_and_message() -> None:
    assert "status 400, x: y." in str(of_write(POST, response(ERROR, 400)))


@pytest.mark.parametrize("depth", [990, 1100, 5000])
def test_issues_are_looked_for_at_any_depth(depth: int) -> None:
    details: dict[str, Any] = {"issues": [{"code": "deep"}, 3]}
    for _ in range(depth):
        details = {"details": details}
    assert bodies.issues({"details": details}) == ({"code": "deep"},)


def test_a_rate_limit_carries_what_the_headers_tell() -> None:
    outcome = of_write(
        POST, response({}, 429, x_ratelimit_limit="150", x_ratelimit_remaining="0", retry_after="7")
    )
    assert isinstance(outcome, RateLimited)
    assert (outcome.limit, outcome.remaining, outcome.retry_after) == (150, 0, 7)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"retry_after": "0"},
        {"x_ratelimit_remaining": "0"},
        {"x_ratelimit_limit": "150"},
        {"x_ratelimit_limit": "150", "x_ratelimit_remaining": "3"},
        {"x_ratelimit_limit": "0", "x_ratelimit_remaining": "0"},
        {"x_ratelimit_limit": "many", "x_ratelimit_remaining": "0"},
        {"x_ratelimit_limit": "150", "x_ratelimit_remaining": "-1"},
    ],
)
def test_a_429_that_is_not_the_documented_one_is_unknown(headers: dict[str, str]) -> None:
    assert type(of_write(POST, response(ERROR, 429, **headers))) is OutcomeUnknown
    assert type(of_read(GET, response(ERROR, 429, **headers))) is RateLimited


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (NotDelivered(httpx.ConnectError("refused")), NotSent),
        (Lost(httpx.ReadTimeout("slow")), OutcomeUnknown),
        (Lost(RuntimeError("anything")), OutcomeUnknown),
        (Lost(httpx.ReadError("cut"), response(ACCEPTED)), OutcomeUnknown),
    ],
)
def test_what_never_left_is_told_from_what_may_have_arrived(event: Event, kind: type) -> None:
    outcome = of_write(POST, event)
    assert type(outcome) is kind
    assert outcome.__cause__ is event.cause  # type: ignore[union-attr]


class SoftTimeLimitExceeded(Exception):
    """What a task queue raises in the middle of anything."""


@pytest.mark.parametrize("error", [KeyError("no such operation"), RecursionError()])
def test_a_failing_contract_check_never_hides_an_accepted_credit(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def explode(*_: object) -> tuple[str, ...]:
        raise error

    monkeypatch.setattr("propexo_client._contract.checks.response_violations", explode)
    accepted, _ = drive(CreditFlows(session()).create(**CREDIT), [response(ACCEPTED)])
    assert len(accepted.contract_violations) == 1


def test_a_contract_check_does_not_swallow_the_time_limit_of_the_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(*_: object) -> tuple[str, ...]:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr("propexo_client._contract.checks.response_violations", interrupt)
    with pytest.raises(SoftTimeLimitExceeded):
        drive(CreditFlows(session()).create(**CREDIT), [response(ACCEPTED)])


def test_only_the_first_contract_violations_are_kept() -> None:
    body = {**POSTED, "errors": [1] * 300_000}
    found = violations("get_write_status", response(body), body)
    assert len(found) == VIOLATIONS_KEPT + 1
    assert found[-1] == f"and {300_000 - VIOLATIONS_KEPT} more"


def test_a_retry_that_was_not_queued_is_not_taken_for_accepted() -> None:
    retry = Request(operation="retry_write", method="POST", path="/v1/x", timeout=30, content=b"{}")
    outcome = of_write(retry, response({"success": False, "job_id": "job_1"}))
    assert type(outcome) is OutcomeUnknown
    assert isinstance(
        of_write(retry, response({"success": True, "job_id": "job_2"})), AcceptedWrite
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (POSTED, PostedWrite),
        ({"write_status": "SUCCESS"}, PostedWrite),
        ({**POSTED, "write_status": "FAILURE"}, WriteFailed),
        ({"write_status": "FAILURE"}, WriteFailed),
        ({**POSTED, "write_status": "PARTIAL_SUCCESS"}, WritePartiallyFailed),
        (PENDING, Undecided),
        ({**POSTED, "write_status": "QUEUED"}, Undecided),
        ({**POSTED, "write_status": "success"}, Undecided),
        ({**POSTED, "write_status": None}, Undecided),
        ({**POSTED, "write_status": ["SUCCESS"]}, Undecided),
        ({}, Undecided),
        ([], Undecided),
    ],
)
def test_only_a_status_known_to_be_an_end_is_an_end(body: Any, kind: type) -> None:
    assert type(of_status("job_1", GET, response(body))) is kind


@pytest.mark.parametrize(
    ("event", "final"),
    [
        (Response(200, {}, b"<html>"), False),
        (Response(404, {}, b""), False),
        (Response(429, {}, b""), False),
        (Response(503, {}, b""), False),
        (Response(302, {}, b""), False),
        (Lost(httpx.ReadTimeout("")), False),
        (NotDelivered(httpx.ConnectError("")), False),
        (Response(400, {}, b""), True),
        (Response(401, {}, b""), True),
        (Response(403, {}, b""), True),
    ],
)
def test_a_status_that_cannot_be_read_decides_nothing(event: Event, final: bool) -> None:
    state = of_status("job_1", GET, event)
    assert isinstance(state, Undecided)
    assert state.final is final


def test_a_success_keeps_what_the_job_says_went_wrong() -> None:
    state = of_status("job_1", GET, response({**POSTED, "errors": ["no receipt", {"a": 1}]}))
    assert isinstance(state, PostedWrite)
    assert state.errors == ("no receipt", '{"a": 1}')


def test_a_failure_carries_the_reasons_whatever_their_shape() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    assert bodies.texts([nested]) == ("(list that cannot be shown)",)
    for errors, expected in (
        (["a", {"b": 1}], ("a", '{"b": 1}')),
        ("a", ("a",)),
        (None, ()),
    ):
        state = of_status("job_1", GET, response({"write_status": "FAILURE", "errors": errors}))
        assert isinstance(state, WriteFailed)
        assert state.errors == expected
        assert state.job_id == "job_1"


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (NotDelivered(httpx.ConnectTimeout("")), NotSent),
        (Lost(httpx.ReadTimeout("")), ReadFailed),
        (Response(500, {}, b""), ReadFailed),
        (Response(302, {}, b""), ReadFailed),
        (Response(200, {}, b"<html>"), ReadFailed),
        (Response(404, {}, b""), NotFound),
        (Response(429, {}, b""), RateLimited),
    ],
)
def test_reads_fail_in_words_of_their_own(event: Event, kind: type) -> None:
    outcome = of_read(GET, event)
    assert type(outcome) is kind
    assert "post" not in str(outcome).lower()
