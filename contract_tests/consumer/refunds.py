"""Refunds that we owe tenants, posted to their ledgers in Rentvine through Propexo."""

from dataclasses import dataclass
from datetime import date

from propexo_client import (
    AsyncPropexo,
    NotSent,
    OutcomeUnknown,
    Propexo,
    RateLimited,
    Rejected,
    StillPending,
    WriteFailed,
    WritePartiallyFailed,
)


@dataclass
class Refund:
    """One refund: owed, unknown, queued, booked or refused. Only one that is owed is posted."""

    lease_id: str
    cents: int
    on: date
    state: str = "owed"
    job_id: str | None = None
    note: str = ""


def post(refund: Refund, propexo: Propexo) -> None:
    """Post a refund that is owed."""
    if refund.state != "owed":
        raise ValueError(f"this refund is {refund.state}; only one that is owed may be posted")
    refund.state = "unknown"  # saved before posting: if we crash, nobody posts it again unseen
    try:
        accepted = propexo.credits.create(
            integration_id="intg_1",
            lease_id=refund.lease_id,
            financial_account_id="finacct_1",
            amount_in_cents=refund.cents,
            transaction_date=refund.on,
            description="Refund",
        )
    except (NotSent, RateLimited):
        refund.state = "owed"
    except Rejected as rejected:
        refund.state, refund.note = "refused", str(rejected)
    except OutcomeUnknown as unknown:
        refund.note = str(unknown)
    else:
        refund.state, refund.job_id = "queued", accepted.job_id


def follow(refund: Refund, propexo: Propexo) -> None:
    """Follow a refund that is queued, in this process or in a later one."""
    assert refund.job_id is not None
    try:
        propexo.credits.wait(refund.job_id)
    except WriteFailed as failed:
        refund.state, refund.note = "refused", "; ".join(failed.errors)
    except WritePartiallyFailed as failed:
        refund.state, refund.note = "unknown", str(failed)
    except StillPending:
        pass  # still queued: follow it again later
    else:
        refund.state = "booked"


async def credited(lease_id: str, propexo: AsyncPropexo) -> int:
    """Add up what has been credited to a lease, in cents."""
    charges = propexo.charges.list(lease_id=lease_id)
    return -sum([charge.amount_in_cents or 0 async for charge in charges if charge.is_credit])
