"""The journal's command that has a failed job run again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.client.support import CREDIT
from contract_tests.journal.shell import Shell
from contract_tests.journal.support import states
from propexo_client import Propexo, WriteFailed
from propexo_client.journal import Journal
from propexo_client.testing import FakePropexo, JobLife


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakePropexo]:
    """Serve a fake whose first job fails, and post a credit to it under a key."""
    fake = FakePropexo()
    fake.next_job(JobLife(ends="FAILURE", errors=("account 12 is closed",)))
    monkeypatch.setenv("PROPEXO_TOKEN", fake.token)
    with fake.serve() as server:
        place = tmp_path / "served.journal"
        Journal.init(place, environment=server.url, ephemeral=True)
        with (
            Propexo(environment=server.url, journal=Journal(place)) as propexo,
            pytest.raises(WriteFailed),
        ):
            propexo.credits.create_and_wait(idempotency_key="credit:1", **CREDIT)
        yield fake


def test_retry_has_a_failed_job_run_again_under_its_key(
    fake: FakePropexo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Shell(tmp_path / "served.journal", capsys)

    assert run("retry", "credit:1") == 0

    assert (fake.posts, fake.booked) == (2, 1)
    accepted, posted = run.out.splitlines()
    assert accepted.startswith("credit:1: accepted as job ")
    assert accepted.endswith(", attempt 2")
    assert posted.startswith("credit:1: posted, record ")
    assert run("retry", "credit:1") == 2
    assert run.err == "key: 'credit:1' is posted; only a failed job can be retried\n"
    assert fake.posts == 2


def test_retry_that_fails_again_says_why(
    fake: FakePropexo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.next_job(JobLife(ends="FAILURE", errors=("account 12 is still closed",)))
    run = Shell(tmp_path / "served.journal", capsys)

    assert run("retry", "credit:1") == 1
    assert "account 12 is still closed" in run.err
    assert states(Journal(tmp_path / "served.journal")) == {"credit:1": "failed"}
