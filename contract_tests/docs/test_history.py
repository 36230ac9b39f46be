"""The picture of the vendor's history: drawn from the facts, and the facts from the documents."""

from collections import Counter
from dataclasses import replace

import pytest

from contract_tests import upstream
from scripts import history
from scripts.support.files import ROOT
from scripts.support.progress import SILENT

PAGE = " ".join((ROOT / "docs" / "history.md").read_text(encoding="utf-8").split())
VERSIONS = history.load()


def test_the_picture_is_what_the_facts_give() -> None:
    """If this fails, run `python -m scripts.history`."""
    assert history.PICTURE.read_text(encoding="utf-8") == history.picture(VERSIONS)


def test_the_page_lists_every_version_that_would_have_broken_the_client() -> None:
    breaking = [version for version in VERSIONS if version.verdict == "breaking"]
    for version in breaking:
        row = f"{version.commit}), {version.date} |"
        assert row in PAGE
        assert f"| {version.hit} of {version.operations} |" in PAGE[PAGE.index(row) :][:200]
    assert PAGE.count("/commit/") == len(breaking)


def test_the_page_counts_the_changes_rightly() -> None:
    verdicts = Counter(version.verdict for version in VERSIONS if version.verdict)
    assert (verdicts["breaking"], verdicts.total(), verdicts["warning"]) == (6, 48, 19)
    assert "Six of forty-eight changes" in PAGE
    assert "nineteen were worth a warning" in PAGE
    assert "49 of some five hundred versions" in PAGE
    assert len(VERSIONS) == 49


def test_versions_are_in_the_order_in_which_they_were_published() -> None:
    assert [version.day for version in VERSIONS] == sorted(version.day for version in VERSIONS)


def test_what_is_drawn_cannot_break_out_of_the_picture() -> None:
    first, *others = VERSIONS
    marked = [replace(version, caption=("</svg><script>",)) for version in others]
    drawn = history.picture([first, *marked])
    assert "<script" not in drawn
    assert drawn.count("</svg>") == 1


@upstream.needs_upstream
@pytest.mark.slow
def test_the_facts_are_what_the_comparison_finds() -> None:
    assert tuple(history.compared(VERSIONS, upstream.FOLDER, SILENT)) == VERSIONS
