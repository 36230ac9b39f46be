"""A credit that goes well, one whose response is lost, and a run that is killed: no network.

python -m scripts.demo
"""

import datetime
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from propexo_client import Charge, OutcomeUnknown, Propexo
from propexo_client.runs import CreditRun, CsvFile, Progress
from propexo_client.testing import FakePropexo, Fault, JobLife, Killed, MemoryJournal
from scripts.support.files import ROOT

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


class Story(logging.Handler):
    """Prints what happens, one step after another, and what the library logs meanwhile."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._console.print(f"\n[bold]{title}[/bold]\n")

    def step(self, label: str, text: str, style: str = "") -> None:
        """Print one step; long text is wrapped beside its label."""
        row = Table.grid(padding=(0, 1))
        row.add_column(width=11)
        row.add_column(overflow="fold")
        row.add_row(Text(label, "dim"), Text(text, style))
        self._console.print(Padding(row, (0, 0, 0, 2)))

    def end(self, text: str) -> None:
        """Print how the chapter ends."""
        row = Table.grid(padding=(0, 1))
        row.add_row("[bold green]✓[/bold green]", text)
        self._console.print(Padding(row, (1, 0, 0, 2)))

    def emit(self, record: logging.LogRecord) -> None:
        """Print a line of the log as a step."""
        self.step("logged", f"{record.levelname}: {record.getMessage()}", "yellow")

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Print the warnings of the library inside the `with` block."""
        logger = logging.getLogger("propexo_client")
        propagate, logger.propagate = logger.propagate, False
        logger.addHandler(self)
        try:
            yield
        finally:
            logger.removeHandler(self)
            logger.propagate = propagate


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


def the_response_is_lost(propexo: Propexo, fake: FakePropexo, story: Story) -> None:
    """Lose the response after the booking, and show why the credit is not posted again."""
    story.chapter("2. A credit whose response is lost")
    fake.fail_next(Fault.RESET_AFTER_BOOKING)
    posts, booked = fake.posts, fake.booked
    story.step("posting", "$75.25; the server will book it, then break the connection")
    try:
        propexo.credits.create(**credit(7_525, "Goodwill"))
    except OutcomeUnknown as unknown:
        story.step("caught", "OutcomeUnknown, so the program does not post it again", "bold yellow")
        matching = propexo.credits.find_matching(request=unknown.request)
    else:
        raise SystemExit("the demo went wrong: the response was not lost")
    story.step("looking", f"find_matching: {len(matching)} credit on the ledger looks like it")
    for charge in matching:
        story.step("", describe(charge))
    story.step("counted", f"{fake.posts - posts} POST at the wire, {fake.booked - booked} booked")
    story.end("Posting it again would have paid twice. The library never does; a person decides.")


def a_run_is_killed(story: Story) -> None:
    """Kill a run in the middle, run the same file again, and show that nothing is posted twice."""
    story.chapter("3. A credit run that is killed, and goes on")
    fake = FakePropexo()
    journal = MemoryJournal(clock=fake.clock)
    propexo = Propexo(
        fake.token,
        environment="sandbox",
        transport=fake.transport(),
        clock=fake.clock,
        journal=journal,
    )
    file = CsvFile(ROOT / "docs" / "january.csv")

    def die_after_three(progress: Progress) -> None:
        if progress.sent == 3:
            fake.die_after_next_booking()

    run = CreditRun(propexo, file, mark="end", in_flight=1, max_per_minute=4)
    story.step("posting", f"{len(run.plan)} credits from {file.name}, every row checked first")
    try:
        run.post(die_after_three)
    except Killed:
        story.step("killed", "right after the server has booked the fourth", "bold yellow")
    else:
        raise SystemExit("the demo went wrong: the run was not killed")
    report = CreditRun(propexo, file, in_flight=1).post()
    for row in report:
        entry = journal.get(row.row.key)
        by_mark = entry is not None and "seen" in entry.last.detail
        how = ", found on the ledger by its mark" * by_mark
        story.step("run again" if row.row.place == 2 else "", f"{row.row.key}: {row.label}{how}")
    story.step("counted", f"{fake.posts} POSTs at the wire, {fake.booked} booked")
    story.end("The file is the plan, the journal is the memory. Each credit was posted once.")


def describe(charge: Charge) -> str:
    """Describe a charge in one line."""
    cents = charge.amount_in_cents or 0
    amount = f"{'-' if cents < 0 else ''}${Decimal(abs(cents)) / 100:.2f}"
    return f"{charge.id}: {amount} on {charge.transaction_date}, “{charge.description}”"


def main() -> None:
    """Show the three stories."""
    console = Console(highlight=False)
    story = Story(console)
    fake = FakePropexo()
    fake.next_job(JobLife(polls=2))
    with (
        fake.serve() as server,
        Propexo(fake.token, environment=server.url, clock=fake.clock) as propexo,
        story.listening(),
    ):
        console.print(f"A fake Propexo is listening on {server.url}; nothing leaves this machine.")
        all_goes_well(propexo, story)
        the_response_is_lost(propexo, fake, story)
    with story.listening():
        a_run_is_killed(story)
    console.print()


if __name__ == "__main__":
    main()
