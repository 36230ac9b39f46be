"""`make scoreboard`: print the table, and exit 1 unless it shows what it should.

python -m contract_tests.scoreboard [--full] [--seed NUMBER]

Of the mechanical changes, `SAMPLE` are drawn; `--full` judges all.
"""

import argparse
import logging
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from contract_tests.scoreboard import board, layers
from contract_tests.scoreboard.board import Judged, Row
from scripts.support.progress import Terminal

SAMPLE = 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both halves of the scoreboard."""
    parser = argparse.ArgumentParser(prog="python -m contract_tests.scoreboard")
    parser.add_argument("--full", action="store_true", help="judge every mechanical change")
    parser.add_argument("--seed", type=int, help="draw the same mechanical changes once more")
    options = parser.parse_args(arguments)
    seed = random.randrange(10_000) if options.seed is None else options.seed
    logging.disable()  # the client warns of every response that departs from the contract
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 80)
    progress = Terminal()
    rows = board.catalogue(run=board.in_parallel("catalogued changes", progress))
    progress.update("")
    console.print(table(rows))
    for kind in ("harmful", "grey", "harmless"):
        console.print(summary(kind, [row for row in rows if row.mutation.kind == kind]))
    run = board.in_parallel("mechanical changes", progress)
    judged = board.mechanics(None if options.full else SAMPLE, seed, run)
    progress.update("")
    console.print()
    console.print(*mechanical(judged), sep="\n")
    if not options.full:
        console.print(
            f"  drawn by SEED={seed}; make scoreboard FULL=1 judges every change there is"
        )
    return 0 if all(row.is_right for row in rows) and not any(j.missed for j in judged) else 1


def table(rows: Sequence[Row]) -> Table:
    """Show every catalogued change; a letter stands for each layer that noticed it."""
    letters = _letters(layers.LAYERS)
    key = ", ".join(f"{letter} {name}" for name, letter in letters.items())
    shown = Table("id", "change", "drift says", "by", "", box=None, title=f"noticed by: {key}")
    shown.title_style, shown.title_justify = "", "left"
    for row in rows:
        marks = "".join(letter if n in row.noticed else "·" for n, letter in letters.items())
        expected = row.mutation.expected
        unlike = "" if str(row.verdict) == expected else f", expected {expected}"
        right = "ok" if row.is_right else "WRONG"
        shown.add_row(row.mutation.id, row.mutation.text, f"{row.verdict}{unlike}", marks, right)
    return shown


def _letters(names: Iterable[str]) -> dict[str, str]:
    """Give every layer the first of its letters that no other has."""
    found: dict[str, str] = {}
    for name in names:
        found[name] = next(each for each in name.upper() if each not in found.values())
    return found


def summary(kind: str, rows: Sequence[Row]) -> str:
    """Count what was noticed of one kind of change."""
    counts = Counter(name for row in rows for name in row.noticed)
    each = ", ".join(f"{name} {counts[name]}" for name in layers.LAYERS)
    noticed = sum(bool(row.noticed) for row in rows)
    right = sum(row.is_right for row in rows)
    return f"{kind}: {right} of {len(rows)} as expected; noticed by any layer {noticed}: {each}"


def mechanical(judged: Sequence[Judged]) -> list[str]:
    """Count what drift made of the mechanical changes, and name those it missed."""
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
