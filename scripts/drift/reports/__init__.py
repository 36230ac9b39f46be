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

__all__ = ["FORMATS", "Presentation", "show", "summary", "write"]


def show(name: str, content: Presentation | str) -> None:
    """Print a report, or why nothing was compared if what reads the format would miss it."""
    if name != "text":
        sys.stdout.write(_render(name, content))
    elif isinstance(content, Presentation):
        text.show(content)


def write(name: str, content: Presentation | str, path: Path) -> None:
    """Write a report, or why nothing was compared. Raises `ConfigurationError` if that fails."""
    try:
        write_atomically(path, _render(name, content).encode(errors="backslashreplace"))
    except OSError as error:
        raise ConfigurationError(f"--report: {path}: {error.strerror}") from None


def _render(name: str, content: Presentation | str) -> str:
    if isinstance(content, Presentation):
        return FORMATS[name].render(content)
    return FORMATS[name].render_failure(content)
