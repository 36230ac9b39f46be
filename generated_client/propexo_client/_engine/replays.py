"""The outcome of a key, given once more: what the journal knows, in the words of the first call."""

from ..errors import (
    AlreadyPosted,
    InvalidArgument,
    OutcomeUnknown,
    RequestError,
    WriteFailed,
    WritePartiallyFailed,
)
from ..journal import Entry, State
from ..journal.events import BOOKED
from ..messages import Request
from ..results import AcceptedWrite, PostedWrite

PARTIAL = "PARTIAL_SUCCESS"


class Replay:
    """What became of a key in an earlier call; `request` is this call's, with equal content."""

    def __init__(self, entry: Entry, request: Request) -> None:
        self._entry = entry
        self._request = request

    def accepted(self) -> AcceptedWrite:
        """Give the job that was accepted. Raises whatever the outcome was instead."""
        entry = self._entry
        if entry.state in BOOKED and entry.job_id is None:
            raise AlreadyPosted(entry.key, entry.reason, record_id=entry.record_id)
        if entry.job_id is not None and entry.state in (State.ACCEPTED, *BOOKED):
            return AcceptedWrite(
                job_id=entry.job_id,
                request=self._request,
                idempotency_key=entry.key,
                attempt=entry.attempt,
                replayed=True,
                recorded=True,
            )
        if entry.sendable:
            raise InvalidArgument(
                f"job_id: a person has given that job up and freed its key, {entry.key!r}; post "
                f"the corrected content under that key"
            )
        error = self._error()
        error.idempotency_key, error.replayed = entry.key, True
        raise error

    def posted(self) -> PostedWrite | None:
        """Give what was booked; None where that is not known."""
        entry = self._entry
        if entry.state not in BOOKED:
            return None
        return PostedWrite(
            job_id=entry.job_id,
            created_record_id=entry.record_id,
            request=self._request,
            idempotency_key=entry.key,
            replayed=True,
        )

    def _error(self) -> RequestError:
        entry, request, detail = self._entry, self._request, self._entry.last.detail
        if entry.job_id is not None and entry.state is State.FAILED:
            reason = entry.reason or "no reason given"
            return WriteFailed(reason, job_id=entry.job_id, request=request, write_status="FAILURE")
        if entry.job_id is not None and detail.get("write_status") == PARTIAL:
            reason = entry.reason
            return WritePartiallyFailed(
                reason, job_id=entry.job_id, request=request, write_status=PARTIAL
            )
        reason = entry.reason or "the call that sent it has recorded no outcome"
        return OutcomeUnknown(reason, request=request, job_id=entry.job_id or detail.get("clue"))
