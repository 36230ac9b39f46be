"""A folder with a file of credits and a journal, beside a fake that listens on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.runs.support import several, write_csv
from propexo_client.__main__ import main
from propexo_client._engine.clock import Clock
from propexo_client.journal import Journal
from propexo_client.testing import FakePropexo, FakeServer


class Place:
    """A folder with a file and a journal, and a server that the journal belongs to."""

    def __init__(self, folder: Path, fake: FakePropexo, server: FakeServer) -> None:
        self.file = write_csv(folder / "january.csv", several(3))
        self.path = folder / "credits.journal"
        self.fake, self.server = fake, server
        Journal.init(self.path, environment=server.url, ephemeral=True)

    def run(self, *options: str) -> int:
        return main(["run", str(self.file), "--journal", str(self.path), *options])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    fake = FakePropexo(clock=Clock())
    monkeypatch.setenv("PROPEXO_TOKEN", fake.token)
    for name in ("PROPEXO_ENVIRONMENT", "PROPEXO_JOURNAL", "PROPEXO_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with fake.serve() as server:
        yield Place(tmp_path, fake, server)
