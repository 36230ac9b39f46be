"""The settings that pages show are valid, and the counts they give are right."""

import re
from pathlib import Path

import pytest

from contract_tests.docs.pages import Block, blocks
from contract_tests.scoreboard import layers, mechanical
from contract_tests.scoreboard.catalogue import MUTATIONS
from scripts import operations
from scripts.drift import acceptance
from scripts.files import ROOT

README = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_an_acceptance_that_is_shown_can_be_loaded(block: Block, tmp_path: Path) -> None:
    place = tmp_path / "accepted-drift.toml"
    place.write_text(block.text, encoding="utf-8")
    assert acceptance.load(place)


def test_the_readme_counts_the_operations_rightly() -> None:
    assert "the fourteen operations" in README
    assert len(operations.load().operations) == 14


def test_the_readme_counts_the_changes_of_the_scoreboard_rightly() -> None:
    """If this fails, run `make scoreboard` and take the figures it prints."""
    kinds = [mutation.kind for mutation in MUTATIONS]
    assert f"in {len(kinds)} chosen ways" in README
    assert f"all {kinds.count('harmful')} harmful changes" in README
    assert f"none of the {kinds.count('harmless')} harmless ones" in README
    assert f"all {kinds.count('grey')} in between" in README
    every = sum(1 for _ in mechanical.changes(layers.pin()))
    assert re.search(rf"\b{every:,} mechanical changes", README)


def test_every_block_is_in_a_language_that_some_test_takes_care_of() -> None:
    known = ("python", "console", "toml", "yaml", "")
    assert [str(block) for block in blocks() if block.language not in known] == []
