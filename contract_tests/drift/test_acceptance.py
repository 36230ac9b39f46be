"""Findings that someone has accepted until a date."""

from datetime import timedelta
from pathlib import Path

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.command import ONE, TODAY, Run, accept, changed
from scripts.document.operations import from_endpoints
from scripts.drift import compare
from scripts.drift.judge import acceptance


def fingerprint_of(candidate: tiny.Json) -> str:
    return (
        compare(tiny.document(), candidate, from_endpoints([tiny.ENDPOINT])).findings[0].fingerprint
    )


def test_an_accepted_finding_no_longer_fails(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    candidate = changed(requestBody={})
    assert run(*accept(tmp_path, fingerprint_of(candidate), TODAY), candidate=candidate) == 0
    assert "looked at" in capsys.readouterr().out


def test_acceptance_does_not_cover_another_value(run: Run, tmp_path: Path) -> None:
    fingerprint = fingerprint_of(changed(requestBody={}))
    other = tiny.document()
    other["components"]["securitySchemes"]["bearerAuth"]["scheme"] = "basic"
    assert run(*accept(tmp_path, fingerprint, TODAY), candidate=other) == 1


def test_an_expired_acceptance_is_reported_and_counts_no_more(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    candidate = changed(requestBody={})
    arguments = accept(tmp_path, fingerprint_of(candidate), TODAY - timedelta(days=1))
    assert run(*arguments, candidate=candidate) == 1
    assert "was accepted until" in capsys.readouterr().out


def test_an_acceptance_that_matches_nothing_is_reported(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*accept(tmp_path, "0123456789ab", TODAY)) == 0
    assert "0123456789ab (looked at) is accepted but matches nothing" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "[[accepted]]\nfingerprint = 'a'\n",
        "[[accepted]]\nfingerprint = 'a'\nreason = ' '\nexpires = 2030-01-01\n",
        "[[accepted]]\nfingerprint = 'a'\nreason = 'b'\nexpires = '2030-01-01'\n",
        "[[accepted]]\nfingerprint = 'a'\nreason = 'b'\nexpires = 2030-01-01\n" * 2,
        "[[accepted]]\nfingerprint = 3\nreason = 'b'\nexpires = 2030-01-01\n",
        "accepted = 3\n",
        "ignored = true\n",
        "[[accepted",
    ],
)
def test_a_wrong_acceptance_file_exits_with_2(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "accepted.toml").write_text(text)
    assert run(*ONE, "--accepted", "accepted.toml") == 2


def test_an_acceptance_file_that_is_no_text_exits_with_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "accepted.toml").write_bytes(b"# \xff\n")
    assert run(*ONE, "--accepted", "accepted.toml") == 2


def test_a_wrong_entry_is_named_by_its_number(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = "[[accepted]]\nfingerprint = 'a'\nreason = 'b'\nexpires = 2030-01-01\n"
    (tmp_path / "accepted.toml").write_text(f"{right}[[accepted]]\nfingerprint = 'c'\n")
    assert run(*ONE, "--accepted", "accepted.toml") == 2
    assert "accepted.toml: entry 2" in capsys.readouterr().err


def test_the_acceptance_file_of_the_project_is_readable() -> None:
    acceptance.load(acceptance.DEFAULT_PATH)
