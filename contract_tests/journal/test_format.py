"""The file as version 1 writes it: every later version reads it, and means the same by it."""

import shutil
from pathlib import Path

import pytest

from contract_tests.journal.situations import FIELDS, OPERATION, START
from contract_tests.journal.support import states
from propexo_client.errors import KeyReused
from propexo_client.journal import Entry, Journal, Sendable
from propexo_client.journal.lines import data_in, data_of, event_of, line_of

VERSION_1 = Path(__file__).with_name("version-1.journal")


@pytest.fixture
def old(tmp_path: Path) -> Journal:
    """Adopt a copy of a journal that has a key in every state, named after it."""
    copy = Path(shutil.copy(VERSION_1, tmp_path / "old.journal"))
    copy.chmod(0o600)
    Journal.adopt(copy, used=[], because="a test")
    return Journal(copy)


def test_every_state_is_read_as_it_was_written(old: Journal) -> None:
    assert states(old) == {
        name: name
        for name in (
            "double",
            "posted",
            "accepted",
            "failed",
            "released",
            "refused",
            "unknown",
            "sending",
            "not_posted",
        )
    }
    assert (old.header.version, old.header.ephemeral) == (1, True)
    assert (old.id, old.header.settings) == (f"jrn_{'0' * 24}", {"mark": "end"})
    assert old.header.environments == ("https://api.sandbox.propexo.com",)


def test_all_that_is_known_of_a_key_is_read(old: Journal) -> None:
    failed = old.get("failed")
    assert failed is not None
    claim, _, end = failed.history
    assert (claim.fields, claim.operation) == (FIELDS, OPERATION)
    assert (claim.at, claim.deadline, claim.who) == (START + 0.5, START + 60.5, "ada@host:1")
    assert (end.job_id, end.detail) == ("J-failed", {"reason": "closed", "write_status": "FAILURE"})
    assert (failed.reason, end.by_a_person, end.attempt, end.seq) == ("closed", False, 1, 3)
    double, freed = old.history("double")[-1], old.history("not_posted")[-1]
    assert (double.record_id, double.detail["other_record"]) == ("R1", "R2")
    assert (freed.by_a_person, freed.detail) == (True, {"because": "not there, Ada"})


def test_an_old_key_binds_its_content_and_a_free_one_may_be_sent(old: Journal) -> None:
    for name in ("posted", "accepted", "failed", "unknown", "double"):
        assert isinstance(old.look(name, OPERATION, FIELDS), Entry)
        with pytest.raises(KeyReused):
            old.look(name, OPERATION, {**FIELDS, "amount_in_cents": 1})
    for name in ("released", "refused", "not_posted"):
        assert isinstance(old.look(name, OPERATION, FIELDS), Sendable)
    assert isinstance(old.look_for_retry("J-failed"), Sendable)


def test_an_event_is_written_as_version_1_wrote_it() -> None:
    lines = VERSION_1.read_bytes().splitlines(keepends=True)
    for line in lines[2:]:
        data = data_in(line[:-1])
        assert data is not None
        assert line_of(data_of(event_of(data))) == line
    assert len(lines) == 23
