"""Annotations on the pin's lines, in GitHub's workflow commands."""

import sys

from scripts.drift.judge.rules import Severity
from scripts.drift.reports.presentation import Presentation, behind, operations_of, shown

_COMMANDS = {Severity.BREAKING: "error", Severity.WARNING: "warning"}


def show(presentation: Presentation) -> None:
    """Print the commands, which the runner reads."""
    sys.stdout.write(render(presentation))


def render(presentation: Presentation) -> str:
    """Write one command for each finding that matters, and one notice for what the pin lacks."""
    file = _property(presentation.base_file)
    commands: list[str] = []
    for finding in presentation.report.findings:
        command = _COMMANDS.get(presentation.severity(finding))
        if command:
            change = finding.first
            message = (
                f"{finding.why}\n{operations_of(finding)}\n"
                f"before: {shown(change.before, 300)}\nafter: {shown(change.after, 300)}\n"
                f"{finding.remedy}"
            )
            title = _property(f"drift: {finding.rule}")
            where = f"file={file},line={presentation.line(finding)}"
            commands.append(f"::{command} {where},title={title}::{_data(message)}")
    notices = [*presentation.report.notes, *filter(None, [behind(presentation.report)])]
    commands += [f"::notice file={file},line=1,title=drift::{_data(notice)}" for notice in notices]
    return "".join(f"{command}\n" for command in commands)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
