"""A vendored copy is judged like the pin it was made from, whatever the vendor publishes."""

import copy
import functools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_tests import upstream
from contract_tests.scoreboard import layers, mechanical
from contract_tests.scoreboard.catalogue import MUTATIONS, Mutation
from scripts.document import operations, published, slices
from scripts.document.contract import make_contract, with_usage
from scripts.document.operations import Operations
from scripts.document.usage import operations_in
from scripts.drift import Report, compare
from scripts.support.files import ROOT

Json = dict[str, Any]
Sides = tuple[tuple[Json, Operations], tuple[Json, Operations]]
CONTRACT = ROOT / "generated_client" / "propexo_client" / "_generated" / "contract.json"


@functools.cache
def shipped() -> Json:
    found: Json = json.loads(CONTRACT.read_bytes())
    return found


@functools.cache
def wanted() -> tuple[Operations, Operations]:
    """What the client does, as the pin's run and as the copy's run know it."""
    carried = operations_in(shipped())
    assert carried
    return with_usage(layers.pin(), operations.load()), published.recall(carried, CONTRACT)


def judged(report: Report) -> tuple[str, list[Any]]:
    findings = [
        (f.rule, sorted(f.fields), sorted(f.operations), f.client_severity, f.fingerprint)
        for f in report.findings
    ]
    return str(report.verdict), sorted(findings)


@functools.cache
def sides() -> Sides:
    """Return pin and copy, each with what it knows of the operations."""
    by_pin, by_copy = wanted()
    return (layers.pin(), by_pin), (shipped(), by_copy)


@functools.cache
def catalogued() -> Sides:
    """Return as much of both as the catalogue can change, which is much quicker to compare."""
    endpoints = {(o.path, o.method) for o in layers.CATALOGUED}
    by_pin, by_copy = (
        replace(
            listed,
            operations=tuple(o for o in listed.operations if (o.path, o.method) in endpoints),
        )
        for listed in wanted()
    )
    return (layers.catalogued_pin(), by_pin), (slices.keep(shipped(), endpoints), by_copy)


def both(candidate: Json, sides: Sides) -> tuple[tuple[str, list[Any]], tuple[str, list[Any]]]:
    by_pin, by_copy = (judged(compare(base, candidate, listed)) for base, listed in sides)
    return by_pin, by_copy


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.id)
def test_a_copy_finds_what_the_pin_finds(mutation: Mutation) -> None:
    candidate = copy.deepcopy(layers.catalogued_pin())
    mutation.apply(candidate)
    by_pin, by_copy = both(candidate, catalogued())
    assert by_copy == by_pin


@pytest.mark.parametrize("every", [601, pytest.param(97, marks=pytest.mark.slow)])
def test_a_copy_finds_what_the_pin_finds_in_mechanical_changes(every: int) -> None:
    changes = list(mechanical.changes(layers.pin()))[::every]
    assert len(changes) > 12
    for change in changes:
        by_pin, by_copy = both(change.apply(layers.pin()), sides())
        assert by_copy == by_pin, change.id


def test_a_fresh_copy_is_untouched_by_its_own_pin() -> None:
    assert both(layers.pin(), sides()) == (("untouched", []), ("untouched", []))


def test_a_copy_knows_all_that_the_pins_run_knows() -> None:
    by_pin, by_copy = wanted()
    assert by_copy.sources == by_pin.sources != ()
    assert by_copy.client == by_pin.client
    known = {o.endpoint: (o.name, o.sends, o.reads, o.public) for o in by_pin.operations}
    assert {o.endpoint: (o.name, o.sends, o.reads, o.public) for o in by_copy.operations} == known


def test_a_body_that_becomes_required_is_no_news_to_a_copy_alone() -> None:
    candidate = copy.deepcopy(layers.pin())
    post = candidate["paths"]["/v1/resident-credits/rentvine/"]["post"]
    post["requestBody"]["required"] = True
    by_pin, by_copy = both(candidate, sides())
    assert by_pin == by_copy
    assert [finding[0] for finding in by_pin[1]] == ["body-became-required"]


def test_a_copy_without_a_record_is_compared_all_the_same(tmp_path: Path) -> None:
    carried = operations_in(shipped())
    assert carried
    for text in (None, '{"published": [1]}'):
        if text is not None:
            (tmp_path / "PROVENANCE.json").write_text(text)
        recalled = published.recall(carried, tmp_path / "contract.json")
        assert str(compare(shipped(), layers.pin(), recalled).verdict) == "compatible"


@upstream.needs_upstream
@pytest.mark.slow
@pytest.mark.parametrize("version", upstream.versions()[-6:])
def test_a_copy_finds_what_the_pin_finds_in_the_vendors_documents(
    version: str, tmp_path: Path
) -> None:
    """Both are made from the newest document, and compared with older ones."""
    newest, older = upstream.content(), upstream.content(version)
    listed = operations.load()
    listed = Operations(
        tuple(o for o in listed.operations if slices.find(newest, o)), client=listed.client
    )
    pin = slices.cut(newest, listed.operations, "newest")
    contract = make_contract(pin, listed)
    carried = operations_in(contract)
    assert carried
    (tmp_path / "PROVENANCE.json").write_text(
        json.dumps({"published": published.record(pin, listed)})
    )
    carried = published.recall(carried, tmp_path / "contract.json")
    by_pin = compare(pin, older, with_usage(pin, listed))
    assert judged(compare(contract, older, carried)) == judged(by_pin)
