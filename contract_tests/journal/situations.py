"""Histories of one key, and everything that anybody may want to append to them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

from propexo_client.errors import InvalidArgument, KeyInProgress
from propexo_client.journal import Entry, Event, State, rules
from propexo_client.journal.history import jobs
from propexo_client.messages import fingerprint

KEY = "credit:acme:1001"
OPERATION = "create_resident_credit"
FIELDS: dict[str, Any] = {
    "integration_id": "intg_1",
    "lease_id": "lease_1",
    "amount_in_cents": 12500,
    "description": "Refund",
}
CONTENT = fingerprint(OPERATION, FIELDS)
START, MINUTE, DAY = 1_000_000.0, 60.0, 24 * 3600.0

History: TypeAlias = tuple[Event, ...]
Step: TypeAlias = Callable[[History, float], Event | None]


def appended(history: History, event: Event | None, now: float) -> History:
    """Append as a journal does: stamped with the time."""
    assert event is not None
    deadline = now + MINUTE if event.state is State.SENDING else None
    return (*history, replace(event, at=now, deadline=deadline))


def after(*steps: Step) -> History:
    """Take the steps a second apart."""
    history: History = ()
    for second, step in enumerate(steps):
        history = appended(history, step(history, START + second), START + second)
    return history


def claim(history: History, _: float = 0.0) -> Event | None:
    return rules.sending(history, KEY, OPERATION, FIELDS, CONTENT)


def retry(history: History, _: float = 0.0) -> Event | None:
    return rules.sending_again(history, history[-1].job_id or "none") if history else None


def writer(state: State, job_id: str | None = None, *, earlier: int = 0) -> Step:
    """Let the writer of the latest attempt, or of an earlier one, say what came of it."""

    def step(history: History, _: float) -> Event | None:
        claims = [event for event in history if event.state is State.SENDING]
        if len(claims) <= earlier:
            return None
        return rules.outcome(history, claims[-1 - earlier], state, job_id=job_id)

    return step


def job(end: State, job_id: str | None = None, record_id: str | None = None) -> Step:
    """Let the status of a job be seen: the latest one's, unless it is named."""

    def step(history: History, _: float) -> Event | None:
        name = job_id or next(iter(reversed(jobs(history))), None)
        if name not in jobs(history):
            return None
        return rules.job_ended(history, name, end, record_id=record_id)

    return step


def mark(attempt: int, record_id: str) -> Step:
    """Let a row of the ledger be found that carries the mark of an attempt."""
    return lambda history, _: (
        rules.booked(history, attempt, record_id=record_id) if history else None
    )


def person(verdict: rules.Verdict, *, later: float = 0.0, **vouched: bool) -> Step:
    """Let a person settle it, `later` than now."""

    def step(history: History, now: float) -> Event | None:
        if not history:
            return None
        return rules.settled(Entry(history, now + later), verdict, "seen by Ada", **vouched)

    return step


def restore(history: History, _: float = 0.0) -> Event | None:
    return rules.restored(history, KEY, "restored from Monday")


def result(history: History, step: Step) -> str:
    """Say what a step leads to: a state, "-" for nothing, "no" or "wait" for a refusal."""
    try:
        event = step(history, START + len(history))
    except KeyInProgress:
        return "wait"
    except InvalidArgument:
        return "no"
    return "-" if event is None else str(event.state)


S = State
sent, accepted = (claim,), (claim, writer(S.ACCEPTED, "J1"))
failed = (*accepted, job(S.FAILED))
retried = (*failed, retry)
unknown = (claim, writer(S.UNKNOWN))
freed = (*unknown, person("not_posted", later=2 * DAY))

SITUATIONS: dict[str, tuple[Step, ...]] = {
    "nothing": (),
    "released": (claim, writer(S.RELEASED)),
    "refused": (claim, writer(S.REFUSED)),
    "not_posted": freed,
    "gave_up": (*failed, person("not_posted", give_up_job=True)),
    "sending": sent,
    "sending_2nd": (*freed, claim),
    "accepted": accepted,
    "unknown": unknown,
    "partial": (*accepted, job(S.UNKNOWN)),
    "restored": (restore,),
    "failed": failed,
    "late_failed": (*freed, claim, writer(S.ACCEPTED, "J1", earlier=1), job(S.FAILED)),
    "retrying": retried,
    "retry_accepted": (*retried, writer(S.ACCEPTED, "J2")),
    "retry_unknown": (*retried, writer(S.UNKNOWN)),
    "retry_released": (*retried, writer(S.RELEASED)),
    "posted_job": (*accepted, job(S.POSTED, record_id="R1")),
    "posted_mark": (*unknown, mark(1, "R1")),
    "posted_person": (*unknown, person("posted")),
    "failed_posted": (*failed, person("posted")),
    "double": (*accepted, job(S.POSTED, record_id="R1"), mark(2, "R2")),
}

STEPS: dict[str, Step] = {
    "claim": claim,
    "retry": retry,
    "released": writer(S.RELEASED),
    "refused": writer(S.REFUSED),
    "unknown": writer(S.UNKNOWN),
    "accepted": writer(S.ACCEPTED, "J9"),
    "late_released": writer(S.RELEASED, earlier=1),
    "late_unknown": writer(S.UNKNOWN, earlier=1),
    "late_accepted": writer(S.ACCEPTED, "J9", earlier=1),
    "job_posted": job(S.POSTED),
    "job_failed": job(S.FAILED),
    "job_partial": job(S.UNKNOWN),
    "mark_1": mark(1, "R7"),
    "mark_9": mark(9, "R7"),
    "p_posted": person("posted", later=MINUTE),
    "p_not": person("not_posted", later=MINUTE),
    "p_not_day": person("not_posted", later=MINUTE + DAY),
    "p_sooner": person("not_posted", later=MINUTE, sooner=True),
    "p_early": person("not_posted", sooner=True, give_up_job=True),
    "p_give_up": person("not_posted", later=MINUTE, give_up_job=True),
    "restore": restore,
}
