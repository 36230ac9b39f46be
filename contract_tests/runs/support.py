"""A fake, a client with a journal, and credits to post."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from propexo_client import Propexo
from propexo_client.journal import BaseJournal
from propexo_client.runs import CreditRun, Report, RowReport
from propexo_client.testing import FakePropexo, Fault, MemoryJournal

HEADER = "key,integration_id,lease_id,financial_account_id,amount,transaction_date,description"


class Scene:
    """Everything a run needs, in memory and on one clock."""

    def __init__(self, **options: Any) -> None:
        self.fake = FakePropexo(**options)
        self.journal = MemoryJournal(clock=self.fake.clock)
        self.propexo = self.client(self.journal)

    def client(self, journal: BaseJournal) -> Propexo:
        return Propexo(
            self.fake.token,
            environment="sandbox",
            transport=self.fake.transport(),
            clock=self.fake.clock,
            journal=journal,
            on_rate_limit="raise",
        )

    def run(self, source: Any, **options: Any) -> CreditRun:
        return CreditRun(self.propexo, source, **{"mark": "end", "in_flight": 1, **options})

    def post(self, source: Any, **options: Any) -> Report:
        return self.run(source, **options).post()

    @property
    def booked(self) -> dict[str, int]:
        """How often each credit is booked, by the number in its lease."""
        leases = [row["lease_id"] for row in self.fake.credits]
        return {lease: leases.count(lease) for lease in sorted(set(leases))}

    def requests(self, operation: str) -> int:
        return sum(request.operation == operation for request in self.fake.requests)


def credit(number: int, **changes: Any) -> dict[str, Any]:
    """Make a good credit, unlike any with another number."""
    return {
        "key": f"invoice-{number}",
        "integration_id": "intg_1",
        "lease_id": f"lease_{number}",
        "financial_account_id": "finacct_1",
        "amount": Decimal("12.50"),
        "transaction_date": date(2026, 1, 15),
        "description": f"Credit {number}",
        **changes,
    }


def several(count: int) -> list[dict[str, Any]]:
    return [credit(number) for number in range(1, count + 1)]


def labels(report: Iterable[Any]) -> list[str]:
    return [each.label for each in report]


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write credits as a plain file."""
    lines = [HEADER]
    lines += [",".join(str(each[name]) for name in HEADER.split(",")) for each in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def posted_first(scene: Scene, *faults: Fault, **options: Any) -> Report:
    """Post one credit well, then one that meets a fault."""
    scene.post([credit(0)], **options)
    for fault in faults:
        scene.fake.fail_next(fault, on="POST")
    return scene.post([credit(1)], **options)


def only(report: Report) -> RowReport:
    (row,) = report
    return row
