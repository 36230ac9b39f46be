"""What a person is shown of a key: enough to find it in the ledger, and to decide."""

import json
import textwrap
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from .events import BOOKED, SENDABLE, Entry, Event, State
from .history import settles_at

WIDTH = 80

_URGENCY = (
    "double",
    "overdue",
    "unknown",
    "failed",
    "sending",
    "accepted",
    *sorted(SENDABLE),
    "posted",
)
_UNITS = (("day", 86400.0), ("hour", 3600.0), ("minute", 60.0), ("second", 1.0))
_INDENT = " " * 12


def label(entry: Entry) -> str:
    """Name the state of a key; one whose writer is past its deadline is overdue."""
    return "overdue" if entry.overdue else str(entry.state)


def listing(entries: Iterable[Entry]) -> Iterator[str]:
    """List keys, the most urgent first, and count them."""
    rows = sorted(
        (_URGENCY.index(label(entry)), -entry.last.at, entry.key, _row(entry)) for entry in entries
    )
    if rows:
        yield f"{'STATE':<11}{'AGE':>12}  {'TRY':>3}  KEY, AND THE REASON"
    yield from (row for *_, row in rows)
    counts = [
        f"{sum(row[0] == place for row in rows)} {name}" for place, name in enumerate(_URGENCY)
    ]
    known = ", ".join(count for count in counts if not count.startswith("0 "))
    yield from textwrap.wrap(counted(len(rows), "key") + (f": {known}" if known else ""), WIDTH)


def _row(entry: Entry) -> str:
    name = label(entry)
    name = name.upper() if entry.needs_a_person else name
    row = f"{name:<11}{age(entry.now - entry.last.at):>12}  {entry.attempt:>3}  {entry.key}"
    reason = f"  {entry.reason}" if entry.reason and entry.state is not State.POSTED else ""
    return row + _cut(reason, WIDTH - len(row))


def details(entry: Entry) -> Iterator[str]:
    """Show all that is known of a key, and what to do next."""
    last = entry.last
    yield from _block("key", entry.key)
    since = f"{label(entry)} since {moment(last.at)}, {age(entry.now - last.at)} ago"
    yield from _block("state", f"{since}; attempt {entry.attempt}")
    yield from _block("why", entry.reason)
    yield from _block("job", entry.job_id or last.detail.get("clue", ""))
    yield from _block("record", entry.record_id or "")
    yield from _block("operation", entry.operation)
    yield from _block("fingerprint", entry.fingerprint)
    for number, (name, value) in enumerate(entry.fields.items()):
        yield from _block("content" if number == 0 else "", f"{name} = {plain(value)}")
    for number, event in enumerate(entry.history):
        yield from _block("history" if number == 0 else "", _happened(event))
    yield ""
    yield from _wrapped(_advice(entry))


def evidence(entry: Entry) -> Iterator[str]:
    """Say what to look at before a key is said not to be posted."""
    yield from _wrapped(_evidence(entry))


def _wrapped(paragraphs: Iterable[str]) -> Iterator[str]:
    for text in paragraphs:
        hanging = "   " * text[:1].isdigit()
        yield from textwrap.wrap(text, WIDTH, subsequent_indent=hanging, break_on_hyphens=False)


def _advice(entry: Entry) -> Iterator[str]:
    """Say what may be done about a key, and what to look at before."""
    if entry.state is State.DOUBLE:
        yield "BOOKED TWICE. Reverse one of the two bookings in the property-management system."
    elif entry.state in BOOKED:
        yield "Nothing to do: it is posted."
    elif entry.state in SENDABLE:
        yield "Nothing to do: it was not executed, and the same key may be sent again."
    elif entry.state is State.FAILED:
        yield (
            f"The job failed, and nothing was booked. Have it run again: journal retry "
            f"{entry.key}. Or, if its content was wrong and nobody will retry that job, free the "
            f"key: journal resolve {entry.key} not-posted --give-up-job --because ..."
        )
    elif entry.state is State.SENDING and not entry.overdue:
        yield f"Wait until {moment(entry.deadline or entry.now)}: a call may still be sending it."
    else:
        if entry.state is State.ACCEPTED:
            yield f"First ask the status of job {entry.job_id}: wait(job_id) records how it ended."
        yield from _evidence(entry)
        yield (
            f"journal resolve {entry.key} posted --because ... is taken at once; not-posted from "
            f"{moment(settles_at(entry.history))} on, or with --sooner on the vendor's word. The "
            f"only sure way to make it sooner is to rotate the API token first."
        )


def _evidence(entry: Entry) -> Iterator[str]:
    yield "Before you say what became of it, look with the token that posted it at:"
    fields = entry.fields
    yield (
        f"1. the ledger: charges of lease {fields.get('lease_id', '(see content)')} around "
        f"{fields.get('transaction_date') or moment(entry.history[0].at)[:10]}, amount "
        f"{fields.get('amount_in_cents', '(see content)')} cents; a credit reads back negative"
    )
    place = f"of integration {fields.get('integration_id', '(see content)')} since"
    yield f"2. the log of writes {place} {moment(entry.history[0].at)}: /v1/admin/logs/writes/"
    yield "3. the log of jobs: /v1/admin/logs/jobs/; a queued job may appear nowhere else"
    yield (
        "'Not there' counts only where the same token sees another credit of yours that is known "
        "to be posted. A FAILURE of yours in a log forbids 'not-posted', unless nobody will retry "
        "that job (--give-up-job)."
    )


def age(seconds: float) -> str:
    """Write a length of time in its largest unit."""
    for unit, length in _UNITS:
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'s' * (count > 1)}"
    return "0 seconds"


def moment(at: float) -> str:
    """Write a moment as a person reads it, in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _happened(event: Event) -> str:
    parts = [f"{moment(event.at)}  {event.state}, attempt {event.attempt}, by {event.who}"]
    if event.deadline is not None:
        parts.append(f"until {moment(event.deadline)}")
    if event.job_id:
        parts.append(f"job {event.job_id}")
    if event.record_id:
        parts.append(f"record {event.record_id}")
    parts += [f"{name}: {plain(value)}" for name, value in event.detail.items() if value]
    return "; ".join(parts)


def _block(name: str, text: str) -> Iterator[str]:
    lines = textwrap.wrap(text, WIDTH - len(_INDENT), break_on_hyphens=False)
    for number, line in enumerate(lines):
        yield (f"{name:<12}" if number == 0 else _INDENT) + line


def counted(number: int, noun: str) -> str:
    """Write a number and what it counts: 1 key, 1,000 keys."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def plain(value: object) -> str:
    """Write a value on one line; control characters are escaped, so that a terminal obeys none."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(0, width - 3)] + "..."
