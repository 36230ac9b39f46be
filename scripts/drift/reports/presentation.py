"""A report together with its two documents, and the phrases that all formats share."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from ...document import origins
from ...document.reader import Document
from ...document.references import mapping, step
from ..compare.changes import listed
from ..judge.findings import Finding, Report
from ..judge.rules import Audience, Severity

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Presentation:
    """A report with the documents it is about, read on the day `today`."""

    report: Report
    base: Document
    candidate: Document
    today: date
    audience: Audience = Audience.PIN

    @property
    def base_file(self) -> str:
        """The base's path as a checkout knows it."""
        return relative(self.base.source)

    @property
    def candidate_file(self) -> str:
        """The candidate's address, or its path as a checkout knows it."""
        return relative(self.candidate.source)

    @cached_property
    def base_version(self) -> str:
        """Say which version of the document the base is, as far as that is known."""
        return _version(self.base, self.today)

    @cached_property
    def candidate_version(self) -> str:
        """Say which version of the document the candidate is, as far as that is known."""
        return _version(self.candidate, self.today)

    @cached_property
    def _lines(self) -> dict[str, int]:
        findings = (*self.report.findings, *(found for found, _ in self.report.accepted))
        text = self.base.raw.decode("utf-8-sig", "replace")
        return lines_of(text, [finding.first.site.base for finding in findings])

    def line(self, finding: Finding) -> int:
        """Return the line of a finding in the base, counted from 1."""
        return self._lines[finding.first.site.base]

    def severity(self, finding: Finding) -> Severity:
        """Return the severity that counts: this client's, or the contract's in a strict run."""
        return finding.contract_severity if self.report.strict else finding.client_severity

    def remedy(self, finding: Finding) -> str:
        """Say what the reader can do about a finding."""
        return finding.remedy(self.audience)

    @property
    def notes(self) -> tuple[str, ...]:
        """All that is to be said beside the findings."""
        unwatched = (f"{name} is unwatched: {why}" for name, why in self.report.unwatched.items())
        return tuple(filter(None, (*self.report.notes, *unwatched, self._behind)))

    @property
    def _behind(self) -> str:
        """List what the vendor added that the base lacks."""
        findings = [f for f in self.report.findings if f.is_addition]
        findings = [f for f in findings if f.client_severity <= Severity.COMPATIBLE]
        names = [field for finding in findings for field in finding.fields or finding.operations]
        if not names:
            return ""
        if self.audience is Audience.PIN:
            return f"The pin is behind: {listed(names, 12)}. Take what is useful with `make pin`."
        return (
            f"The copy is behind: {listed(names, 12)}. A newer release of the client may have it."
        )


def summary(report: Report) -> str:
    """Say the verdict in a few words."""
    verdict = str(report.verdict)
    if report.contract_verdict != report.client_verdict:
        verdict += (
            f" ({report.client_verdict} for this client, {report.contract_verdict} for others)"
        )
    count = len(report.findings)
    said = (
        f"{verdict}, {count} finding{'s' * (count != 1)},"
        f" {report.compared} of {len(report.operations)} operations compared"
    )
    return f"{said}, {report.by_page} of them by reference page" if report.by_page else said


def shown(value: Any, limit: int) -> str:
    """Write a value on one line of at most `limit` characters."""
    if value is None:
        return "-"
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    written = " ".join(written.split())
    return written if len(written) <= limit else written[: limit - 3] + "..."


def printable(text: str) -> str:
    """Spell out whatever a document might use to disturb its reader's terminal or page."""
    return "".join(
        letter if letter == "\n" or letter.isprintable() else f"\\u{ord(letter):04x}"
        for letter in text
    )


def relative(source: str) -> str:
    """Return a path as a checkout knows it; an address as it is."""
    if "://" in source:
        return source
    path, here = Path(source).resolve(), Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else source


def _version(document: Document, today: date) -> str:
    version = mapping(document.content.get("info")).get("version")
    known = [
        f"version {version}" if isinstance(version, str) else "",
        f"modified {document.last_modified}" if document.last_modified else "",
        f"read {today}" if "://" in document.source else _recorded(Path(document.source)),
        f"sha256 {document.sha256[:12]}",
    ]
    return ", ".join(filter(None, known))


def _recorded(path: Path) -> str:
    """Say when the operations of a pin, or of the pin of a copy, were taken down."""
    entries = origins.beside(path).record.get("operations", {}).values()
    days = sorted({str(entry.get("at", ""))[:10] for entry in entries} - {""})
    kinds = sorted({str(entry.get("origin", "")) for entry in entries} - {""})
    if not days:
        return ""
    return " and ".join(kinds) + " " + (days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}")


def lines_of(text: str, pointers: Iterable[str]) -> dict[str, int]:
    """Return the line of each pointer, counted from 1, or of its nearest parent that is there.

    Text that is not JSON has no structure to find: every pointer is on line 1.
    """
    pointers = list(pointers)
    found: dict[str, int] = {}
    if pointers and text.lstrip().startswith("{"):
        wanted = {parent for pointer in pointers for parent in _with_parents(pointer)}
        _scan(text, _skip(text, 0), "", wanted, found)
    starts = {
        pointer: next((found[parent] for parent in _with_parents(pointer) if parent in found), 0)
        for pointer in pointers
    }
    return {pointer: text.count("\n", 0, start) + 1 for pointer, start in starts.items()}


def _with_parents(pointer: str) -> list[str]:
    names = pointer.split("/")
    return ["/".join(names[:count]) for count in range(len(names), 0, -1)]


def _skip(text: str, index: int) -> int:
    found = _SPACE.match(text, index)
    return found.end() if found else index


def _scan(text: str, start: int, pointer: str, wanted: set[str], found: dict[str, int]) -> int:
    """Note where the wanted values below `start` begin, and return where its own value ends."""
    found[pointer] = start
    if pointer not in wanted or text[start] not in "{[":
        return int(_DECODER.raw_decode(text, start)[1])
    is_object = text[start] == "{"
    index, count = _skip(text, start + 1), 0
    while text[index] not in "}]":
        name: str | int = count
        if is_object:
            name, index = _DECODER.raw_decode(text, index)
            index = _skip(text, _skip(text, index) + 1)
        index = _skip(text, _scan(text, index, step(pointer, name), wanted, found))
        if text[index] == ",":
            index = _skip(text, index + 1)
        count += 1
    return index + 1
