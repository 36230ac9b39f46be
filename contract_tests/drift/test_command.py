"""The command line: exit codes, defaults, and documents that cannot be had."""

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.command import ONE, TODAY, Run, accept, changed
from contract_tests.loopback import Response, serving
from contract_tests.scoreboard import catalogue as mutations
from scripts.document.operations import from_endpoints
from scripts.drift import Report, compare
from scripts.drift.__main__ import main
from scripts.drift.reports import FORMATS
from scripts.support.files import ROOT

WARNING = {"deprecated": True}
WHOLE = tiny.WHOLE
PARENT = tiny.closed("a", required=("a",))


def test_equal_documents_exit_with_0(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*ONE) == 0
    assert "untouched" in capsys.readouterr().out


def test_a_breaking_change_exits_with_1(run: Run) -> None:
    assert run(*ONE, candidate=changed(requestBody={})) == 1


def test_a_lost_operation_exits_with_1(run: Run) -> None:
    assert run(*ONE, candidate=tiny.document(paths={})) == 1


def test_a_warning_exits_with_3_only_if_asked(run: Run) -> None:
    assert run(*ONE, candidate=changed(**WARNING)) == 0
    assert run(*ONE, "--fail-on", "warning", candidate=changed(**WARNING)) == 3


def test_a_strict_run_follows_the_contract(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ops.toml").write_text(
        '[operations.make]\nendpoint = "POST /things/"\nsends = []\nreads = []\n'
    )
    candidate = tiny.document(response={"type": "integer"})
    assert run("--operations", "ops.toml", candidate=candidate) == 0
    assert run("--operations", "ops.toml", "--strict", candidate=candidate) == 1


@pytest.mark.parametrize(
    "content", ["", "<html>", '{"swagger": "2.0"}', '{"openapi": "3.1.0", "pa', "[1]", "\t: {"]
)
def test_a_candidate_that_is_not_openapi_exits_with_4(
    run: Run, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*ONE, candidate=content or " ") == 4
    said = capsys.readouterr().err.strip()
    assert said.startswith("drift: candidate.json")
    assert len(said.splitlines()) == 1


def test_a_candidate_that_is_not_there_exits_with_4(run: Run) -> None:
    assert run(*ONE, "--against", "absent.json") == 4


def test_a_url_that_responds_with_404_exits_with_4(run: Run) -> None:
    with serving({}) as url:
        assert run(*ONE, "--against", f"{url}/openapi.json") == 4


def test_a_candidate_is_read_from_a_url(run: Run) -> None:
    with serving({"/openapi.json": Response(json.dumps(changed(requestBody={})).encode())}) as url:
        assert run(*ONE, "--against", f"{url}/openapi.json") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--operation", "GET /nowhere"),
        ("--operation", "nonsense"),
        ("--operations", "absent.toml"),
        (*ONE, "--accepted", "absent.toml"),
        (*ONE, "--report", "markdown=absent/../base.json/report.md"),
    ],
)
def test_a_wrong_argument_exits_with_2(
    run: Run, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_an_empty_list_of_operations_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ops.toml").write_text("")
    assert run("--operations", "ops.toml") == 2


def test_the_pin_is_the_default_base_and_its_operations_the_default_slice(tmp_path: Path) -> None:
    candidate = json.loads((ROOT / "openapi" / "propexo.json").read_bytes())
    (tmp_path / "same.json").write_text(json.dumps(candidate))
    assert main(["--against", str(tmp_path / "same.json")]) == 0
    mutation = next(m for m in mutations.MUTATIONS if m.id == "M27")
    mutation.apply(candidate)
    (tmp_path / "other.json").write_text(json.dumps(candidate))
    assert main(["--against", str(tmp_path / "other.json")]) == 1


def test_a_vendored_contract_brings_its_own_operations_and_usage(run: Run) -> None:
    base, candidate = tiny.document(), tiny.document(response={"type": "integer"})
    tiny.operation(base)["x-propexo-client"] = {"name": "make", "sends": [], "reads": []}
    assert run(base=base, candidate=candidate) == 0
    tiny.operation(base)["x-propexo-client"]["reads"] = ["200.field"]
    assert run(base=base, candidate=candidate) == 1
    tiny.operation(base)["x-propexo-client"]["reads"] = "200.field"
    assert run(base=base, candidate=candidate) == 2


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[tiny.Json], Path]:
    def copy_of(contract: tiny.Json) -> Path:
        tiny.operation(contract)["x-propexo-client"] = {"name": "make"}
        folder = tmp_path / "refunds_propexo"
        (folder / "_generated").mkdir(parents=True)
        (folder / "_generated" / "contract.json").write_text(json.dumps(contract))
        return folder

    return copy_of


@pytest.mark.usefixtures("run")
def test_a_copied_folder_is_compared_for_whoever_has_no_pin(
    copy_of: Callable[[tiny.Json], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copy = copy_of(tiny.document())
    candidate = tiny.document(response=WHOLE, request=tiny.closed("a"))
    (tmp_path / "theirs.json").write_text(json.dumps(candidate))
    relative = str(copy.relative_to(tmp_path))
    assert main([relative, "--against", "theirs.json"]) == 1
    said = capsys.readouterr().out
    assert f"{relative}/_generated/contract.json" in said
    assert "release of the client" in said
    assert not re.search(r"\bpin\b", said)
    accept(tmp_path, "0123456789ab", TODAY)
    (tmp_path / "accepted.toml").rename(tmp_path / "accepted-drift.toml")
    assert main([relative, "--against", "theirs.json"]) == 1
    assert "0123456789ab (looked at) is accepted but matches nothing" in capsys.readouterr().out


def test_a_folder_that_is_no_copy_exits_with_4(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run is not None
    assert main(["nowhere", "--against", "base.json"]) == 4
    assert capsys.readouterr().err == (
        "drift: nowhere: is no copy of the client: there is no nowhere/_generated/contract.json\n"
    )


def test_one_comparison_writes_every_report(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    compared: list[object] = []

    def count(*documents: Any, **names: Any) -> Report:
        compared.append(documents)
        return compare(*documents, **names)

    monkeypatch.setattr("scripts.drift.engine.compare", count)
    wanted = [word for name in FORMATS for word in ("--report", f"{name}=out/report.{name}")]
    candidate = tiny.document(response=tiny.closed())
    assert run(*ONE, *wanted, base=tiny.document(response=PARENT), candidate=candidate) == 1
    assert len(compared) == 1
    for name in FORMATS:
        assert "property-removed" in (tmp_path / "out" / f"report.{name}").read_text()
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("drift: breaking, ")


def test_a_document_that_cannot_be_had_is_in_every_report(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [word for name in FORMATS for word in ("--report", f"{name}=report.{name}")]
    assert run(*ONE, *wanted, "--format", "github", candidate="<html>") == 4
    for name in FORMATS:
        written = (tmp_path / f"report.{name}").read_text()
        assert "candidate.json: a web page" in written
        assert "findings" not in written
    assert capsys.readouterr().out.startswith("::error title=drift could not be checked::")


def test_a_defect_of_the_check_is_not_taken_for_drift(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise KeyError("x")

    monkeypatch.setattr("scripts.drift.engine.compare", fail)
    assert run(*ONE) == 4
    said = capsys.readouterr().err.strip()
    assert said.startswith(
        "drift: a defect of this check, not drift: KeyError: 'x' (test_command.py:"
    )
    assert len(said.splitlines()) == 1


def test_a_reader_that_has_read_enough_is_no_defect(tmp_path: Path) -> None:
    (tmp_path / "base.json").write_text(json.dumps(tiny.document()))
    check = f"{sys.executable} -m scripts.drift --base base.json --against base.json"
    script = f"set -o pipefail; {check} --operation '{tiny.ENDPOINT}' | true"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("report", ["html", "xml=a", "=a", "html="])
def test_a_report_needs_a_format_and_a_file(run: Run, report: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(*ONE, "--report", report)
    assert stopped.value.code == 2


def test_comparing_leaves_its_arguments_alone() -> None:
    base, candidate = tiny.document(), changed(requestBody={})
    before = copy.deepcopy((base, candidate))
    compare(base, candidate, from_endpoints([tiny.ENDPOINT]))
    assert (base, candidate) == before
