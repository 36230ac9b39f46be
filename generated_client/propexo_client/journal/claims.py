"""Keys, and the right to send one once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidArgument, InvalidArgumentType
from .events import RETRY, Event, State

RETRY_KEY = f"{RETRY}:"
"""What the key of a retried job begins with that no key owns."""

_LONGEST = 255


def check_key(key: object) -> str:
    """Accept 1 to 255 printable ASCII characters without outer blanks, and nobody else's name."""
    if not isinstance(key, str):
        raise InvalidArgumentType(f"idempotency_key: pass text, not {type(key).__name__}")
    if not 1 <= len(key) <= _LONGEST or not key.isascii() or not key.isprintable():
        raise InvalidArgument(f"idempotency_key: pass 1 to {_LONGEST} printable ASCII characters")
    if key != key.strip():
        raise InvalidArgument("idempotency_key: begins or ends with a blank; strip it")
    if key.startswith(RETRY_KEY):
        raise InvalidArgument(f"idempotency_key: {RETRY_KEY!r} names retries; begin otherwise")
    return key


@dataclass(frozen=True, slots=True)
class Sendable:
    """A key that may be sent, as it was read. `claim` it before anybody else writes."""

    event: Event


class Claim:
    """The right to send a key once, held by whoever appended `event`.

    Each method records what came of it, within 10 s, and returns whether the journal now says so:
    not when proof or a person came first. Raises `JournalUnavailable` or `JournalRefused`.
    """

    def __init__(self, event: Event, record: Callable[..., bool]) -> None:
        self.event = event
        self._record = record

    @property
    def key(self) -> str:
        """The idempotency key."""
        return self.event.key

    @property
    def attempt(self) -> int:
        """Which attempt of the key this is."""
        return self.event.attempt

    def released(self, reason: str) -> bool:
        """Record that not one byte left, or that it was held back: the key may be sent again."""
        return self._record(self.event, State.RELEASED, reason=reason)

    def refused(self, reason: str, **detail: Any) -> bool:
        """Record that the server refused before executing: the key may be sent again."""
        return self._record(self.event, State.REFUSED, reason=reason, **detail)

    def unknown(self, reason: str, **detail: Any) -> bool:
        """Record that it may have been executed, so that the key is not sent again."""
        return self._record(self.event, State.UNKNOWN, reason=reason, **detail)

    def accepted(self, job_id: str) -> bool:
        """Record that the vendor has queued it as this job."""
        return self._record(self.event, State.ACCEPTED, job_id=job_id)
