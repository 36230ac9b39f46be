"""What can be read from the history of a key: its jobs, its attempts, and what may still run."""

from .events import ANY_CONTENT, History, State

SETTLING_SECONDS = 24 * 3600.0
"""How long after its deadline an attempt may still be executed: twice the vendor's sync interval.

Until then nobody may say that it was not posted.
"""


def attempts(history: History) -> int:
    """Count the attempts so far."""
    return max((event.attempt for event in history), default=0)


def jobs(history: History) -> dict[str, int]:
    """Give the jobs of a key, whose success books its content, and the attempt of each."""
    found: dict[str, int] = {}
    for event in history:
        for job_id, attempt in (
            (event.job_id, event.attempt),
            (event.detail.get("other_job"), event.detail.get("other_attempt", event.attempt)),
        ):
            if job_id is not None:
                found.setdefault(job_id, attempt)
    return found


def origin(history: History, attempt: int) -> int:
    """Find the attempt that first sent the content which `attempt` had the vendor run again."""
    for event in history:
        if event.attempt == attempt and event.state is State.SENDING and event.job_id:
            earlier = jobs(history)[event.job_id]
            return attempt if earlier >= attempt else origin(history, earlier)
    return attempt


def given_up(history: History) -> set[str]:
    """Give the jobs that nobody will retry, on a person's word; some came to light later."""
    until = max((event.attempt for event in history if "gave_up" in event.detail), default=0)
    return {job_id for job_id, attempt in jobs(history).items() if attempt <= until}


def others_open(history: History) -> bool:
    """Say whether an attempt may still be executed, although a failed job has the last word.

    An old writer that comes late can take the last word from an attempt that is being sent.
    """
    settled = max((e.seq for e in history if e.state is State.NOT_POSTED), default=0)
    since = [event for event in history if event.seq > settled]
    ended = {State.RELEASED, State.REFUSED, State.FAILED}
    closed = {event.attempt for event in since if event.state in ended}
    return any(e.state is State.SENDING and e.attempt not in closed for e in since)


def settles_at(history: History) -> float:
    """Say from when on an attempt that left no trace can be called not posted; seconds, UTC."""
    deadlines = [event.deadline for event in history if event.deadline is not None]
    known = deadlines and history[-1].fingerprint != ANY_CONTENT
    return (max(deadlines) if known else history[-1].at) + SETTLING_SECONDS
