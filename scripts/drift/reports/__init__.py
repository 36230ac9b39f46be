"""Reports for terminals, people and programs: each format is a module with the same functions."""

import sys
from pathlib import Path

from ...support.errors import ConfigurationError
from ...support.files import write_atomically
from . import as_json, github, html, markdown, sarif, text
from .presentation import Presentation, summary

_MODULES = {
    "text": text, "markdown": markdown, "html": html, "json": as_json, "sarif": sarif,
    "github": github,
}  # fmt: skip
FORMATS = tuple(_MODULES)

__all__ = ["FORMATS", "Presentation", "show", "show_failure", "summary", "write", "write_failure"]


def show(name: str, presentation: Presentation) -> None:
    """Print a report."""
    if name == "text":
        text.show(presentation)
    else:
        sys.stdout.write(_MODULES[name].render(presentation))


def show_failure(name: str, message: str) -> None:
    """Print why nothing was compared, if what reads this format would miss it otherwise."""
    if name != "text":
        sys.stdout.write(_MODULES[name].render_failure(message))


def write(name: str, presentation: Presentation, path: Path) -> None:
    """Write a report to a file. Raises `ConfigurationError` if that fails."""
    _write(path, _MODULES[name].render(presentation))


def write_failure(name: str, message: str, path: Path) -> None:
    """Write why nothing was compared to a file. Raises `ConfigurationError` if that fails."""
    _write(path, _MODULES[name].render_failure(message))


def _write(path: Path, content: str) -> None:
    try:
        write_atomically(path, content.encode(errors="backslashreplace"))
    except OSError as error:
        raise ConfigurationError(f"--report: {path}: {error.strerror}") from None
