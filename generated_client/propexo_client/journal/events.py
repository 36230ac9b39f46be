"""What is in a journal: events, which are never changed, and the entry that a key's events make."""

import getpass
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias

from .._contract import checks
from ..messages import Request

ANY_CONTENT = "*"
"""Fingerprint of a key that is known to have been used, but not for what."""

RETRY = "retry_write"
"""Operation of an attempt that has the vendor run a failed job again."""


_TIMEOUT = 90.0


class State(StrEnum):
    """State of a key: that of its last event."""

    SENDING = "sending"
    RELEASED = "released"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    POSTED = "posted"
    FAILED = "failed"
    NOT_POSTED = "not_posted"
    DOUBLE = "double"


SENDABLE = frozenset({State.RELEASED, State.REFUSED, State.NOT_POSTED})
"""States in which nothing was executed and nothing is in flight: the key may be sent."""

BOOKED = frozenset({State.POSTED, State.DOUBLE})
"""States in which the money has moved for certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a journal: what became known of `key`, and when.

    `seq` counts the events of a key from 1, `attempt` the times it was claimed. `job_id` is a job
    of this key's own. `fields` is the content, on the events that bring one. `detail` holds what a
    person needs to know: the reason, the status and body of a refusal, a clue. `at` and `deadline`
    are seconds since 1970, UTC, by the journal's clock, which stamps them when it appends.
    """

    key: str
    seq: int
    attempt: int
    state: State
    operation: str = ""
    fingerprint: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    job_id: str | None = None
    record_id: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])
    who: str = ""
    nonce: str = ""
    at: float = 0.0
    deadline: float | None = None

    @property
    def by_a_person(self) -> bool:
        """Whether a person wrote this, by `resolve` or `adopt`; they must say why."""
        return "because" in self.detail


History: TypeAlias = tuple[Event, ...]
"""The events of one key, oldest first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a journal knows of one key. `history` is never empty; `now` is when it was read."""

    history: History
    now: float

    @property
    def last(self) -> Event:
        """The event that decides."""
        return self.history[-1]

    @property
    def key(self) -> str:
        """The idempotency key."""
        return self.last.key

    @property
    def state(self) -> State:
        """What is known of it."""
        return self.last.state

    @property
    def attempt(self) -> int:
        """How often it was claimed, the latest attempt included."""
        return self.last.attempt

    @property
    def job_id(self) -> str | None:
        """The write job that decides its state, where one is known."""
        return self.last.job_id

    @property
    def record_id(self) -> str | None:
        """The record that was booked, where it is known."""
        return self.last.record_id

    @property
    def fingerprint(self) -> str:
        """Fingerprint of its content; "*" when the content is not known."""
        return self.last.fingerprint

    @property
    def operation(self) -> str:
        """Operation that the content was posted with; empty when that is not known."""
        return self._content.operation if self._content else ""

    @property
    def fields(self) -> Mapping[str, Any]:
        """The content, as it was first sent, before any mark; empty when that is not known."""
        return self._content.fields if self._content else {}

    @property
    def request(self) -> Request | None:
        """What was posted, for `find_matching` and `read_back`; None when that is not known."""
        endpoint = checks.endpoints().get(self.operation)
        if endpoint is None:
            return None
        body = None if "{" in endpoint.path else self.fields
        path = endpoint.path.format_map(self.fields)
        return Request.of(self.operation, endpoint.method, path, timeout=_TIMEOUT, body=body)

    @property
    def reason(self) -> str:
        """One line that says why it is in this state."""
        detail = self.last.detail
        return str(detail.get("because") or detail.get("reason") or "")

    @property
    def deadline(self) -> float | None:
        """When the latest attempt is over, whatever became of it; seconds since 1970, UTC."""
        return next((e.deadline for e in reversed(self.history) if e.deadline is not None), None)

    @property
    def sendable(self) -> bool:
        """Whether nothing was executed and nothing is in flight, so that the key may be sent."""
        return self.state in SENDABLE

    @property
    def overdue(self) -> bool:
        """Whether its writer is past its deadline without having recorded an outcome."""
        return self.state is State.SENDING and self.now >= (self.deadline or 0.0)

    @property
    def needs_a_person(self) -> bool:
        """Whether nothing but evidence or a person can settle it."""
        return self.overdue or self.state in (State.UNKNOWN, State.DOUBLE)

    @property
    def _content(self) -> Event | None:
        if self.fingerprint == ANY_CONTENT:
            return None
        return next((event for event in reversed(self.history) if event.fields), None)


def moment_text(moment: float) -> str:
    """Write seconds since 1970 as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")


def new_nonce() -> str:
    """128 random bits, one for each append: it identifies an append as ours."""
    return secrets.token_hex(16)


def writer() -> str:
    """Name this process for a person: user@host:pid."""
    return f"{_place()}:{os.getpid()}"


@cache
def _place() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"uid {os.getuid()}"
    return f"{user}@{socket.gethostname()}"
