"""What a flow and its driver say to each other: requests and sleeps one way, events the other.

A flow is a generator that performs no input and no output. It yields a `Request` to have it sent
or a `Sleep` to let time pass, and is resumed with the `Event` that came of it.
"""

import hashlib
import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, ready to be sent: everything but the server and the token."""

    operation: str
    method: str
    path: str
    timeout: float
    params: tuple[tuple[str, str], ...] = ()
    content: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, operation: str, kwargs: Mapping[str, Any], timeout: float) -> "Request":
        """Take over what the generated code built for `operation`; `timeout` in seconds."""
        body = kwargs.get("json")
        params = kwargs.get("params")
        return cls(
            operation=operation,
            method=kwargs["method"].upper(),
            path=kwargs["url"],
            timeout=timeout,
            params=tuple((name, str(value)) for name, value in params.items()) if params else (),
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
    def fingerprint(self) -> str:
        """Short hash of what is asked for: equal for equal requests, and free of secrets."""
        text = f"{self.method} {self.path}\n".encode() + (self.content or b"")
        return hashlib.sha256(text).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Sleep:
    """Let this many seconds pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: its status, those of its headers that are safe to show, and its raw body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    seconds: float = 0.0

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


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """No connection came about: not one byte of the request left this machine."""

    cause: Exception


@dataclass(frozen=True, slots=True)
class Lost:
    """The request may have arrived, but no whole answer came back; `response` holds any part."""

    cause: Exception
    response: Response | None = None


Event: TypeAlias = Response | NotDelivered | Lost
Flow: TypeAlias = Generator[Request | Sleep, Any, T]
