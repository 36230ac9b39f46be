"""What a person sees while a run goes on."""

import io
import sys

import pytest

from propexo_client.runs.progress import Progress, shown

HALF = Progress(
    rows=1_000,
    sent=500,
    booked=490,
    waiting=8,
    refused=1,
    unknown=1,
    requests=1_025,
    per_minute=149.6,
    seconds_left=201.0,
)
LINE = "500 of 1,000 sent, 490 booked, 8 waiting, 1 refused or failed, 1 unknown; 150 requests a"


class Terminal(io.StringIO):
    """A stream that calls itself a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_where_rich_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with shown() as show:
        show(HALF)
    assert LINE in terminal.getvalue()
    assert "━" in terminal.getvalue()


@pytest.mark.parametrize("stream", [Terminal, io.StringIO])
def test_everything_else_gets_lines(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO]
) -> None:
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    monkeypatch.setattr(sys, "stderr", lines := stream())
    with shown() as show:
        show(HALF)
        show(HALF)
    assert lines.getvalue().count(LINE) == 1
    assert "━" not in lines.getvalue()
