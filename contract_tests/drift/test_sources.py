"""The vendor's sources, of which each operation is taken from the first that has it."""

import json
from pathlib import Path

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.command import MAKE
from contract_tests.loopback import Response, serving
from scripts.drift.__main__ import main


@pytest.mark.usefixtures("run")
def test_the_vendors_sources_are_read_until_every_operation_is_found(tmp_path: Path) -> None:
    whole = json.dumps(tiny.document()).encode()
    part = json.dumps(tiny.document(paths={})).encode()
    with serving({"/part": Response(part), "/whole": Response(whole)}) as url:
        sources = "".join(
            f'[[sources]]\nurls = ["{url}/{name}"]\n' for name in ("absent", "part", "whole")
        )
        (tmp_path / "ops.toml").write_text(sources + MAKE)
        (tmp_path / "base.json").write_text(json.dumps(tiny.document()))
        assert main(["--base", "base.json", "--operations", "ops.toml"]) == 0
        (tmp_path / "ops.toml").write_text(sources.replace("whole", "gone") + MAKE)
        assert main(["--base", "base.json", "--operations", "ops.toml"]) == 1


@pytest.mark.usefixtures("run")
def test_operations_of_several_sources_are_compared_together(tmp_path: Path) -> None:
    other = tiny.document(paths={"/others": {"get": {"responses": {}}}}, components={})
    with serving(
        {
            "/a": Response(json.dumps(tiny.document()).encode()),
            "/b": Response(json.dumps(other).encode()),
        }
    ) as url:
        operations = MAKE + '[operations.others]\nendpoint = "GET /others"\n'
        (tmp_path / "ops.toml").write_text(
            f'[[sources]]\nurls = ["{url}/a"]\n[[sources]]\nurls = ["{url}/b"]\n' + operations
        )
        both = tiny.document()
        both["paths"] |= other["paths"]
        (tmp_path / "base.json").write_text(json.dumps(both))
        assert main(["--base", "base.json", "--operations", "ops.toml"]) == 0


@pytest.mark.usefixtures("run")
def test_a_source_that_the_pin_was_downloaded_from_is_not_passed_over_while_it_is_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next source may be older, and its differences no drift."""
    with serving({"/older": Response(json.dumps(tiny.document(paths={})).encode())}) as url:
        listed = f'[[sources]]\nurls = ["{url}/down"]\n[[sources]]\nurls = ["{url}/older"]\n'
        (tmp_path / "ops.toml").write_text(listed + MAKE)
        (tmp_path / "base.json").write_text(json.dumps(tiny.document()))
        assert main(["--base", "base.json", "--operations", "ops.toml"]) == 1
        entry = {"origin": "downloaded", "document": f"{url}/down"}
        record = {"operations": {"POST /things/": entry}}
        (tmp_path / "pin.json").write_text(json.dumps(record))
        assert main(["--base", "base.json", "--operations", "ops.toml"]) == 4
    assert "/down: responded with 404" in capsys.readouterr().err


@pytest.mark.usefixtures("run")
def test_the_same_reason_at_many_addresses_is_given_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving({}) as url:
        listed = f'[[sources]]\nurls = ["{url}/a", "{url}/b"]\n[[sources]]\nurls = ["{url}/c"]\n'
        (tmp_path / "ops.toml").write_text(listed + MAKE)
        (tmp_path / "base.json").write_text(json.dumps(tiny.document()))
        assert main(["--base", "base.json", "--operations", "ops.toml"]) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert "/a: responded with 404" in line
    assert line.endswith("(and at 2 more)")
