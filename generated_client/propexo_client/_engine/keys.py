"""Writes under an idempotency key: look, connect, claim, send, record.

A key is sent at most once, by whoever claims it first. Every other call with it, from any process,
gets the outcome that the journal knows.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from ..errors import (
    InvalidArgument,
    JournalUnavailable,
    NotSent,
    PropexoError,
    RateLimited,
    Rejected,
    RequestError,
    WriteFailed,
    WritePartiallyFailed,
)
from ..journal import BaseJournal, Claim, Entry, Sendable, State
from ..messages import Request
from ..results import AcceptedWrite, PostedWrite
from . import outcomes
from .exchange import Marking, Session
from .flow import Commit, Flow, NotDelivered, Note
from .replays import Replay

STALE_SECONDS = 5.0
"""Age at which a connection is replaced rather than trusted: servers drop silent ones."""

_STALE_TRIES = 2
_LOST_TRIES = 3
_LONGEST_BODY = 4096

logger = logging.getLogger(__name__)


class JournalKeys:
    """The idempotency keys of a client with a journal."""

    def __init__(self, session: Session, journal: BaseJournal) -> None:
        self._session = session
        self._journal = journal

    @property
    def journal(self) -> BaseJournal:
        """Where the keys are kept."""
        return self._journal

    def post(
        self, request: Request, key: str | None, mark: Marking | None = None
    ) -> Flow[AcceptedWrite | Replay]:
        """Send a write, or give what became of its key.

        `mark` makes of the request what an attempt is to send: its content, marked as its own. The
        key belongs to the content before that.
        """
        if key is None:
            raise InvalidArgument(
                "idempotency_key: is missing; a client with a journal posts nothing without one. "
                "Pass a business reference, such as an invoice number"
            )
        look = partial(self._journal.look, key, request.operation, request.fields)
        return KeyedWrite(self._session, self._journal, request, look, mark).post()

    def retry(self, request: Request, job_id: str) -> Flow[AcceptedWrite | Replay]:
        """Have a job run again under the key that owns it, or give what became of that."""
        look = partial(self._journal.look_for_retry, job_id)
        return KeyedWrite(self._session, self._journal, request, look).post()

    def ended(
        self,
        state: PostedWrite | WriteFailed | WritePartiallyFailed,
        accepted: AcceptedWrite | None,
    ) -> Flow[None]:
        """Record how a job ended, on the key that owns it. A failure to do so is only logged."""
        try:
            entry: Entry | None = yield Commit(partial(self._write_end, state, accepted))
        except PropexoError as error:
            logger.warning("job %s: how it ended is not recorded: %s", state.job_id, error)
            return
        if entry is None:
            return
        if entry.state is State.DOUBLE:
            logger.warning("key %s was BOOKED TWICE; journal show says how", entry.key)
        if isinstance(state, RequestError):
            state.idempotency_key = entry.key

    def _write_end(
        self,
        state: PostedWrite | WriteFailed | WritePartiallyFailed,
        accepted: AcceptedWrite | None,
    ) -> Entry | None:
        end, detail = State.POSTED, dict[str, Any]()
        if not isinstance(state, PostedWrite):
            end = State.FAILED if isinstance(state, WriteFailed) else State.UNKNOWN
            detail = {"reason": state.reason, "write_status": state.write_status}
        assert state.job_id is not None
        return self._journal.job_ended(
            state.job_id,
            end,
            record_id=state.created_record_id,
            key=accepted.idempotency_key if accepted else None,
            attempt=accepted.attempt if accepted else 1,
            **detail,
        )


class _Declined(Exception):
    """Nothing was sent over this connection: another call has the key, or it is too late."""


class KeyedWrite:
    """One write under a key. `look` says whether it may be sent; `claim` is this call's latest."""

    def __init__(
        self,
        session: Session,
        journal: BaseJournal,
        request: Request,
        look: Callable[..., Sendable | Entry],
        mark: Marking | None = None,
    ) -> None:
        self._session = session
        self._journal = journal
        self._request = request
        self._look_up = look
        self._mark = mark
        self._deadline = session.deadline(request.timeout)
        self._stale = 0
        self._lost: list[int] = []
        self.claim: Claim | None = None

    def post(self) -> Flow[AcceptedWrite | Replay]:
        """Send the request if its key is free, else give what became of it."""
        attempt = 0
        while True:
            found = yield from self._look()
            if isinstance(found, Entry):
                return Replay(found, self._request)
            outcome = yield from self._try(found)
            if isinstance(outcome, AcceptedWrite):
                return outcome
            if outcome is not None:
                yield from self._session.again(outcome, attempt, self._deadline)
                attempt += 1

    def _look(self) -> Flow[Sendable | Entry]:
        left = self._session.left(self._deadline)
        if left <= 0:
            raise NotSent("the time for the call is over", request=self._request)
        found: Sendable | Entry = yield Commit(partial(self._look_up, within=left))
        return found

    def _try(self, found: Sendable) -> Flow[AcceptedWrite | RequestError | None]:
        """Make one attempt. None: nothing was sent, and it is to be looked at again."""
        self.claim = None
        request, attempt = self._request, found.event.attempt
        event = yield from self._session.send(
            request if self._mark is None else self._mark(request, attempt),
            self._deadline,
            before=partial(self._claim, found),
        )
        if isinstance(event, NotDelivered) and isinstance(event.cause, _Declined):
            return None
        outcome = outcomes.of_write(self._request, event)
        return outcome if self.claim is None else (yield from self._record(self.claim, outcome))

    def _claim(self, found: Sendable) -> Flow[NotDelivered | None]:
        """Claim the key, now that the connection stands; say why not, if not.

        A claim after the call's time would have its deadline behind it: a person could settle the
        key while the request leaves.
        """
        clock, left = self._session.clock, self._session.left(self._deadline)
        if left <= 0:
            return NotDelivered(_Declined("the time for the call is over"))
        connected = clock.moments()
        claim: Claim | None = yield Commit(
            partial(self._journal.claim, found, lasting=left, within=left), undo=_give_back
        )
        if claim is None:
            self._count_lost(found.event.seq)
            return NotDelivered(_Declined("another call has claimed the key"))
        age = max(now - then for now, then in zip(clock.moments(), connected, strict=True))
        if age > STALE_SECONDS and self._stale < _STALE_TRIES:
            self._stale += 1
            yield Commit(partial(claim.released, "the connection was too old to be trusted"))
            return NotDelivered(_Declined("the connection was too old"))
        self.claim = claim
        yield Note(
            f"{self._request.operation} was interrupted: its outcome is unknown; call again with "
            f"the same key {claim.key!r} only [fingerprint {claim.event.fingerprint}]"
        )
        return None

    def _count_lost(self, seq: int) -> None:
        """Give up on a journal that shows the key as free again and again, though it is taken."""
        self._lost = [*(self._lost if self._lost[-1:] == [seq] else []), seq]
        if len(self._lost) == _LOST_TRIES:
            raise JournalUnavailable(
                f"the claim was lost {_LOST_TRIES} times, although nothing newer can be read"
            )

    def _record(
        self, claim: Claim, outcome: AcceptedWrite | RequestError
    ) -> Flow[AcceptedWrite | RequestError]:
        """Record what came of a claim. A failure to do so never hides the outcome."""
        if isinstance(outcome, AcceptedWrite):
            yield Note(
                f"job {outcome.job_id} was accepted for the key {claim.key!r} and may be booked "
                f"[fingerprint {claim.event.fingerprint}]"
            )
        else:
            outcome.idempotency_key = claim.key
        recorded = False
        try:
            recorded = yield Commit(partial(_write, claim, outcome))
        except PropexoError as error:
            logger.warning(
                "key %s: not recorded that it ended as %s [job %s, fingerprint %s]: %s",
                *(claim.key, type(outcome).__name__, outcome.job_id),
                *(claim.event.fingerprint, error),
            )
            if isinstance(outcome, RequestError):
                raise outcome from error
        if isinstance(outcome, RequestError):
            return outcome
        return replace(outcome, idempotency_key=claim.key, attempt=claim.attempt, recorded=recorded)


def _write(claim: Claim, outcome: AcceptedWrite | RequestError) -> bool:
    if isinstance(outcome, AcceptedWrite):
        return claim.accepted(outcome.job_id)
    if isinstance(outcome, NotSent | RateLimited):
        return claim.released(outcome.reason)
    said = outcome.response.text[:_LONGEST_BODY] if outcome.response else ""
    if isinstance(outcome, Rejected):
        return claim.refused(outcome.reason, status=outcome.status, body=said)
    detail = {"status": outcome.status, "body": said, "clue": outcome.job_id}
    known = {name: value for name, value in detail.items() if value is not None}
    return claim.unknown(outcome.reason, **known)


def _give_back(claim: Claim | None) -> None:
    if claim is not None:
        claim.released("the call was cancelled before anything was sent")
