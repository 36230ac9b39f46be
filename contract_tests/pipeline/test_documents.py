"""Reading a document: YAML 1.2 or JSON, within bounds."""

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from contract_tests import upstream
from contract_tests.loopback import Answer, serving
from scripts.document import reader
from scripts.support.errors import TooLarge, Unreachable


def test_yaml_is_read_as_version_1_2_so_that_ontario_is_not_true() -> None:
    content = reader.parse(
        b"openapi: 3.1.0\npaths: {}\nprovinces: [ON, NO, yes]\ndate: 2024-01-31\n", "x"
    )
    assert content["provinces"] == ["ON", "NO", "yes"]
    assert content["date"] == "2024-01-31"


def test_an_oversized_document_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "huge"
    file.write_bytes(b"x" * 300_000)
    with serving({"/huge": Answer(file.read_bytes())}) as url:
        for source in (f"{url}/huge", str(file)):
            with pytest.raises(TooLarge, match="limit"):
                reader.read(source, max_bytes=100_000)


@upstream.needs_upstream
@pytest.mark.slow
def test_the_fast_reader_of_yaml_agrees_with_a_slow_one() -> None:
    oldest = upstream.versions()[0]
    slow = YAML(typ="safe").load(upstream.raw(oldest).decode())
    assert upstream.content(oldest) == json.loads(json.dumps(slow))


@pytest.mark.parametrize("source", ["ftp://example.com/openapi.json", "file:///openapi.json"])
def test_an_address_that_cannot_be_downloaded_is_refused_with_the_remedy(source: str) -> None:
    with pytest.raises(Unreachable, match=f"{source}: .*save it yourself"):
        reader.read(source)
