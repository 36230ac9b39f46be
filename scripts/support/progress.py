"""Telling a person what long work is doing, on standard error."""

import sys
from typing import Protocol


class Progress(Protocol):
    """Where long work reports to."""

    def update(self, line: str) -> None:
        """Say what is happening now; the next update may replace it."""

    def say(self, line: str) -> None:
        """Say something that stays."""


class Silent:
    """Report nothing."""

    def update(self, line: str) -> None:
        """Drop the line."""

    def say(self, line: str) -> None:
        """Drop the line."""


class Terminal:
    """One line that rewrites itself, on a terminal; elsewhere only what stays is printed."""

    def update(self, line: str) -> None:
        """Rewrite the current line."""
        if sys.stderr.isatty():
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def say(self, line: str) -> None:
        """Print a line below what was said before."""
        clear = "\r\x1b[K" if sys.stderr.isatty() else ""
        print(f"{clear}{line}", file=sys.stderr, flush=True)


SILENT = Silent()
