"""An event is believed only if Propexo signed it, and nothing that arrives breaks the reading."""

import contextlib
import hashlib
import hmac
import json
import traceback
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.client.test_secrecy import frames_of
from propexo_client import InvalidArgument, InvalidArgumentType, PropexoError, webhooks
from propexo_client.testing import failure_webhook
from propexo_client.webhooks import (
    MOST_BYTES,
    MissingSignature,
    UnreadableEvent,
    WriteOperationFailure,
    WrongSignature,
    parse,
    sign,
)

SECRET = "whsec-that-must-never-show"
FAILURE = {
    "trigger": "WRITE_OPERATION_FAILURE",
    "data": {
        "event": "WRITE_OPERATION_FAILURE",
        "integration_id": "intg_1",
        "vendor": "RENTVINE",
        "root_job_id": "job_1",
        "write_status": "FAILURE",
        "errors": ["Léase énded", {"code": 7}],
    },
}


def signature(body: bytes, secret: str = SECRET) -> str:
    """Sign without the code under test."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def test_a_failure_arrives_typed_and_whole() -> None:
    body = compact(FAILURE)
    event = parse(body, signature(body), SECRET)
    assert event == WriteOperationFailure(
        trigger="WRITE_OPERATION_FAILURE",
        data=FAILURE["data"],  # type: ignore[arg-type]
        signed_form="raw",
        raw=FAILURE,
        root_job_id="job_1",
        write_status="FAILURE",
        integration_id="intg_1",
        vendor="RENTVINE",
        errors=("Léase énded", '{"code": 7}'),
    )


def test_the_signature_is_the_one_of_the_standard_test_vector() -> None:
    """RFC 4231, test case 2."""
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert sign(b"what do ya want for nothing?", "Jefe") == expected


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(FAILURE, indent=2).encode(),
        json.dumps(FAILURE).encode(),
        json.dumps(FAILURE, separators=(",", ":")).encode(),
    ],
    ids=["indented", "with spaces", "escaped"],
)
def test_a_signature_of_the_compact_form_counts_and_the_event_says_so(body: bytes) -> None:
    event = parse(body, signature(compact(FAILURE)), SECRET)
    assert event.signed_form == "compact"
    assert isinstance(event, WriteOperationFailure)
    assert event.raw == FAILURE
    assert parse(body, signature(body), SECRET).signed_form == "raw"


@pytest.mark.parametrize(
    "change", [str.upper, lambda text: f" {text}\r\n"], ids=["upper", "padded"]
)
def test_a_signature_may_be_written_differently(change: Any) -> None:
    body = compact(FAILURE)
    assert parse(body, change(signature(body)), SECRET).trigger == "WRITE_OPERATION_FAILURE"


@pytest.mark.parametrize("trigger", ["SYNC_COMPLETE", "A_TRIGGER_OF_TOMORROW"])
def test_an_unknown_trigger_keeps_its_data(trigger: str) -> None:
    body = compact({"trigger": trigger, "data": {"model": "leases"}, "extra": 1})
    event = parse(body, signature(body), SECRET)
    assert type(event) is webhooks.Event
    assert (event.trigger, event.data) == (trigger, {"model": "leases"})
    assert event.raw["extra"] == 1


@pytest.mark.parametrize(
    ("body", "trigger"),
    [
        ({"data": {"event": "SYNC_COMPLETE"}}, "SYNC_COMPLETE"),
        ({"meta": {}, "record_id": "r", "diff": {}}, ""),
        ({"trigger": 3, "data": [1]}, ""),
    ],
)
def test_the_older_documented_shapes_are_events_too(body: Any, trigger: str) -> None:
    content = compact(body)
    event = parse(content, signature(content), SECRET)
    assert (event.trigger, event.raw) == (trigger, body)


def test_a_failure_whose_fields_are_odd_is_still_a_failure() -> None:
    body = compact(
        {"trigger": "WRITE_OPERATION_FAILURE", "data": {"root_job_id": "j", "vendor": 1}}
    )
    event = parse(body, signature(body), SECRET)
    assert isinstance(event, WriteOperationFailure)
    assert (event.root_job_id, event.vendor, event.write_status, event.errors) == (
        "j",
        None,
        None,
        (),
    )


def test_a_failure_without_a_job_id_is_an_error_not_an_event_to_overlook() -> None:
    body = compact({"trigger": "WRITE_OPERATION_FAILURE", "data": {"root_job_id": None}})
    with pytest.raises(UnreadableEvent, match="root_job_id"):
        parse(body, signature(body), SECRET)


@pytest.mark.parametrize("missing", [None, ""])
def test_a_missing_signature_has_its_own_error(missing: str | None) -> None:
    with pytest.raises(MissingSignature, match="propexo-signature"):
        parse(compact(FAILURE), missing, SECRET)


@pytest.mark.parametrize(
    "wrong",
    [
        signature(compact(FAILURE), "another-secret"),
        signature(compact({**FAILURE, "trigger": "X"})),
        signature(compact(FAILURE))[:-1],
        f"sha256={signature(compact(FAILURE))}",
        "\udcff" * 64,
        "é",
        "0" * 1_000_000,
    ],
    ids=["other secret", "other body", "short", "prefixed", "surrogates", "not ASCII", "huge"],
)
def test_a_wrong_signature_has_its_own_error(wrong: str) -> None:
    with pytest.raises(WrongSignature):
        parse(compact(FAILURE), wrong, SECRET)


@pytest.mark.parametrize("change", [b" ", b"\n", b"x"])
def test_one_more_byte_outside_of_json_is_noticed_one_that_changes_nothing_is_not(
    change: bytes,
) -> None:
    body = compact(FAILURE)
    if change.isspace():
        assert parse(body + change, signature(body), SECRET).signed_form == "compact"
    else:
        with pytest.raises(WrongSignature):
            parse(body + change, signature(body), SECRET)


NOT_EVENTS = {
    "empty": b"",
    "a web page": b"<html>",
    "cut off": compact(FAILURE)[:-1],
    "not UTF-8": b'{"trigger": "\xff"}',
    "UTF-16": '{"trigger": "X"}'.encode("utf-16"),
    "NaN": b'{"trigger": NaN}',
    "deeply nested": b"[" * 500_000 + b"]" * 500_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a huge number": b'{"a": ' + b"9" * 100_000 + b"}",
    "a list": b"[]",
    "null": b"null",
}


@pytest.mark.parametrize("body", NOT_EVENTS.values(), ids=list(NOT_EVENTS))
def test_a_body_that_is_not_json_has_its_own_error_if_it_is_signed(body: bytes) -> None:
    with pytest.raises(UnreadableEvent, match="is not"):
        parse(body, signature(body), SECRET)


@pytest.mark.parametrize("body", NOT_EVENTS.values(), ids=list(NOT_EVENTS))
def test_what_nobody_signed_is_a_wrong_signature_whatever_it_is(body: bytes) -> None:
    with pytest.raises(WrongSignature):
        parse(body, "0" * 64, SECRET)


def test_a_longer_body_than_anything_real_is_not_read() -> None:
    body = b" " * (MOST_BYTES - len(compact(FAILURE))) + compact(FAILURE)
    assert parse(body, signature(body), SECRET).raw == FAILURE
    with pytest.raises(UnreadableEvent, match="1048577 bytes"):
        parse(body + b" ", signature(body + b" "), SECRET)


@pytest.mark.parametrize(
    ("arguments", "kind", "names"),
    [
        (("{}", "0" * 64, SECRET), InvalidArgumentType, "body: "),
        (({}, "0" * 64, SECRET), InvalidArgumentType, "body: "),
        ((b"{}", b"0" * 64, SECRET), InvalidArgumentType, "signature: "),
        ((b"{}", "0" * 64, None), InvalidArgumentType, "secret: "),
        ((b"{}", "0" * 64, SECRET.encode()), InvalidArgumentType, "secret: "),
        ((b"{}", "0" * 64, ""), InvalidArgument, "secret: "),
        ((b"{}", "0" * 64, f"{SECRET}\n"), InvalidArgument, "secret: "),
    ],
)
def test_an_argument_that_cannot_be_right_is_named(arguments: Any, kind: type, names: str) -> None:
    with pytest.raises(kind, match=f"^{names}") as raised:
        parse(*arguments)
    assert_hidden(raised.value)


def test_an_empty_secret_never_makes_a_signature_valid() -> None:
    body = compact(FAILURE)
    with pytest.raises(InvalidArgument):
        parse(body, signature(body, ""), "")
    for secret in ("", f"{SECRET}\n", None):
        with pytest.raises(InvalidArgument, match=r"^secret: "):
            sign(body, secret)  # type: ignore[arg-type]


def assert_hidden(error: BaseException) -> None:
    shown = [str(error), repr(error), *traceback.format_exception(error)]
    shown += [repr(value) for local in frames_of(error) for value in local.values()]
    body = compact(FAILURE)
    assert not [text for text in shown if SECRET in text or signature(body) in text]


@pytest.mark.parametrize(
    ("body", "given"),
    [
        (compact(FAILURE), None),
        (compact(FAILURE), "0" * 64),
        (b"<html>", "0" * 64),
        (b"<html>", signature(b"<html>")),
        (b"x" * (MOST_BYTES + 1), "0" * 64),
    ],
)
def test_no_error_shows_the_secret_nor_the_signature_that_was_expected(
    body: bytes, given: str | None
) -> None:
    with pytest.raises(webhooks.WebhookError) as raised:
        parse(body, given, SECRET)
    assert isinstance(raised.value, PropexoError)
    assert_hidden(raised.value)


def test_an_event_shows_no_secret() -> None:
    body, headers = failure_webhook("job_1", SECRET)
    event = parse(body, headers["propexo-signature"], SECRET)
    assert SECRET not in repr(event)
    assert headers["propexo-signature"] not in repr(event)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(), JSON, max_size=4), st.sampled_from([None, 2]))
def test_whatever_is_signed_in_either_form_is_read_back_as_it_was(
    value: dict[str, Any], indent: int | None
) -> None:
    value.pop("trigger", None)
    body = json.dumps(value, indent=indent).encode()
    assert parse(body, signature(body), SECRET).raw == value
    assert parse(body, signature(compact(value)), SECRET).raw == value


@given(st.binary(max_size=200), st.text(max_size=80))
def test_no_bytes_and_no_signature_lead_anywhere_but_to_an_error_of_ours(
    body: bytes, given_signature: str
) -> None:
    with pytest.raises(webhooks.WebhookError):
        parse(body, given_signature, SECRET)
    with contextlib.suppress(UnreadableEvent):
        parse(body, signature(body), SECRET)
