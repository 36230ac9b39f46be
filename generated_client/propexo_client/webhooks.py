"""Webhooks: check that Propexo sent a body, and read the event in it.

    event = webhooks.parse(body, headers.get(webhooks.SIGNATURE_HEADER), secret)
    if isinstance(event, webhooks.WriteOperationFailure):
        propexo.credits.wait(event.root_job_id, timeout=0)

Propexo delivers an event again every 15 minutes, at most ten times, until the response is a 2xx. A
delivery carries no time, so whoever saw one can send it again: act on what the API says about the
job, as above, and handling an event twice is harmless. There is no event for a write that succeeds.
Source: Propexo's guide "Webhooks".
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ._json import is_array, is_object, parse_json, text_or_none
from .errors import InvalidArgument, InvalidArgumentType, PropexoError

SIGNATURE_HEADER = "propexo-signature"
"""The request header with the signature."""

MOST_BYTES = 1024 * 1024
"""The longest body that is read, in bytes."""

SignedForm: TypeAlias = Literal["raw", "compact"]


class WebhookError(PropexoError):
    """A delivery that cannot be used. Respond with a 4xx status."""


class MissingSignature(WebhookError):
    """The request has no signature, so anybody may have sent it."""


class WrongSignature(WebhookError):
    """The signature was not made from this body with this secret."""


class UnreadableEvent(WebhookError):
    """The body is too long, is not JSON, or is not an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event that Propexo signed. `data` is what it says, in the vendor's own shape.

    `trigger` is the name of the event, for example SYNC_COMPLETE; "" where the body names none.
    `raw` is the whole body as parsed JSON. `signed_form` says what the signature covers: "raw"
    bytes as received, or their "compact" form, JSON without spaces (the documents leave it open).
    """

    trigger: str
    data: Mapping[str, Any]
    signed_form: SignedForm
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOperationFailure(Event):
    """A write ended in FAILURE or PARTIAL_SUCCESS; `wait(root_job_id, timeout=0)` confirms it.

    `errors` has the messages of the property-management system. Everything but the job id is None,
    or empty, where the body lacks it.
    """

    root_job_id: str
    write_status: str | None
    integration_id: str | None
    vendor: str | None
    errors: tuple[str, ...]


def parse(body: bytes, signature: str | None, secret: str) -> Event:
    """Check the signature of a delivery in constant time, and return its event.

    `body` is the request body as received, before any parsing; `signature` the value of the
    `propexo-signature` header; `secret` that of the webhook. Raises `MissingSignature`,
    `WrongSignature` or `UnreadableEvent`, and `InvalidArgument` for invalid arguments.
    """
    key, secret = _Key(secret), ""  # a traceback that lists variables must not show it
    key.check()
    _check_types(body, signature)
    if not signature:
        raise MissingSignature(f"the request has no {SIGNATURE_HEADER} header")
    if len(body) > MOST_BYTES:
        raise UnreadableEvent(f"the body is {len(body)} bytes long; at most {MOST_BYTES} are read")
    if key.signed(body, signature):
        return _event(_json_object(body), "raw")
    compact = _compact(body)
    if compact is None or not key.signed(compact, signature):
        raise WrongSignature(
            f"{SIGNATURE_HEADER} does not belong to this body; check that the secret is that of"
            " this webhook, and that the body is passed as received"
        )
    return _event(_json_object(compact), "compact")


def sign(body: bytes, secret: str) -> str:
    """Sign a body as Propexo does, with hex HMAC-SHA256, for tests of your own handler."""
    key, secret = _Key(secret), ""
    key.check()
    return key.sign(body)


def _check_types(body: object, signature: object) -> None:
    if not isinstance(body, bytes):
        raise InvalidArgumentType("body: pass the bytes as received, before any parsing")
    if not isinstance(signature, str | None):
        raise InvalidArgumentType(f"signature: pass the text of the {SIGNATURE_HEADER} header")


class _Key:
    """A secret that is never shown. Making one never raises, so no traceback can contain it."""

    __slots__ = ("_flaw", "_mac")

    def __init__(self, secret: object) -> None:
        self._flaw: InvalidArgument | None = None
        self._mac: hmac.HMAC | None = None
        if not isinstance(secret, str):
            self._flaw = InvalidArgumentType("secret: pass the secret of the webhook, as text")
        elif not secret or secret != secret.strip():
            self._flaw = InvalidArgument(
                "secret: must not be blank, nor begin or end with white space"
            )
        else:
            self._mac = hmac.new(secret.encode(errors="surrogatepass"), digestmod="sha256")

    def check(self) -> None:
        if self._flaw is not None:
            raise self._flaw

    def sign(self, body: bytes) -> str:
        assert self._mac is not None
        mac = self._mac.copy()
        mac.update(body)
        return mac.hexdigest()

    def signed(self, body: bytes, signature: str) -> bool:
        given = signature.strip().lower().encode(errors="replace")
        return hmac.compare_digest(self.sign(body).encode(), given)


def _compact(body: bytes) -> bytes | None:
    """Write the body as JavaScript's JSON.stringify would, or return None if it is not JSON."""
    try:
        value = parse_json(body.decode())
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return None


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = parse_json(body.decode())
    except ValueError:
        raise UnreadableEvent("the body is signed, but is not JSON") from None
    if not is_object(value):
        raise UnreadableEvent("the body is signed, but is not a JSON object")
    return value


def _event(body: dict[str, Any], signed_form: SignedForm) -> Event:
    found = body.get("data")
    data = found if is_object(found) else {}
    trigger = text_or_none(body, "trigger") or text_or_none(data, "event") or ""
    if trigger != "WRITE_OPERATION_FAILURE":
        return Event(trigger=trigger, data=data, signed_form=signed_form, raw=body)
    job_id = text_or_none(data, "root_job_id")
    if not job_id:
        raise UnreadableEvent(f"{trigger}: names no root_job_id; look for the write by hand")
    return WriteOperationFailure(
        trigger=trigger,
        data=data,
        signed_form=signed_form,
        raw=body,
        root_job_id=job_id,
        write_status=text_or_none(data, "write_status"),
        integration_id=text_or_none(data, "integration_id"),
        vendor=text_or_none(data, "vendor"),
        errors=_texts(data.get("errors")),
    )


def _texts(values: object) -> tuple[str, ...]:
    if not is_array(values):
        return () if values is None else (str(values),)
    return tuple(value if isinstance(value, str) else json.dumps(value) for value in values)
