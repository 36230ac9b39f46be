"""Reading a document: YAML 1.2 or JSON, within bounds."""

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from contract_tests import upstream
from contract_tests.loopback import Response, serving
from scripts.document import reader
from scripts.support.errors import Malformed, TooLarge, Unreachable


def test_yaml_is_read_as_version_1_2_so_that_ontario_is_not_true() -> None:
    content = reader.parse(
        b"openapi: 3.1.0\npaths: {}\nprovinces: [ON, NO, yes]\ndate: 2024-01-31\n", "x"
    )
    assert content["provinces"] == ["ON", "NO", "yes"]
    assert content["date"] == "2024-01-31"


def test_an_oversized_document_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "huge"
    file.write_bytes(b"x" * 300_000)
    with serving({"/huge": Response(file.read_bytes())}) as url:
        for source in (f"{url}/huge", str(file)):
            with pytest.raises(TooLarge, match="limit"):
                reader.read(source, max_bytes=100_000)


@upstream.needs_upstream
@pytest.mark.slow
def test_the_fast_reader_of_yaml_agrees_with_a_slow_one() -> None:
    oldest = upstream.versions()[0]
    slow = YAML(typ="safe").load(upstream.raw(oldest).decode())
    assert upstream.content(oldest) == json.loads(json.dumps(slow))


HEAD = "openapi: 3.1.0\npaths: {}\n"


def read(text: str) -> Any:
    return reader.parse((HEAD + text).encode(), "x")["a"]


@pytest.mark.parametrize("anchor", ["", "unused: &unused 1\n"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: -9223372036854776000", -9223372036854776000),
        ("a: 99999999999999999999 # many", 99999999999999999999),
        ("a: [99999999999999999999, {b: -99999999999999999999}]", [10**20 - 1, {"b": 1 - 10**20}]),
        ("a: '99999999999999999999'\nb: 99999999999999999999", "99999999999999999999"),
        ("a: |\n  b: 99999999999999999999\nb: 99999999999999999999", "b: 99999999999999999999\n"),
    ],
)  # fmt: skip
def test_integers_of_any_length_are_read_as_they_are(text: str, value: Any, anchor: str) -> None:
    assert read(anchor + text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("b: &b {c: 1, d: 2}\na:\n  <<: *b\n  d: 3", {"c": 1, "d": 3}),
        ("b: &b {c: 1}\ne: &e {c: 2, f: 3}\na: {<<: [*b, *e], d: 4}", {"c": 1, "f": 3, "d": 4}),
        ("b: &b {c: 1}\ne: &e {<<: *b, f: 3}\na: {g: [{<<: *e}]}", {"g": [{"c": 1, "f": 3}]}),
        ("a: {'<<': {c: 1}}", {"<<": {"c": 1}}),
        ("a: {<<: text}", {"<<": "text"}),
    ],
)
def test_merge_keys_are_merged(text: str, value: Any) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("? [a, b]\n: 1", "a key is a list or a mapping"),
        ("b: &b 1\n? [a, b]\n: 1", "a key is a list or a mapping"),
        ("a: .inf", "the number Infinity"),
        ("b: &b 1\na: .nan", "the number NaN"),
        ("a: 1\na: 2", 'duplicate entry with key "a"'),
        ('{"openapi": "3.1.0", "paths": {}, "a": 1, "a": 2}', "the key 'a' stands twice"),
        ('{"openapi": "3.1.0", "paths": {}, "a": NaN}', "the number NaN"),
        ('{"openapi": "3.1.0", "paths": {}, "a": -1e999}', "the number -1e999"),
    ],
)
def test_what_has_no_meaning_as_json_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(Malformed, match=message) as refused:
        reader.parse((text if text.startswith("{") else HEAD + text).encode(), "x")
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("source", ["ftp://example.com/openapi.json", "file:///openapi.json"])
def test_an_address_that_cannot_be_downloaded_is_refused_with_the_remedy(source: str) -> None:
    with pytest.raises(Unreachable, match=f"{source}: .*save it yourself"):
        reader.read(source)
