"""A credit that goes well, and one whose answer is lost: both against a server on loopback.

python -m scripts.demo
"""

import datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.text import Text

from propexo_client import Charge, OutcomeUnknown, Propexo
from propexo_client.testing import FakePropexo, Fault, JobLife

LEASE = "lease_1204"


def credit(cents: int, description: str) -> dict[str, Any]:
    """Return the six fields of a credit of this many cents."""
    return {
        "integration_id": "intg_rentvine",
        "lease_id": LEASE,
        "financial_account_id": "finacct_4000",
        "amount_in_cents": cents,
        "transaction_date": datetime.date(2026, 1, 15),
        "description": description,
    }


class Story:
    """Prints what happens, one step a line."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._console.print(f"\n[bold]{title}[/bold]\n")

    def step(self, label: str, text: str, style: str = "") -> None:
        """Tell one step."""
        self._console.print(Text.assemble((f"  {label:<12}", "dim"), (text, style)))

    def end(self, text: str) -> None:
        """Tell how the chapter ends."""
        self._console.print(f"\n  [bold green]✓[/bold green] {text}")


def all_goes_well(propexo: Propexo, story: Story) -> None:
    """Post a credit, follow it to its end, and read it back."""
    story.chapter("1. A credit that goes well")
    accepted = propexo.credits.create(**credit(15_000, "Repair credit"))
    story.step("posted", f"$150.00 to {LEASE}, accepted as {accepted.job_id}")
    posted = propexo.credits.wait(accepted.job_id, poll_interval=0.05)
    story.step("followed", f"write-status says SUCCESS, record {posted.created_record_id}")
    found = propexo.credits.read_back(
        created_record_id=posted.created_record_id, request=accepted.request
    )
    if found.record is None or not found.confirmed:
        raise SystemExit(f"the demo went wrong: the credit reads back as {found.state}")
    story.step("read back", describe(found.record))
    story.end("A credit is stored as a charge with a negative amount. Sent once, booked once.")


def the_answer_is_lost(propexo: Propexo, fake: FakePropexo, story: Story) -> None:
    """Lose the answer after the booking, and show why the credit is not posted again."""
    story.chapter("2. A credit whose answer is lost")
    fake.fail_next(Fault.RESET_AFTER_BOOKING)
    posts, booked = fake.posts, fake.booked
    story.step("posting", "$75.25; the server will book it, then break the connection")
    try:
        propexo.credits.create(**credit(7_525, "Goodwill"))
    except OutcomeUnknown as unknown:
        story.step("caught", "OutcomeUnknown", "bold yellow")
        story.step("", unknown.reason)
        matching = propexo.credits.find_matching(request=unknown.request)
    else:
        raise SystemExit("the demo went wrong: the answer was not lost")
    story.step("looking", f"find_matching: {len(matching)} credit on the ledger looks like it")
    for charge in matching:
        story.step("", describe(charge))
    story.step("counted", f"{fake.posts - posts} POST at the wire, {fake.booked - booked} booked")
    story.end("Posting it again would have paid twice. The library will not; you decide, knowing.")


def describe(charge: Charge) -> str:
    """Say in a line what a charge holds."""
    cents = charge.amount_in_cents or 0
    amount = f"{'-' if cents < 0 else ''}${Decimal(abs(cents)) / 100:.2f}"
    return f"{charge.id}: {amount} on {charge.transaction_date}, “{charge.description}”"


def main() -> None:
    """Tell both stories."""
    console = Console(highlight=False, width=100)
    fake = FakePropexo()
    fake.next_job(JobLife(polls=2))
    with (
        fake.serve() as server,
        Propexo(fake.token, environment=server.url, clock=fake.clock) as propexo,
    ):
        console.print(f"A fake Propexo is listening on {server.url}; nothing leaves this machine.")
        story = Story(console)
        all_goes_well(propexo, story)
        the_answer_is_lost(propexo, fake, story)
    console.print()


if __name__ == "__main__":
    main()
