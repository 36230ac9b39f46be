"""Reports for terminals, people and programs: each format renders a report or a failure."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ...support.errors import ConfigurationError
from ...support.files import write_atomically
from . import html, machine, markdown, text
from .presentation import Presentation, summary


class _Format(NamedTuple):
    render: Callable[[Presentation], str]
    render_failure: Callable[[str], str]


FORMATS = {
    "text": _Format(text.render, text.render_failure),
    "markdown": _Format(markdown.render, markdown.render_failure),
    "html": _Format(html.render, html.render_failure),
    "json": _Format(machine.to_json, machine.json_failure),
    "sarif": _Format(machine.to_sarif, machine.sarif_failure),
    "github": _Format(machine.to_github, machine.github_failure),
}

__all__ = ["FORMATS", "Presentation", "show", "show_failure", "summary", "write", "write_failure"]


def show(name: str, presentation: Presentation) -> None:
    """Print a report."""
    if name == "text":
        text.show(presentation)
    else:
        sys.stdout.write(FORMATS[name].render(presentation))


def show_failure(name: str, message: str) -> None:
    """Print why nothing was compared, if what reads this format would miss it otherwise."""
    if name != "text":
        sys.stdout.write(FORMATS[name].render_failure(message))


def write(name: str, presentation: Presentation, path: Path) -> None:
    """Write a report to a file. Raises `ConfigurationError` if that fails."""
    _write(path, FORMATS[name].render(presentation))


def write_failure(name: str, message: str, path: Path) -> None:
    """Write why nothing was compared to a file. Raises `ConfigurationError` if that fails."""
    _write(path, FORMATS[name].render_failure(message))


def _write(path: Path, content: str) -> None:
    try:
        write_atomically(path, content.encode(errors="backslashreplace"))
    except OSError as error:
        raise ConfigurationError(f"--report: {path}: {error.strerror}") from None
