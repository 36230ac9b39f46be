"""`make scoreboard`: print the table, and exit 1 unless it shows what it should."""

import logging
import sys
from collections import Counter

from rich.console import Console
from rich.table import Table

from contract_tests.scoreboard import board, layers
from contract_tests.scoreboard.board import Judged, Row


def main() -> int:
    """Print both halves of the scoreboard."""
    logging.disable()  # the client warns of every answer that departs from the contract
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    rows = board.catalogue()
    console.print(_table(rows))
    for kind in ("harmful", "grey", "harmless"):
        console.print(_summary(kind, [row for row in rows if row.mutation.kind == kind]))
    judged = board.mechanics()
    console.print()
    console.print(*_mechanical(judged), sep="\n")
    return 0 if all(row.is_right for row in rows) and not any(j.missed for j in judged) else 1


def _table(rows: list[Row]) -> Table:
    table = Table("id", "change", "owed", "drift says", *layers.LAYERS, "", box=None)
    for row in rows:
        marks = ["•" if name in row.noticed else "" for name in layers.LAYERS]
        right = "ok" if row.is_right else "WRONG"
        mutation = row.mutation
        table.add_row(mutation.id, mutation.text, mutation.owes, str(row.verdict), *marks, right)
    return table


def _summary(kind: str, rows: list[Row]) -> str:
    counts = Counter(name for row in rows for name in row.noticed)
    each = ", ".join(f"{name} {counts[name]}" for name in layers.LAYERS)
    noticed = sum(bool(row.noticed) for row in rows)
    right = sum(row.is_right for row in rows)
    return f"{kind}: {right} of {len(rows)} as owed; noticed by any layer {noticed}: {each}"


def _mechanical(judged: list[Judged]) -> list[str]:
    harmful = [each for each in judged if each.harmful]
    strict = [each for each in judged if each.caught and not each.harmful]
    operations = {each.change.holder[1:3] for each in judged}
    kinds = Counter(each.change.id.rsplit(": ", 1)[-1] for each in strict)
    lines = [
        f"mechanical: {len(judged)} changes to {len(operations)} schemas and operations",
        f"  the oracle calls {len(harmful)} harmful; drift caught "
        f"{sum(each.caught for each in harmful)}, missed {sum(each.missed for each in harmful)}",
        f"  drift warns of {len(strict)} more: "
        + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()),
    ]
    return lines + [f"  MISSED {each.change.id}" for each in judged if each.missed]


if __name__ == "__main__":
    sys.exit(main())
