"""A report together with its two documents, and the phrases that all formats share."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from scripts.document.reader import Document
from scripts.drift.judge.findings import Finding, Report
from scripts.drift.judge.rules import Severity
from scripts.drift.reports import lines


@dataclass(frozen=True)
class Presentation:
    """A report with the documents it is about."""

    report: Report
    base: Document
    candidate: Document

    @property
    def base_file(self) -> str:
        """The base's path as a checkout knows it."""
        path = Path(self.base.source).resolve()
        here = Path.cwd()
        return path.relative_to(here).as_posix() if path.is_relative_to(here) else self.base.source

    @cached_property
    def _lines(self) -> dict[str, int]:
        findings = (*self.report.findings, *self.report.accepted)
        text = self.base.raw.decode("utf-8-sig", "replace")
        return lines.find(text, [finding.first.site.base for finding in findings])

    def line(self, finding: Finding) -> int:
        """Return the line of a finding in the base, counted from 1."""
        return self._lines[finding.first.site.base]

    def severity(self, finding: Finding) -> Severity:
        """Return the severity that counts: this client's, or the contract's in a strict run."""
        return finding.contract_severity if self.report.strict else finding.client_severity


def summary(report: Report) -> str:
    """Say the verdict in a few words."""
    verdict = str(report.verdict)
    if report.contract_verdict != report.client_verdict:
        verdict += (
            f" ({report.client_verdict} for this client, {report.contract_verdict} for others)"
        )
    count = len(report.findings)
    return f"{verdict}, {count} finding{'s' * (count != 1)} in {len(report.operations)} operations"


def shown(value: Any, limit: int) -> str:
    """Write a value on one line of at most `limit` characters."""
    if value is None:
        return "-"
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    written = " ".join(written.split())
    return written if len(written) <= limit else written[: limit - 3] + "..."


def operations_of(finding: Finding, count: int = 2) -> str:
    """Name the first operations of a finding, and how many more there are."""
    more = len(finding.operations) - count
    return ", ".join(finding.operations[:count]) + (f" and {more} more" if more > 0 else "")


def behind(report: Report) -> str:
    """List what the vendor added that the pin lacks. Empty if nothing."""
    additions = [
        f for f in report.findings if f.is_addition and f.client_severity <= Severity.COMPATIBLE
    ]
    names = [field for finding in additions for field in finding.fields or finding.operations]
    if not names:
        return ""
    listed = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    return f"The pin is behind: {listed}. Take what is useful with `make pin`."
