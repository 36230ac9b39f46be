"""The report for a person at a terminal: what matters most first, on one screen."""

import os
import shutil
import sys

from ..compare.changes import listed
from ..judge.findings import Finding
from ..judge.rules import Severity
from .presentation import Presentation, printable, shown, summary

_DIM = "2"
_STYLES = {
    Severity.BREAKING: "1;31", Severity.WARNING: "1;33", Severity.COMPATIBLE: "32",
    Severity.COSMETIC: _DIM, Severity.UNTOUCHED: "32",
}  # fmt: skip
_FULL = 4  # findings shown with all they have
_BRIEF = 12  # findings shown on one line each

Line = tuple[str, str]  # a terminal style (SGR codes) and a text


def show(presentation: Presentation) -> None:
    """Print the report, with color on a terminal."""
    width = min(shutil.get_terminal_size((100, 40)).columns, 140)
    colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for style, text in _lines(presentation, width):
        line = printable(text)
        print(f"\x1b[{style}m{line}\x1b[0m" if colored and style else line)


def render(presentation: Presentation) -> str:
    """Write the report without color."""
    return printable("".join(f"{text}\n" for _, text in _lines(presentation, 100)))


def render_failure(message: str) -> str:
    """Write why nothing was compared."""
    return printable(f"drift: not checked: {message}\n")


def _lines(presentation: Presentation, width: int) -> list[Line]:
    report = presentation.report
    lines: list[Line] = [(_STYLES[report.verdict], f"drift: {summary(report)}")]
    if report.verdict is Severity.UNTOUCHED:
        lines.append(("", "Nothing that was compared was touched."))
    lines += [
        (_DIM, f"{presentation.base_file} ({presentation.base_version})"),
        (_DIM, f"  -> {presentation.candidate_file} ({presentation.candidate_version})"),
    ]
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
    if presentation.notes:
        lines += [("", ""), *(("", note) for note in presentation.notes)]
    lines += [
        (_DIM, f"accepted: {finding.fingerprint} {finding.rule} ({reason})")
        for finding, reason in report.accepted
    ]
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
        ("", f"  {listed(finding.operations, 2)}"),
        ("", f"  {before:<{half}}  =>  {after}"),
        ("", f"  {finding.explanation} {presentation.remedy(finding)}"),
        (_DIM, f"  {presentation.base_file}:{presentation.line(finding)} {change.site.base}"),
        (_DIM, f"  candidate {change.site.candidate} (accept as {finding.fingerprint})"),
    ]


def _brief(presentation: Presentation, finding: Finding, width: int) -> Line:
    severity = presentation.severity(finding)
    what = ", ".join(finding.fields) or listed(finding.operations, 2)
    if finding.lowered:
        what += f" (was {finding.contract_severity}: {finding.lowered})"
    return _STYLES[severity], f"  {severity!s:<10}  {finding.rule:<26}  {shown(what, width - 42)}"
