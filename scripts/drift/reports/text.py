"""The report for a person at a terminal: what matters most first, on one screen."""

import os
import shutil
import sys

from scripts.drift.judge.findings import Finding
from scripts.drift.judge.rules import Severity
from scripts.drift.reports.presentation import Presentation, behind, operations_of, shown, summary

_DIM = "2"
_STYLES = {
    Severity.BREAKING: "1;31", Severity.WARNING: "1;33", Severity.COMPATIBLE: "32",
    Severity.COSMETIC: _DIM, Severity.UNTOUCHED: "32",
}  # fmt: skip
_FULL = 4  # findings shown with all they have
_BRIEF = 12  # findings shown on one line each

Line = tuple[str, str]  # a terminal style (SGR codes) and a text


def show(presentation: Presentation) -> None:
    """Print the report, with colour on a terminal."""
    width = min(shutil.get_terminal_size((100, 40)).columns, 140)
    lines = _lines(presentation, width)
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        sys.stdout.write("".join(f"{text}\n" for _, text in lines))
        return
    for style, text in lines:
        sys.stdout.write(f"\x1b[{style}m{text}\x1b[0m\n" if style else f"{text}\n")


def render(presentation: Presentation) -> str:
    """Write the report without colour."""
    return "".join(f"{text}\n" for _, text in _lines(presentation, 100))


def _lines(presentation: Presentation, width: int) -> list[Line]:
    report = presentation.report
    lines: list[Line] = [(_STYLES[report.verdict], f"drift: {summary(report)}")]
    if report.verdict is Severity.UNTOUCHED:
        lines.append(("", "Nothing this client depends on was touched."))
    lines.append((_DIM, f"{presentation.base_file} -> {presentation.candidate.source}"))
    urgent = [f for f in report.findings if presentation.severity(f) >= Severity.WARNING]
    rest = [
        *urgent[_FULL:],
        *(f for f in report.findings if presentation.severity(f) < Severity.WARNING),
    ]
    for finding in urgent[:_FULL]:
        lines += [("", ""), *_full(presentation, finding, width)]
    if rest:
        lines.append(("", ""))
    lines += [_brief(presentation, finding, width) for finding in rest[:_BRIEF]]
    if len(rest) > _BRIEF:
        lines.append((_DIM, f"  and {len(rest) - _BRIEF} more; --format json lists them all"))
    notes = [note for note in (*report.notes, behind(report)) if note]
    lines += [("", line) for line in (["", *notes] if notes else [])]
    for finding in report.accepted:
        lines.append(
            (
                _DIM,
                f"accepted: {finding.fingerprint} {finding.rule} ({report.reason(finding)})",
            )
        )
    return lines


def _full(presentation: Presentation, finding: Finding, width: int) -> list[Line]:
    severity, change = presentation.severity(finding), finding.first
    half = max((width - 14) // 2, 20)
    before, after = shown(change.before, half), shown(change.after, half)
    title = (
        f"{str(severity).upper()}  {finding.rule}  {shown(', '.join(finding.fields), width - 40)}"
    )
    return [
        (_STYLES[severity], title.rstrip(" -")),
        ("", f"  {operations_of(finding)}"),
        ("", f"  {before:<{half}}  =>  {after}"),
        ("", f"  {finding.explanation} {finding.remedy}"),
        (_DIM, f"  {presentation.base_file}:{presentation.line(finding)} {change.site.base}"),
        (_DIM, f"  candidate {change.site.candidate} (accept as {finding.fingerprint})"),
    ]


def _brief(presentation: Presentation, finding: Finding, width: int) -> Line:
    severity = presentation.severity(finding)
    what = ", ".join(finding.fields) or operations_of(finding)
    lowered = f" (was {finding.contract_severity}: {finding.reason})" if finding.lowered else ""
    return _STYLES[
        severity
    ], f"  {severity!s:<10}  {finding.rule:<26}  {shown(what + lowered, width - 42)}"
