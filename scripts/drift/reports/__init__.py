"""Reports for a terminal, Markdown, JSON, SARIF and GitHub."""

import sys
from pathlib import Path

from scripts.drift.reports import as_json, github, markdown, sarif, text
from scripts.drift.reports.presentation import Presentation, summary
from scripts.support.errors import ConfigurationError
from scripts.support.files import write_atomically

_MODULES = {
    "text": text, "markdown": markdown, "json": as_json, "sarif": sarif, "github": github,
}  # fmt: skip
FORMATS = tuple(_MODULES)

__all__ = ["FORMATS", "Presentation", "write"]


def write(name: str, presentation: Presentation, output: Path | None) -> None:
    """Print a report, or write it to a file. Raises `ConfigurationError` if that fails."""
    module = _MODULES[name]
    if output is None:
        module.show(presentation)
        return
    try:
        write_atomically(output, module.render(presentation).encode())
    except OSError as error:
        raise ConfigurationError(f"--output {output}: {error.strerror}") from None
    print(f"drift: {summary(presentation.report)}; report in {output}", file=sys.stderr)
