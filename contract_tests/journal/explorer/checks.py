"""What must never be."""

from contract_tests.journal.explorer.state import RETRY, Setting, Violation, World
from propexo_client.errors import NotSent, RateLimited, Rejected
from propexo_client.journal import Claim, Event, State
from propexo_client.journal.events import SENDABLE
from propexo_client.results import AcceptedWrite


def executed(setting: Setting, world: World) -> None:
    """No content is executed twice, unless a person erred."""
    alive = [job.name for job in world.jobs if job.state in ("booked", "queued")]
    if len(alive) > 1 and not setting.errs:
        raise Violation(f"executed twice: {alive}")


def sendable(setting: Setting, world: World, history: tuple[Event, ...]) -> None:
    """Of a key that may be sent, nothing was executed and nothing is in flight."""
    if setting.errs or (history and history[-1].state not in SENDABLE):
        return
    alive = [job.name for job in world.jobs if job.state != "given up"]
    if alive or world.flights:
        state = history[-1].state if history else "nothing"
        raise Violation(f"the key is sendable ({state}), but {alive or 'a request'} is alive")


def reported(world: World, content: str, result: object, claim: Claim | None) -> None:
    """What a caller gets is true, and about its own content."""
    if isinstance(result, NotSent | RateLimited | Rejected) and claim is not None:
        jobs, flights = ({each.attempt for each in some} for some in (world.jobs, world.flights))
        if claim.attempt in jobs | flights:
            raise Violation(f"{type(result).__name__}, although attempt {claim.attempt} arrived")
    if isinstance(result, AcceptedWrite) and content != RETRY:
        job = next(job for job in world.jobs if job.name == result.job_id)
        if job.content not in (content, RETRY):
            raise Violation(f"content {content} was given the outcome of {job.content}")


def is_final(history: tuple[Event, ...]) -> bool:
    """Whether a key needs nobody any more."""
    return not history or history[-1].state in {*SENDABLE, State.POSTED, State.DOUBLE}
