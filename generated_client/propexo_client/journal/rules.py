"""The rules of a key, and their only home: which event may follow a history, and who may write it.

A rule takes the history of a key and returns the event to append, or None when there is nothing to
append: somebody else has written, or it is known already. No rule reads a clock or a disk. The
journal does both, and appends only if nothing newer came first.

    nothing, released, refused, not_posted ──claim──▶ sending ──▶ accepted ──▶ posted ──▶ double
                      ▲                                  │            │
                      ├────── released, refused ─────────┤            ├──▶ failed ──retry──▶ sending
                      └── not_posted, by a person ◀── unknown ◀───────┘
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from ..errors import InvalidArgument, KeyInProgress, KeyReused
from .events import ANY_CONTENT, BOOKED, RETRY, SENDABLE, Entry, Event, History, State, new_nonce
from .history import attempts, given_up, jobs, origin, others_open, settles_at

Verdict: TypeAlias = Literal["posted", "not_posted"]
Fields: TypeAlias = Mapping[str, Any]


def next_event(history: History, state: State, **changes: Any) -> Event:
    """Continue from the last event. Attempt, job and record stay unless `changes` names others."""
    last = history[-1]
    event = replace(last, seq=last.seq + 1, state=state, fields={}, detail={}, deadline=None)
    return replace(event, nonce=new_nonce(), **changes)


# A caller claims the key, then says what came of it


def check_content(entry: Entry, operation: str, fields: Fields, fingerprint: str) -> None:
    """Raise `KeyReused` when the key is bound to other content."""
    if not entry.sendable and entry.fingerprint not in (fingerprint, ANY_CONTENT):
        raise KeyReused(
            entry.key,
            entry.state,
            before={"operation": entry.operation, **entry.fields},
            now={"operation": operation, **fields},
        )


def check_progress(entry: Entry) -> None:
    """Raise `KeyInProgress` while another writer may still be sending."""
    if entry.state is State.SENDING and not entry.overdue:
        raise KeyInProgress(entry.key, retry_after=(entry.deadline or entry.now) - entry.now)


def sending(
    history: History,
    key: str,
    operation: str,
    fields: Fields,
    fingerprint: str,
    job_id: str | None = None,
) -> Event | None:
    """Claim a key for an attempt. None: it is bound, and must not be sent."""
    if history and history[-1].state not in SENDABLE:
        return None
    return Event(
        key=key,
        seq=len(history) + 1,
        attempt=attempts(history) + 1,
        state=State.SENDING,
        operation=operation,
        fingerprint=fingerprint,
        fields=fields,
        job_id=job_id,
        nonce=new_nonce(),
    )


def sending_again(history: History, job_id: str) -> Event | None:
    """Claim a failed key to have the job that failed run again. None: it must not be."""
    last = history[-1]
    if last.state is not State.FAILED or last.job_id != job_id or job_id in given_up(history):
        return None
    if others_open(history):
        return None
    return next_event(
        history, State.SENDING, attempt=attempts(history) + 1, operation=RETRY, record_id=None
    )


def outcome(
    history: History, claim: Event, state: State, *, job_id: str | None = None, **detail: Any
) -> Event | None:
    """Append what came of a claim: only its own writer may, and only while nobody else has.

    A job that was accepted is proof, so it is written whatever has been said since.
    """
    if history[-1].nonce == claim.nonce:
        return _ended(history, state, job_id, detail)
    return None if job_id is None else own_job(history, claim.attempt, job_id)


def _ended(history: History, state: State, job_id: str | None, detail: Fields) -> Event:
    """End an attempt. One that is not executed frees its key, unless it was to retry a job.

    That job can still be retried, by anybody, so the key goes back to failed.
    """
    if state in SENDABLE and history[-1].operation == RETRY:
        retried = next(event for event in reversed(history) if event.state is State.SENDING)
        state, job_id = State.FAILED, retried.job_id
    return next_event(history, state, job_id=job_id, record_id=None, detail=detail)


# Proof beats everything, a person included


def own_job(history: History, attempt: int, job_id: str) -> Event | None:
    """Record that an attempt was accepted as this job."""
    if job_id in jobs(history):
        return None
    state, reason = history[-1].state, "accepted late"
    if state in BOOKED:
        also = {"reason": reason, "other_job": job_id, "other_attempt": attempt}
        return next_event(history, state, detail=also)
    return next_event(
        history,
        State.ACCEPTED,
        attempt=attempt,
        job_id=job_id,
        record_id=None,
        detail={"reason": reason},
    )


def job_ended(
    history: History, job_id: str, end: State, *, record_id: str | None = None, **detail: Any
) -> Event | None:
    """Record that a job of this key's own ended: `posted`, `failed`, or `unknown` if in part."""
    last = history[-1]
    if end is State.POSTED:
        attempt = jobs(history)[job_id]
        return booked(history, attempt, job_id=job_id, record_id=record_id, **detail)
    decides = last.job_id == job_id and last.state in (State.ACCEPTED, State.FAILED)
    reopens = end is State.UNKNOWN and last.state in SENDABLE
    if last.state is end or not (decides or reopens):
        return None
    return next_event(
        history,
        end,
        attempt=jobs(history)[job_id],
        job_id=job_id,
        record_id=record_id,
        detail=detail,
    )


def booked(
    history: History,
    attempt: int,
    *,
    job_id: str | None = None,
    record_id: str | None = None,
    **detail: Any,
) -> Event | None:
    """Record proof that an attempt was booked; proof of another booking makes it a double."""
    last = history[-1]
    if last.state not in BOOKED:
        return next_event(
            history,
            State.POSTED,
            attempt=attempt,
            job_id=job_id,
            record_id=record_id,
            detail=detail,
        )
    if not _same_booking(history, attempt, job_id, record_id):
        other = {"other_job": job_id, "other_attempt": attempt, "other_record": record_id}
        known = any(other.items() <= event.detail.items() for event in history)
        return None if known else next_event(history, State.DOUBLE, detail=detail | other)
    if (last.job_id or job_id, last.record_id or record_id) == (last.job_id, last.record_id):
        return None
    return next_event(
        history,
        last.state,
        attempt=attempt,
        job_id=last.job_id or job_id,
        record_id=last.record_id or record_id,
        detail=detail,
    )


def _same_booking(
    history: History, attempt: int, job_id: str | None, record_id: str | None
) -> bool:
    """Say whether this can be the booking that is known. A job and its row are one booking."""
    known = history[-1]
    if known.record_id is not None and known.record_id == record_id:
        return True
    if known.job_id is not None and job_id is not None:
        return known.job_id == job_id
    if known.job_id is None and known.record_id is None:
        return True
    if known.job_id is None and job_id is None:
        return False
    return origin(history, known.attempt) == origin(history, attempt)


def booked_twice(history: History, **detail: Any) -> Event | None:
    """Record proof of two bookings found at once, such as two rows that carry the key's mark."""
    if history[-1].state is State.DOUBLE:
        return None
    return next_event(history, State.DOUBLE, detail=detail)


# A person says what nothing else can


def settled(
    entry: Entry, verdict: Verdict, because: str, *, sooner: bool = False, give_up_job: bool = False
) -> Event:
    """Settle a key for a person. Raises `InvalidArgument` with the reason when they must not."""
    check_progress(entry)
    if verdict == "posted":
        if entry.state in BOOKED:
            raise _refused(entry, f"is {entry.state} already")
        detail = {"because": because}
        return next_event(entry.history, State.POSTED, job_id=None, record_id=None, detail=detail)
    basis = _before_a_person(entry.history)
    state = basis[-1].state
    if state in BOOKED:
        raise _refused(entry, "is posted, and that is proven")
    if state in SENDABLE and basis is entry.history:
        raise _refused(entry, f"is {state}: it can be sent already")
    if state is State.FAILED and not give_up_job:
        raise _refused(
            entry,
            f"failed as job {basis[-1].job_id}, which anybody can still retry. Retry it, or free "
            f"the key with give_up_job (--give-up-job) if you vouch that nobody will",
        )
    if (state is not State.FAILED or others_open(basis)) and not sooner:
        _check_age(entry, basis)
    return _not_posted(entry.history, basis, because, give_up_job)


def restored(history: History, key: str, because: str) -> Event | None:
    """Close a key that was used after the backup from which the journal was restored."""
    if history and history[-1].state not in SENDABLE:
        return None
    return Event(
        key=key,
        seq=len(history) + 1,
        attempt=attempts(history),
        state=State.UNKNOWN,
        operation="",
        fingerprint=ANY_CONTENT,
        detail={"because": because},
        nonce=new_nonce(),
    )


def _not_posted(history: History, basis: History, because: str, give_up_job: bool) -> Event:
    detail: dict[str, Any] = {"because": because}
    if give_up_job:
        detail["gave_up"] = sorted(jobs(history))
        return next_event(history, State.NOT_POSTED, record_id=None, detail=detail)
    if basis[-1].state in SENDABLE:
        return next_event(history, State.NOT_POSTED, record_id=None, detail=detail)
    return _ended(history, State.NOT_POSTED, None, detail)


def _before_a_person(history: History) -> History:
    """Leave out a person's word that it was posted, at the end: a person may take it back."""
    last = history[-1]
    if last.state is State.POSTED and last.job_id is None and last.record_id is None:
        return _before_a_person(history[:-1])
    return history


def _check_age(entry: Entry, basis: History) -> None:
    left = settles_at(basis) - entry.now
    if left > 0:
        raise _refused(
            entry,
            f"may still be executed: say not posted in {left / 3600:.1f} hours, or with sooner "
            f"(--sooner) if the vendor confirms that it never will be",
        )


def _refused(entry: Entry, why: str) -> InvalidArgument:
    return InvalidArgument(f"key {entry.key!r} {why}")
