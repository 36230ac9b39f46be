"""What arrives at the fake and what leaves it, free of any HTTP library."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from .._json import parse_json


class Killed(BaseException):
    """The process is gone: what a fake or a journal raises stands for SIGKILL."""


class Delivery(Enum):
    """How a response travels."""

    WHOLE = auto()
    REFUSED = auto()  # no connection can be made
    CONNECT_TIMEOUT = auto()  # nor here, and it takes the whole timeout
    RESET = auto()  # the connection breaks before the first byte of the response
    SILENT = auto()  # the connection stays open, and nothing comes
    HALF = auto()  # the connection breaks in the middle of the body


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrives. `target` is path and query as in the request line."""

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path as sent, percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; of a repeated one the last."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    def json(self) -> Any:
        """Parse the body; None without one. Raises `ValueError` when it is not JSON."""
        return parse_json(self.body) if self.body else None


@dataclass(frozen=True, slots=True)
class FakeResponse:
    """What the fake responds with; `delay` in seconds passes on its clock first."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    delay: float = 0.0
    delivery: Delivery = Delivery.WHOLE

    @property
    def arrives(self) -> bool:
        """Whether the request it responds to has reached the fake at all."""
        return self.delivery not in (Delivery.REFUSED, Delivery.CONNECT_TIMEOUT)


Receive: TypeAlias = Callable[[Call], FakeResponse]
"""What responds to one request."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request that reached the fake, without its token. `json` is None when it cannot be parsed.

    `operation` is None for a path that the contract does not have, `fault` the name of the fault
    that met the request.
    """

    operation: str | None
    method: str
    path: str
    query: Mapping[str, str]
    json: Any
    fault: str | None


def json_response(body: Any, status: int = 200) -> FakeResponse:
    """Respond with JSON."""
    content = json.dumps(body, separators=(",", ":")).encode()
    return FakeResponse(status, {"content-type": "application/json"}, content)


def error_response(
    status: int, message: str, *, code: str = "invalid_request", issues: tuple[Any, ...] = ()
) -> FakeResponse:
    """Refuse in the documented shape.

    Source: Propexo's reference, "Create Resident Credit: Rentvine".
    """
    error: dict[str, Any] = {"code": code, "message": message}
    if issues:
        # The documented example has `details` twice.
        error["details"] = {"details": {"issues": list(issues), "name": "ZodError"}}
    return json_response({"error": error}, status)
