"""Markdown for a job summary or the body of a pull request: a table first, details to unfold."""

import html
import re
from typing import Any

from ..judge.findings import Finding
from ..judge.rules import Severity
from .presentation import Presentation, printable, shown, summary

MAX_CHARACTERS = 65_000
_MAX_VALUE = 2_000
_NOTES = 20
_ICONS = {
    Severity.BREAKING: "🔴", Severity.WARNING: "🟡", Severity.COMPATIBLE: "🟢",
    Severity.COSMETIC: "⚪",
}  # fmt: skip


def render(presentation: Presentation) -> str:
    """Write the report. What does not fit in `MAX_CHARACTERS` is counted, not shown."""
    report = presentation.report
    head = [
        f"## Drift: {_escaped(summary(report))}",
        "",
        "| | document | version |",
        "| --- | --- | --- |",
        f"| before | {_cell(presentation.base_file)} | {_escaped(presentation.base_version)} |",
        f"| now | {_cell(presentation.candidate_file)} "
        f"| {_escaped(presentation.candidate_version)} |",
        "",
        *(f"> {_escaped(note)}\n" for note in presentation.notes[:_NOTES]),
    ]
    more = len(presentation.notes) - _NOTES
    head += [f"> and {more} more notes\n"] if more > 0 else []
    if report.accepted:
        reasons = [
            f"- {_code(finding.fingerprint, 20)} {finding.rule}: {_escaped(reason)}"
            for finding, reason in report.accepted
        ]
        head += [f"{len(reasons)} accepted:", "", *reasons[:20], ""]
    text = "\n".join(head)[: MAX_CHARACTERS // 2]
    for index, finding in enumerate(report.findings):
        block = _block(presentation, finding)
        if len(text) + len(block) > MAX_CHARACTERS - 200:
            left_out = len(report.findings) - index
            text += f"\n\n{left_out} more findings do not fit; the JSON report has them all."
            break
        text += f"\n{block}"
    return printable(f"{text}\n")


def render_failure(message: str) -> str:
    """Write why nothing was compared."""
    return printable(f"## Drift: not checked\n\n🔴 {_escaped(message)}\n")


def _block(presentation: Presentation, finding: Finding) -> str:
    severity = presentation.severity(finding)
    change = finding.first
    where = _code((finding.fields or finding.operations)[0], 120)
    opened = " open" if severity >= Severity.WARNING else ""
    operations = "".join(f"- {_code(endpoint, 200)}\n" for endpoint in finding.operations[:30])
    more = len(finding.operations) - 30
    values = (
        f"| before | after |\n| --- | --- |\n| {_cell(change.before)} | {_cell(change.after)} |\n\n"
        if (change.before, change.after) != (None, None)
        else ""
    )
    return (
        f"<details{opened}><summary>{_ICONS[severity]} <b>{severity}</b> {finding.rule} "
        f"{_html_code(where)}</summary>\n\n"
        f"{_escaped(finding.explanation)}\n\n"
        f"**What to do:** {_escaped(presentation.remedy(finding))}\n\n{values}"
        f"{operations}{f'- and {more} more' if more > 0 else ''}\n"
        f"Base {_code(change.site.base, 300)}, candidate {_code(change.site.candidate, 300)}, "
        f"fingerprint {_code(finding.fingerprint, 20)}\n\n</details>\n"
    )


def _cell(value: Any) -> str:
    return "-" if value is None else _code(shown(value, _MAX_VALUE), _MAX_VALUE).replace("|", "\\|")


def _code(value: str, limit: int) -> str:
    text = shown(value, limit)
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _html_code(code: str) -> str:
    return f"<code>{html.escape(code.strip('`').strip())}</code>"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|#@])", r"\\\1", text)
