"""Annotations for pull requests, in GitHub's workflow commands."""

from ..judge.rules import Severity
from .presentation import Presentation, operations_of, printable, shown

_COMMANDS = {Severity.BREAKING: "error", Severity.WARNING: "warning"}


def render(presentation: Presentation) -> str:
    """Write one command for each finding that matters, and one notice for what else there is."""
    file = _property(presentation.base_file)
    commands: list[str] = []
    for finding in presentation.report.findings:
        command = _COMMANDS.get(presentation.severity(finding))
        if command:
            change = finding.first
            message = (
                f"{finding.why}\n{operations_of(finding)}\n"
                f"before: {shown(change.before, 300)}\nafter: {shown(change.after, 300)}\n"
                f"{presentation.remedy(finding)}\nAccept it as {finding.fingerprint}."
            )
            title = _property(f"drift: {finding.rule}")
            where = f"file={file},line={presentation.line(finding)}"
            commands.append(f"::{command} {where},title={title}::{_data(message)}")
    commands += [
        f"::notice file={file},line=1,title=drift::{_data(note)}" for note in presentation.notes
    ]
    return "".join(f"{command}\n" for command in commands)


def render_failure(message: str) -> str:
    """Write one command that says why nothing was compared."""
    return f"::error title=drift could not be checked::{_data(message)}\n"


def _data(text: str) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable(text)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
