"""One self-contained page, for an artifact of CI that people open in a browser."""

import json
from collections.abc import Iterable
from difflib import SequenceMatcher
from html import escape
from pathlib import Path
from typing import Any

from ..judge.findings import Finding
from ..judge.rules import Severity
from .presentation import Presentation, printable, summary

_STYLE = Path(__file__).with_name("report.css")
_MOST_LINES = 120
_SHORT = 60
_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Drift: {title}</title>
<style>
{style}</style>
<body>
{body}
</body>
</html>
"""


def render(presentation: Presentation) -> str:
    """Write the report."""
    report = presentation.report
    sections = [
        _section(presentation, severity, found)
        for severity in sorted(Severity, reverse=True)
        if (found := [f for f in report.findings if presentation.severity(f) is severity])
    ]
    return _page(
        str(report.verdict),
        _headline(str(report.verdict), summary(report)),
        _documents(presentation),
        _notes(presentation.notes),
        *sections,
        _accepted(presentation),
    )


def render_failure(message: str) -> str:
    """Write why nothing was compared."""
    return _page("not checked", _headline("breaking", "not checked"), f"<p>{escape(message)}</p>")


def _page(title: str, *parts: str) -> str:
    style = _STYLE.read_text(encoding="utf-8")
    body = "\n".join(filter(None, parts))
    return printable(_PAGE.format(title=escape(title), style=style, body=body))


def _headline(verdict: str, said: str) -> str:
    return f'<header class="{verdict}"><h1>Drift: {escape(said)}</h1></header>'


def _documents(presentation: Presentation) -> str:
    rows = (
        ("Before", presentation.base_file, presentation.base_version),
        ("Now", presentation.candidate_file, presentation.candidate_version),
    )
    listed = "".join(
        f"<dt>{name}</dt><dd><code>{escape(file)}</code> <small>{escape(version)}</small></dd>"
        for name, file, version in rows
    )
    return f"<dl>{listed}</dl>"


def _notes(notes: Iterable[str]) -> str:
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f'<ul class="notes">{listed}</ul>' if listed else ""


def _section(presentation: Presentation, severity: Severity, findings: list[Finding]) -> str:
    opened = " open" if severity >= Severity.WARNING else ""
    articles = "\n".join(_finding(presentation, finding) for finding in findings)
    return (
        f'<details class="{severity}"{opened}><summary><h2>{severity} '
        f"<small>{len(findings)}</small></h2></summary>\n{articles}\n</details>"
    )


def _finding(presentation: Presentation, finding: Finding) -> str:
    change = finding.first
    fields = ", ".join(f"<code>{escape(field)}</code>" for field in finding.fields[:6])
    more = f" and {len(finding.fields) - 6} more" if len(finding.fields) > 6 else ""
    operations = "".join(f"<li><code>{escape(each)}</code></li>" for each in finding.operations)
    where = f"{presentation.base_file}:{presentation.line(finding)}"
    return (
        f'<article id="{finding.fingerprint}"><h3>{fields}{more} <em>{finding.rule}</em></h3>'
        f"<p>{escape(finding.explanation)}"
        f" <strong>{escape(presentation.remedy(finding))}</strong></p>"
        f"{_values(change.before, change.after)}"
        f"<ul>{operations}</ul>"
        f"<footer><code>{escape(where)}</code> <code>{escape(change.site.base)}</code> now "
        f"<code>{escape(change.site.candidate)}</code>; accept as "
        f"<code>{finding.fingerprint}</code></footer></article>"
    )


def _values(before: Any, after: Any) -> str:
    if before is None and after is None:
        return ""
    old, new = _lines(before), _lines(after)
    gone, come = "", ""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = tag == "equal"
        gone += _marked(old[a:b], "span" if same else "del")
        come += _marked(new[c:d], "span" if same else "ins")
    return (
        f'<div class="values"><div><h4>before</h4><pre>{gone}</pre></div>'
        f"<div><h4>now</h4><pre>{come}</pre></div></div>"
    )


def _lines(value: Any) -> list[str]:
    if value is None:
        return []
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(written) > _SHORT and not isinstance(value, str):
        written = json.dumps(value, indent=2, ensure_ascii=False)
    lines = written.splitlines()
    more = len(lines) - _MOST_LINES
    return lines if more <= 0 else [*lines[:_MOST_LINES], f"and {more} more lines"]


def _marked(lines: list[str], tag: str) -> str:
    return "".join(f"<{tag}>{escape(line)}</{tag}>" for line in lines)


def _accepted(presentation: Presentation) -> str:
    listed = "".join(
        f"<li><code>{finding.fingerprint}</code> {finding.rule},"
        f" {escape(', '.join(finding.fields))}: {escape(reason)}</li>"
        for finding, reason in presentation.report.accepted
    )
    if not listed:
        return ""
    return f"<details><summary><h2>accepted</h2></summary><ul>{listed}</ul></details>"
