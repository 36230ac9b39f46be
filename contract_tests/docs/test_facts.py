"""The settings that pages show are valid, and the counts they give are right."""

import re
from pathlib import Path
from pkgutil import resolve_name

import pytest

import propexo_client
from contract_tests.docs.pages import Block, blocks
from contract_tests.scoreboard import layers, mechanical
from contract_tests.scoreboard.catalogue import MUTATIONS
from propexo_client import errors, testing, types
from propexo_client._engine import exchange, outcomes
from propexo_client.testing import Fault
from scripts.document import operations, read_yaml
from scripts.drift.judge import acceptance
from scripts.support.files import ROOT


def text(page: str) -> str:
    return " ".join((ROOT / page).read_text(encoding="utf-8").split())


README = text("README.md")


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_an_acceptance_that_is_shown_can_be_loaded(block: Block, tmp_path: Path) -> None:
    place = tmp_path / "accepted-drift.toml"
    place.write_text(block.text, encoding="utf-8")
    assert acceptance.load(place)


def test_the_readme_counts_the_operations_rightly() -> None:
    assert "the twenty-six operations" in README
    assert len(operations.load().operations) == 26


def test_the_readme_counts_the_changes_of_the_scoreboard_rightly() -> None:
    """If this fails, run `make scoreboard FULL=1` and take the figures it prints."""
    kinds = [mutation.kind for mutation in MUTATIONS]
    assert f"in {len(kinds)} chosen ways" in README
    assert f"all {kinds.count('harmful')} harmful changes" in README
    assert f"none of the {kinds.count('harmless')} harmless ones" in README
    assert f"all {kinds.count('grey')} in between" in README
    every = sum(1 for _ in mechanical.changes(layers.pin()))
    assert re.search(rf"\b{every:,} mechanical changes", README)


def test_outcomes_lists_the_statuses_that_mean_refused() -> None:
    known, by_the_vendor = (
        ", ".join(map(str, sorted(statuses)))
        for statuses in (outcomes.REJECTED, outcomes.REJECTED_BY_THE_VENDOR)
    )
    row = f"| {known}; and {by_the_vendor} **with the vendor's error body** | `Rejected`"
    assert row in text("docs/outcomes.md")


def test_every_error_that_no_engine_should_retry_is_named_for_those_that_compare_names() -> None:
    kinds = (
        errors.OutcomeUnknown,
        errors.KeyReused,
        errors.Rejected,
        errors.WriteFailed,
        errors.WritePartiallyFailed,
        errors.AlreadyPosted,
        errors.InvalidArgument,
    )
    final = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, kinds) and not name.startswith("_")
    }
    page = text("docs/job-queues.md")
    listed = page.partition("non-retryable errors ")[2].partition(". Temporal compares")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == final


def test_tries_and_faults_are_counted_rightly() -> None:
    assert exchange.RETRIES == 2
    assert "even after two more tries" in README
    assert len(Fault) == 19
    assert "lists nineteen ways" in text("docs/how-to.md")


def test_the_reference_shows_every_public_name() -> None:
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    shown = [resolve_name(name) for name in re.findall(r"^::: (\S+)$", page, re.M)]
    shown += vars(types).values()
    for package in (propexo_client, testing):
        for name in package.__all__:
            assert name.startswith("_") or getattr(package, name) in shown, name


def test_every_block_is_in_a_language_that_some_test_takes_care_of() -> None:
    cared_for = ("python", "console", "toml", "yaml")
    assert [str(block) for block in blocks() if block.language not in cared_for] == []


def test_the_workflow_steps_that_are_shown_name_what_the_action_takes() -> None:
    action = ROOT / ".github" / "actions" / "drift" / "action.yml"
    takes = read_yaml.load(action.read_text(encoding="utf-8"))["inputs"]
    shown = [step for block in blocks("yaml") for step in read_yaml.load(block.text)]
    action_path = "propexo-client/.github/actions/drift@"
    ours = [step for step in shown if action_path in step.get("uses", "")]
    assert ours
    for step in ours:
        assert step["with"].keys() <= takes.keys()
        assert {name for name, given in takes.items() if given.get("required")} <= set(step["with"])
