"""Messages between a flow and its driver: requests and sleeps one way, events the other.

A flow is a generator that performs no input and no output. It yields a `Request` to have it sent
or a `Sleep` to let time pass, and is resumed with the `Event` that came of it.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from ..messages import Request, Response

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sleep:
    """Let this many seconds pass."""

    seconds: float


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
