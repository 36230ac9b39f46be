"""A report as text, as the CSV file with columns added, and as JSON."""

import csv
import io
import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator

from ..journal.shown import plain
from .csv_file import COLUMNS, CsvFile
from .plan import dollars
from .report import LABELS, Report, RowReport

ADDED = ("run_state", "run_attempt", "run_job_id", "run_record_id", "run_what_to_do")
"""The columns that a report adds to a file."""

FORMATS = ("text", "csv", "json")

_WIDTH = 80
_MOST_SHOWN = 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(report: Report, file: CsvFile, kind: str) -> Iterator[str]:
    """Write a report in one of `FORMATS`, with line ends."""
    if kind == "csv":
        yield from as_csv(report, file)
    elif kind == "json":
        yield from as_json(report)
    else:
        yield from (f"{line}\n" for line in as_text(report)[0])


def as_text(report: Report) -> tuple[list[str], Counter[str]]:
    """Show a table of counts, and the rows that need somebody; return the counts, too."""
    counts: Counter[str] = Counter()
    cents: Counter[str] = Counter()
    shown: dict[str, list[RowReport]] = {label: [] for label in LABELS if label != "posted"}
    for each in report:
        counts[each.label] += 1
        cents[each.label] += each.row.amount_in_cents
        if len(shown.get(each.label, ())) < _MOST_SHOWN and each.label in shown:
            shown[each.label].append(each)
    text = [f"{'STATE':<32}{'ROWS':>8}{'DOLLARS':>18}"]
    text += [
        f"{label:<32}{counts[label]:>8,}{dollars(cents[label]):>18}"
        for label in reversed(LABELS)
        if counts[label]
    ]
    text.append(f"{'all':<32}{counts.total():>8,}{dollars(cents.total()):>18}")
    if report.stopped:
        text += ["", *_wrapped(f"Stopped early: {report.stopped}", "")]
    for trouble in report.trouble:
        text += ["", *_wrapped(f"Not known: {trouble}. Run the file again.", "")]
    for label, rows in shown.items():
        if label != "not sent":
            text += _group(label, rows, counts[label])
    return text, counts


def _group(label: str, rows: list[RowReport], count: int) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield label.upper() + ":"
    for each in rows:
        job = f", job {each.job_id}" if each.job_id else ""
        record = f", record {each.record_id}" if each.record_id else ""
        amount = dollars(each.row.amount_in_cents)
        yield from _wrapped(
            f"line {each.row.place}, {each.row.key}: {amount} to {each.row.lease_id} on "
            f"{each.row.transaction_date}{job}{record}",
            "  ",
        )
        for text in filter(None, (each.reason, *each.evidence)):
            yield from _wrapped(text, "      ")
        yield from _wrapped(f"-> {each.what_to_do}", "      ")
    if count > len(rows):
        yield f"  ... and {count - len(rows):,} more; --report csv has them all"


def as_csv(report: Report, file: CsvFile) -> Iterator[str]:
    """Write the file again, with columns added that say what became of each row."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=file.delimiter, lineterminator=file.line_end)
    kept = [place for place, name in enumerate(file.columns) if name not in ADDED]
    place_of_key = file.columns.index(COLUMNS[0])
    all_lines = file.lines()
    next(all_lines)
    if file.has_bom:
        buffer.write("\ufeff")
    writer.writerow([*(file.header[place] for place in kept), *ADDED])
    for line in all_lines:
        found = report.get(line.cells[place_of_key].strip())
        writer.writerow([*(line.cells[place] for place in kept), *_added(found)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def as_json(report: Report) -> Iterator[str]:
    """Write one object: the rows, their counts, and the exit code that they make."""
    counts: Counter[str] = Counter()
    yield '{"rows": ['
    for number, each in enumerate(report):
        counts[each.label] += 1
        yield (",\n" if number else "\n") + json.dumps(each.as_json())
    yield f'],\n"counts": {json.dumps(counts)},\n'
    ending = {"stopped": report.stopped or None, "exit_code": report.exit_code_of(counts)}
    yield json.dumps(ending).removeprefix("{") + "\n"


def _added(found: RowReport | None) -> Iterable[str]:
    """Fill the added columns; a spreadsheet must not take the server's text for a formula."""
    if found is None:
        return ("", "", "", "", "")
    values = (found.label, str(found.attempt), found.job_id, found.record_id, _advice(found))
    return (f"'{value}" if value.startswith(_FORMULA) else value for value in values)


def _advice(found: RowReport) -> str:
    texts = (found.reason, *found.evidence, found.what_to_do)
    return ". ".join(text.rstrip(".") for text in texts if text)


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        plain(text),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
