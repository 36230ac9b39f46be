"""What goes over the wire: a request as it is sent, a response as it arrived."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
).encode


def fingerprint(operation: str, fields: Mapping[str, Any]) -> str:
    """Hash what is asked for: equal for equal content, however and by whatever version it is sent.

    "1:" and 64 hex digits of SHA-256. `fields` are the JSON fields of the body, before any mark.
    """
    text = _encode({"operation": operation, "fields": fields})
    return "1:" + hashlib.sha256(text.encode()).hexdigest()


_REQUEST_IDS = ("x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray")
_LONGEST_ID = 100


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, ready to be sent: everything but the server and the token."""

    operation: str
    method: str
    path: str
    timeout: float
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    content: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        operation: str,
        method: str,
        path: str,
        *,
        timeout: float,
        query: Sequence[tuple[str, str]] = (),
        body: Mapping[str, Any] | None = None,
    ) -> "Request":
        """Make a request of what has been checked; `timeout` in seconds."""
        return cls(
            operation=operation,
            method=method,
            path=path,
            timeout=timeout,
            params=tuple(query),
            content=None if body is None else _encode(body).encode(),
        )

    @property
    def is_write(self) -> bool:
        """Whether sending this twice could do something twice."""
        return self.method != "GET"

    @property
    def body(self) -> Any:
        """The JSON body as it is sent, or None."""
        return None if self.content is None else json.loads(self.content)

    @property
    def fields(self) -> dict[str, Any]:
        """What is asked for: the fields of the body, or the path of a request that has none."""
        return self.body or {"path": self.path}

    @cached_property
    def fingerprint(self) -> str:
        """Hash of operation and fields: equal for equal content, and free of secrets."""
        return fingerprint(self.operation, self.fields)


@dataclass(frozen=True, slots=True)
class Response:
    """A response: its status, those of its headers that are safe to show, and its raw body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    seconds: float = 0.0

    @property
    def request_id(self) -> str | None:
        """What the server calls this exchange, for a support ticket; None if it does not say."""
        found = (self.headers[name] for name in _REQUEST_IDS if self.headers.get(name))
        return next((" ".join(value.split())[:_LONGEST_ID] for value in found), None)

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced."""
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """Parse the body. Raises ValueError when it is not JSON."""
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("the body is nested too deeply") from None
