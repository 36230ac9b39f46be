"""The journal's commands, run in this process."""

from pathlib import Path

import pytest

from propexo_client.__main__ import main


class Shell:
    """Runs commands on one journal, and keeps what they print."""

    def __init__(self, place: Path, capture: pytest.CaptureFixture[str]) -> None:
        self._place, self._capture = place, capture

    def __call__(self, *words: str) -> int:
        name, *rest = words
        given = [] if name == "init" else ["--journal", str(self._place)]
        try:
            code = main(["journal", name, *given, *rest])
        except SystemExit as stop:
            code = int(stop.code or 0)
        self.out, self.err = self._capture.readouterr()
        ours = [line for line in self.out.splitlines() if str(self._place.parent) not in line]
        assert max(map(len, ours), default=0) <= 80
        assert "Traceback" not in self.err
        return code
