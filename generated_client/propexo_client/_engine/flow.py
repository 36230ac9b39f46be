"""Messages between a flow and its driver: the flow yields steps, the driver sends back results.

A flow is a generator that performs no input and no output. It yields a step, and is resumed with
its result. Every request has a connection of its own, opened by a step of its own, so that
something can be done between the two: when it is done, the server is known to be there, and not
one byte of the request has left.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from ..messages import Request, Response

T = TypeVar("T")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Sleep:
    """Let this many seconds pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Connect:
    """Open a connection within this many seconds. Comes back as one, or as `NotDelivered`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Send(Generic[C]):
    """Send `request` over a connection and close it. Comes back as an `Event`.

    `seconds` is all it may take until the response is whole.
    """

    connection: C
    request: Request
    seconds: float


@dataclass(frozen=True, slots=True)
class Commit(Generic[C]):
    """Do `work`, which blocks until it is durable. Comes back as what it returned.

    It cannot be stopped half way: if the call is gone by then, `undo` is called with that.
    """

    work: Callable[[], C]
    undo: Callable[[C], object] | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """From here on, leave `text` on whatever interrupts the flow, and in the log.

    The fingerprint of `request` is added to it when it is left, not before: few calls need one.
    """

    text: str
    request: Request | None = None

    def __str__(self) -> str:
        mark = f" [fingerprint {self.request.fingerprint}]" if self.request else ""
        return f"{self.text}{mark}"


NOTHING_AT_STAKE = Note("")
"""From here on, an interruption leaves nothing in doubt."""


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """Not one byte of the request left this machine: no connection could be made, say."""

    cause: Exception


@dataclass(frozen=True, slots=True)
class Lost:
    """The request may have arrived, but no whole response came; `response` holds any part."""

    cause: Exception
    response: Response | None = None


Step: TypeAlias = Sleep | Connect | Send[Any] | Commit[Any]
Event: TypeAlias = Response | NotDelivered | Lost
Flow: TypeAlias = Generator[Step | Note, Any, T]
