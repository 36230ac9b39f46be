"""Post the credits of a CSV file, each exactly once. After a crash, run it again.

The file's columns: key (your own reference, such as an invoice number),
integration_id, lease_id, financial_account_id, amount (dollars) or
amount_in_cents, transaction_date (YYYY-MM-DD), description. All rows are
checked before the first is posted.

Exit codes:
  0  all booked
  1  some were refused or have failed
  2  nothing was posted: wrong usage, a wrong row, or no journal
  3  some need a person
  4  some are open: run it again
"""

import argparse
import os
import signal
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from types import FrameType

from ..client import ENVIRONMENT_VARIABLE, Propexo
from ..errors import InvalidArgument, JournalUnavailable
from ..journal import BaseJournal
from ..journal.commands import JOURNAL_VARIABLE, open_journal, place_of
from ..journal.shown import counted, plain
from . import formats
from .csv_file import CsvFile, read_dollars
from .plan import dollars
from .progress import shown
from .report import SOME_OPEN, Report
from .run import PATIENCE_SECONDS, CreditRun, Mark, plan_of

WRONG_USAGE = 2
_MOST_HOURS = 277


def main(prog: str, arguments: Sequence[str]) -> int:
    """Run the command line of credit runs, and return its exit code."""
    options = _parser(prog).parse_args(arguments)
    try:
        _check_output(options)
        file = CsvFile(options.file)
        with closing(open_journal(options.journal)) as journal:
            if options.report:
                return _report(options, file, journal)
            return _run(options, file, journal)
    except (InvalidArgument, ImportError) as error:
        print(error, file=sys.stderr)
        return WRONG_USAGE
    except JournalUnavailable as error:
        print(error, file=sys.stderr)
        return SOME_OPEN
    except KeyboardInterrupt:
        print("Stopped at once. Nothing is lost: run it again.", file=sys.stderr)
        return SOME_OPEN


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", metavar="FILE", help="the CSV file")
    parser.add_argument(
        "--journal", metavar="PATH-or-URL", help=f"else the one in {JOURNAL_VARIABLE}"
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--dry-run", action="store_true", help="check every row, post nothing")
    kind.add_argument(
        "--report",
        nargs="?",
        const="text",
        choices=formats.FORMATS,
        help="say what became of each row: text, csv or json; sends nothing",
    )
    parser.add_argument("--output", metavar="FILE", type=Path, help="write the report there")
    parser.add_argument(
        "--expect-rows", metavar="N", type=int, help="stop unless there are so many"
    )
    parser.add_argument("--expect-total", metavar="DOLLARS", help="stop unless they add up to this")
    parser.add_argument(
        "--allow-twins", action="store_true", help="allow two keys with equal lease, amount and day"
    )
    _add_mark(parser)
    parser.add_argument(
        "--max-per-minute", metavar="N", type=int, help="requests, for this process"
    )
    parser.add_argument("--no-sweep", action="store_true", help="do not read the ledger back")
    parser.add_argument(
        "--patience",
        metavar="HOURS",
        type=float,
        default=PATIENCE_SECONDS / 3600,
        help="how long to look for an unknown credit before you are asked to decide (default: 24)",
    )
    return parser


def _add_mark(parser: argparse.ArgumentParser) -> None:
    mark = parser.add_mutually_exclusive_group()
    mark.add_argument(
        "--mark",
        nargs="?",
        const="end",
        choices=("start", "end"),
        help="put a short code into each description (default: at its end), by which a credit of "
        "unknown outcome is found on the ledger; tenants and accountants see it",
    )
    mark.add_argument("--no-mark", action="store_true", help="leave descriptions as they are")


def _run(options: argparse.Namespace, file: CsvFile, journal: BaseJournal) -> int:
    environment = os.environ.get(ENVIRONMENT_VARIABLE) or journal.header.environments[0]
    token = "none-is-needed" if options.dry_run else None
    with Propexo(token, environment=environment, journal=journal, on_rate_limit="raise") as propexo:
        run = CreditRun(
            propexo,
            file,
            mark=_mark(options),
            allow_twins=options.allow_twins,
            expect_rows=options.expect_rows,
            expect_total=_total(options.expect_total),
            max_per_minute=options.max_per_minute,
            sweep=not options.no_sweep,
            patience=_patience(options.patience),
        )
        if options.dry_run:
            print("\n".join(_estimate(run, file)))
            return 0
        with shown() as show, _stopping(run):
            report = run.post(show)
    text, counts = formats.as_text(report)
    print("\n".join(text))
    return report.exit_code_of(counts)


def _report(options: argparse.Namespace, file: CsvFile, journal: BaseJournal) -> int:
    plan = plan_of(file)
    plan.compare(journal, allow_twins=True)  # an edited row is not what was posted
    report = Report(plan, journal)
    lines = formats.lines(report, file, options.report)
    if options.output is None:
        sys.stdout.writelines(lines)
        return report.exit_code
    _write(options.output, lines)
    return report.exit_code


def _check_output(options: argparse.Namespace) -> None:
    """Refuse to write a report over what a run needs, or over a device."""
    output: Path | None = options.output
    if output is None:
        return
    if not options.report:
        raise InvalidArgument("--output: needs --report")
    kept = {"the file of credits": options.file, "the journal": place_of(options.journal)}
    for what, path in kept.items():
        if output.exists() and os.path.exists(path) and output.samefile(path):  # noqa: PTH110
            raise InvalidArgument(f"--output: would replace {what}; write the report elsewhere")
    if output.exists() and not output.is_file():
        raise InvalidArgument(f"--output: is not a file: {output}; without it, the report is shown")


def _write(output: Path, lines: Iterable[str]) -> None:
    draft = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        try:
            with draft.open("x", encoding="utf-8", newline="") as out:
                out.writelines(lines)
            draft.replace(output)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidArgument(f"--output: cannot be written: {error.strerror or error}") from None


def _estimate(run: CreditRun, file: CsvFile) -> Iterator[str]:
    estimate = run.estimate()
    total, to_send = (
        f"{dollars(cents)} dollars"
        for cents in (estimate.total_in_cents, estimate.to_send_in_cents)
    )
    yield f"{file.name}: {counted(estimate.rows, 'credit')}, {total}"
    if file.unused:
        yield f"Columns ignored: {plain(', '.join(file.unused))}."
    if run.plan.repeated:
        repeat = "repeats" if run.plan.repeated == 1 else "repeat"
        again = f"{counted(run.plan.repeated, 'row')} {repeat} an earlier one"
        yield f"{again}; each credit is posted once."
    are = "is" if estimate.to_send == 1 else "are"
    yield f"{estimate.to_send:,} {are} to be posted, {to_send}; the journal knows the rest."
    if estimate.to_send:
        yield f"A description, as it will be booked: {plain(estimate.sample)}"
    yield f"About {counted(estimate.requests, 'request')}, {estimate.minutes:.1f} minutes."
    if estimate.sweep:
        yield "At the end the ledger is read back, which is billed by the record:"
        yield from (f"  {span}" for span in estimate.sweep)
    yield "Nothing was posted."


@contextmanager
def _stopping(run: CreditRun) -> Generator[None]:
    """Stop the run at the first Ctrl-C or SIGTERM, once what is in flight has come back.

    A second one stops the process at once; the keys make that harmless.
    """
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.getsignal(each) for each in signals}

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        for each in signals:
            signal.signal(each, before[each])
        run.stop("interrupted; again, to stop at once")

    for each in signals:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each in signals:
            signal.signal(each, before[each])


def _mark(options: argparse.Namespace) -> Mark | None:
    chosen: Mark | None = "none" if options.no_mark else options.mark
    return chosen


def _total(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        return read_dollars(text.strip())
    except ValueError as error:
        raise InvalidArgument(f"--expect-total: {text!r} {error}") from None


def _patience(hours: float) -> float:
    if not 0 <= hours <= _MOST_HOURS:
        raise InvalidArgument(f"--patience: must be from 0 to {_MOST_HOURS} hours")
    return hours * 3600
