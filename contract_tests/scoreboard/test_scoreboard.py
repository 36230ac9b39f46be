"""The scoreboard, as far as the suite has time for it; `make scoreboard` runs all of it."""

from collections import Counter

import pytest

from contract_tests.scoreboard import board, layers, mechanical, oracle
from contract_tests.scoreboard.board import Row
from contract_tests.scoreboard.catalogue import MUTATIONS
from scripts.drift import Severity

QUICK = ("drift", "requests", "promises")
EVERY = 181


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return board.catalogue(QUICK)


def test_the_catalogue_is_whole() -> None:
    assert Counter(mutation.kind for mutation in MUTATIONS) == {
        "harmful": 48,
        "grey": 7,
        "harmless": 18,
    }
    assert len({mutation.id for mutation in MUTATIONS}) == len(MUTATIONS)


def test_every_change_gets_the_severity_it_is_owed(rows: list[Row]) -> None:
    assert {row.mutation.id: str(row.verdict) for row in rows} == {
        mutation.id: mutation.expected for mutation in MUTATIONS
    }


def test_every_harmful_change_is_noticed(rows: list[Row]) -> None:
    assert [
        row.mutation.id for row in rows if row.mutation.kind == "harmful" and not row.noticed
    ] == []


def test_no_layer_raises_an_alarm_over_a_harmless_change(rows: list[Row]) -> None:
    assert {row.mutation.id: row.noticed for row in rows if not row.is_quiet} == {}


def test_what_is_sent_and_promised_notices_most_of_it_without_drift(rows: list[Row]) -> None:
    """Drift may be the only layer to see a change in what no sample reaches, and in deprecation."""
    alone = {row.mutation.id for row in rows if row.noticed == ("drift",)}
    assert alone == {"M26", "M29", "M31", "M38", "M42", "M43", "M44", "G06", "G07"}


@pytest.mark.parametrize("layer", layers.LAYERS)
def test_no_layer_complains_about_the_pin_itself(layer: str) -> None:
    assert layers.LAYERS[layer](layers.Changed(layers.pin(), layers.pin())) == []


@pytest.mark.slow  # make scoreboard judges many more
def test_a_sample_of_the_mechanical_changes_misses_nothing() -> None:
    document = layers.pin()
    used = oracle.directions(document)
    changes = list(mechanical.changes(document))
    assert len(changes) > 40 * EVERY
    missed = [
        judged.change.id
        for judged in board.judge(changes[::EVERY], document, used)
        if judged.missed
    ]
    assert missed == []


def test_the_oracle_tells_harm_from_harmlessness() -> None:
    document = layers.pin()
    changes = {change.id: change for change in mechanical.changes(document)}
    used = oracle.directions(document)
    request = "_v1_resident-credits_rentvine__post_input"
    for name, harmful in (
        (f"{request}/lease_id: renamed", True),
        (f"{request}/{mechanical.ADDED}: required property added", True),
        (f"{request}/{mechanical.ADDED}: optional property added", False),
        (f"{request}/lease_id: text changed", False),
        ("ResidentCharge/id: may be null", True),
        ("ResidentCharge/name: never null", False),
    ):
        change = changes[name]
        assert oracle.is_harmful(change, document, used[str(change.holder[2])]) is harmful, name


def test_a_mechanical_text_change_is_cosmetic() -> None:
    document = layers.pin()
    texts = [c for c in mechanical.changes(document) if c.id.endswith("text changed")][::83]
    assert len(texts) > 5
    for change in texts:
        report = layers.Changed(change.apply(document), document).report
        assert report.contract_verdict is Severity.COSMETIC, change.id
