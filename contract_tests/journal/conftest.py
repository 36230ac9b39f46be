"""Journals for tests, on whatever disk the tests run on."""

from pathlib import Path

import pytest

from contract_tests.journal.situations import START
from propexo_client.journal import Journal, disk


class Time:
    """A clock that a test moves."""

    now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(autouse=True)
def no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do without the disk's own time, where a test is not about power cuts."""
    monkeypatch.setattr(disk, "sync", lambda _: None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make an empty journal for the sandbox."""
    place = tmp_path / "credits.journal"
    Journal.init(place, environment="sandbox", ephemeral=True)
    return place


@pytest.fixture
def journal(path: Path, time: Time) -> Journal:
    """Open it, on a clock that stands still."""
    return Journal(path, clock=time)
