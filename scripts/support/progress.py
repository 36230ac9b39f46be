"""Progress of long work, shown to a person on standard error."""

import shutil
import sys
import time
from typing import Protocol

EVERY_SECONDS = 10
"""How long long work may be silent where its output is no terminal."""


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
    """One line that rewrites itself on a terminal; elsewhere a line now and then."""

    def __init__(self) -> None:
        """Start the clock."""
        self._due = time.monotonic() + EVERY_SECONDS

    def update(self, line: str) -> None:
        """Rewrite the current line, as far as it fits."""
        if sys.stderr.isatty():
            fitting = line[: shutil.get_terminal_size().columns - 1]
            print(f"\r\x1b[K{fitting}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() >= self._due:
            self.say(line)

    def clear(self) -> None:
        """Take away the line that rewrites itself."""
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def say(self, line: str) -> None:
        """Print a line below what was said before."""
        clear = "\r\x1b[K" if sys.stderr.isatty() else ""
        print(f"{clear}{line}", file=sys.stderr, flush=True)
        self._due = time.monotonic() + EVERY_SECONDS


SILENT = Silent()
