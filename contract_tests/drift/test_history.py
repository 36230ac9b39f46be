"""The vendor's real documents: every labelled pair gets its verdict, and no pair crashes."""

import functools
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from contract_tests import upstream
from scripts.document.operations import Client, Operation, Operations, parse_endpoint
from scripts.drift import Report, Severity, compare
from scripts.drift.compare.openapi import Document

pytestmark = [upstream.needs_upstream, pytest.mark.slow]

Usage = tuple[tuple[str, ...], tuple[str, ...]]
# A client that posts credits, follows them to their end, and reads charges back.
USAGE: dict[str, Usage] = {
    "POST /v1/resident-credits": (("body.integration_id", "body.amount_in_cents"), ("200.job_id",)),
    "GET /v1/admin/write-status/{}": (("path.root_job_id",), ("200.write_status", "200.errors[]")),
    "GET /v1/resident-charges": (
        ("query.lease_id?",),
        ("200.results[].id", "200.results[].amount_in_cents"),
    ),
    "POST /v1/recurring-resident-charges": (
        ("body.frequency_normalized=MONTHLY",),
        ("200.job_id",),
    ),
}
# Swapped, an addition is a removal and a widening a narrowing.
SWAPPED = {
    "9431e4a": "compatible", "68235ac": "breaking", "d10ba5f": "breaking", "c2e8f9a": "breaking",
    "298710b": "breaking", "c74b044": "breaking", "1c612ce": "breaking", "b8bf430": "breaking",
    "0f6a43d": "compatible", "65bfbb7": "breaking", "0179d4e": "breaking", "b3d1474": "breaking",
    "7712a16": "breaking", "f724a52": "breaking", "146392e": "breaking", "31d6bfe": "breaking",
    "0e5a211": "breaking",
}  # fmt: skip


@functools.cache
def labels() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((upstream.FOLDER / "pairs.json").read_bytes())
    return found


def labelled() -> list[Any]:
    if not upstream.FOLDER.is_dir():
        return []
    return [
        pytest.param(pair, id=f"{pair['base'][:10]}-{pair['head'][11:18]}")
        for pair in labels()["pairs"]
    ]


def wanted(*documents: dict[str, Any]) -> Operations:
    indexes = [Document(content, "") for content in documents]
    operations = [
        Operation(*parse_endpoint(endpoint, "pairs")) for endpoint in labels()["operations"]
    ]
    return Operations(tuple(o for o in operations if any(index.find(o) for index in indexes)))


def drift(base: str, candidate: str) -> Report:
    old, new = upstream.content(base), upstream.content(candidate)
    return compare(old, new, wanted(old, new))


@pytest.mark.parametrize("pair", labelled())
def test_a_real_pair_gets_its_verdict(pair: dict[str, Any]) -> None:
    report = drift(pair["base"], pair["head"])
    assert str(report.verdict) == pair["expected"]
    assert report.contract_verdict is report.client_verdict


@pytest.mark.parametrize("pair", labelled())
def test_only_the_operations_that_changed_are_named(pair: dict[str, Any]) -> None:
    report = drift(pair["base"], pair["head"])
    shape = [f for f in report.findings if f.contract_severity > Severity.COSMETIC]
    assert {endpoint for finding in shape for endpoint in finding.operations} == set(
        pair["pinned_operations_changed"]
    )


@pytest.mark.parametrize("pair", labelled())
def test_a_swapped_pair_gets_the_verdict_of_its_direction(pair: dict[str, Any]) -> None:
    report = drift(pair["head"], pair["base"])
    expected = SWAPPED.get(pair["head"][11:18], pair["expected"])
    if pair["base"].startswith("2024-09-05") and pair["expected"] == "warning":
        expected = "breaking"
    assert str(report.verdict) == expected


@pytest.mark.parametrize(
    "pair", [p for p in labelled() if "expected_if_usage_known" in p.values[0]]
)
def test_usage_lowers_a_real_pair_and_drops_nothing(pair: dict[str, Any]) -> None:
    old, new = upstream.content(pair["base"]), upstream.content(pair["head"])
    everything = wanted(old, new)
    used = replace(
        everything,
        operations=tuple(_used(operation) for operation in everything.operations),
        client=Client(open_enums=True, keeps_extras=True),
    )
    report = compare(old, new, used)
    assert str(report.client_verdict) == pair["expected_if_usage_known"]
    assert str(report.contract_verdict) == pair["expected"]
    assert len(report.findings) == len(compare(old, new, everything).findings)


def _used(operation: Operation) -> Operation:
    sends, reads = USAGE.get(operation.endpoint, ((), ()))
    return replace(operation, sends=sends, reads=reads)


def test_no_consecutive_pair_crashes_in_either_direction() -> None:
    for older, newer in pairwise(upstream.versions()):
        for base, candidate in ((older, newer), (newer, older)):
            verdict = drift(base, candidate).verdict
            assert verdict in Severity


def test_a_version_against_itself_is_untouched() -> None:
    for version in upstream.versions()[::8]:
        assert drift(version, version).verdict is Severity.UNTOUCHED


def test_one_field_changed_in_many_places_is_one_finding() -> None:
    report = drift("2024-09-03-c719f62.yml.xz", "2024-09-04-c2e8f9a.yml.xz")
    flips = [finding for finding in report.findings if finding.rule == "type-changed"]
    assert [len(finding.operations) for finding in flips] == [6]
    assert all("amount_in_cents" in field for field in flips[0].fields)
