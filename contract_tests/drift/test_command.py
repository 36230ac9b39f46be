"""The command line: exit codes, defaults, acceptance, and documents that cannot be had."""

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contract_tests.drift import tiny
from contract_tests.loopback import Answer, serving
from contract_tests.scoreboard import catalogue as mutations
from scripts.document.operations import from_endpoints
from scripts.drift import Report, compare
from scripts.drift.__main__ import main
from scripts.drift.judge import acceptance
from scripts.drift.reports import FORMATS
from scripts.support.files import ROOT

Run = Callable[..., int]
WARNING = {"deprecated": True}
WHOLE = tiny.WHOLE
PARENT = tiny.closed("a", required=("a",))
MAKE = '[operations.make]\nendpoint = "POST /things/"\n'


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, base: Any = None, candidate: Any = None) -> int:
        for name, content in (
            ("base", base or tiny.document()),
            ("candidate", candidate or tiny.document()),
        ):
            Path(f"{name}.json").write_text(
                content if isinstance(content, str) else json.dumps(content)
            )
        return main(["--base", "base.json", "--against", "candidate.json", *arguments])

    return run


ONE = ("--operation", tiny.ENDPOINT)


def changed(**keywords: Any) -> tiny.Json:
    document = tiny.document()
    tiny.operation(document).update(keywords)
    return document


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


def test_a_url_that_answers_404_exits_with_4(run: Run) -> None:
    with serving({}) as url:
        assert run(*ONE, "--against", f"{url}/openapi.json") == 4


def test_a_candidate_is_read_from_a_url(run: Run) -> None:
    with serving({"/openapi.json": Answer(json.dumps(changed(requestBody={})).encode())}) as url:
        assert run(*ONE, "--against", f"{url}/openapi.json") == 1


@pytest.mark.usefixtures("run")
def test_the_vendors_sources_are_read_until_every_operation_is_found(tmp_path: Path) -> None:
    whole = json.dumps(tiny.document()).encode()
    part = json.dumps(tiny.document(paths={})).encode()
    with serving({"/part": Answer(part), "/whole": Answer(whole)}) as url:
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
            "/a": Answer(json.dumps(tiny.document()).encode()),
            "/b": Answer(json.dumps(other).encode()),
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
    with serving({"/older": Answer(json.dumps(tiny.document(paths={})).encode())}) as url:
        listed = f'[[sources]]\nurls = ["{url}/down"]\n[[sources]]\nurls = ["{url}/older"]\n'
        (tmp_path / "ops.toml").write_text(listed + MAKE)
        (tmp_path / "base.json").write_text(json.dumps(tiny.document()))
        assert main(["--base", "base.json", "--operations", "ops.toml"]) == 1
        entry = {"origin": "downloaded", "document": f"{url}/down"}
        record = {"operations": {"POST /things/": entry}}
        (tmp_path / "pin.json").write_text(json.dumps(record))
        assert main(["--base", "base.json", "--operations", "ops.toml"]) == 4
    assert "/down: responded with 404" in capsys.readouterr().err


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
    assert "nowhere/_generated/contract.json" in capsys.readouterr().err


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


TODAY = datetime.now(UTC).date()


def fingerprint_of(candidate: tiny.Json) -> str:
    return (
        compare(tiny.document(), candidate, from_endpoints([tiny.ENDPOINT])).findings[0].fingerprint
    )


def accept(
    folder: Path, fingerprint: str, expires: date, reason: str = "looked at"
) -> tuple[str, ...]:
    entry = (
        f'[[accepted]]\nfingerprint = "{fingerprint}"\nreason = "{reason}"\nexpires = {expires}\n'
    )
    (folder / "accepted.toml").write_text(entry)
    return (*ONE, "--accepted", "accepted.toml")


def test_an_accepted_finding_no_longer_fails(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    candidate = changed(requestBody={})
    assert run(*accept(tmp_path, fingerprint_of(candidate), TODAY), candidate=candidate) == 0
    assert "looked at" in capsys.readouterr().out


def test_acceptance_does_not_cover_another_value(run: Run, tmp_path: Path) -> None:
    fingerprint = fingerprint_of(changed(requestBody={}))
    other = tiny.document()
    other["components"]["securitySchemes"]["bearerAuth"]["scheme"] = "basic"
    assert run(*accept(tmp_path, fingerprint, TODAY), candidate=other) == 1


def test_an_expired_acceptance_is_reported_and_counts_no_more(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    candidate = changed(requestBody={})
    arguments = accept(tmp_path, fingerprint_of(candidate), TODAY - timedelta(days=1))
    assert run(*arguments, candidate=candidate) == 1
    assert "was accepted until" in capsys.readouterr().out


def test_an_acceptance_that_matches_nothing_is_reported(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*accept(tmp_path, "0123456789ab", TODAY)) == 0
    assert "0123456789ab (looked at) is accepted but matches nothing" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "[[accepted]]\nfingerprint = 'a'\n",
        "[[accepted]]\nfingerprint = 'a'\nreason = ' '\nexpires = 2030-01-01\n",
        "[[accepted]]\nfingerprint = 'a'\nreason = 'b'\nexpires = '2030-01-01'\n",
        "[[accepted]]\nfingerprint = 'a'\nreason = 'b'\nexpires = 2030-01-01\n" * 2,
        "ignored = true\n",
        "[[accepted",
    ],
)
def test_a_wrong_acceptance_file_exits_with_2(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "accepted.toml").write_text(text)
    assert run(*ONE, "--accepted", "accepted.toml") == 2


def test_the_acceptance_file_of_the_project_is_readable() -> None:
    acceptance.load(acceptance.DEFAULT_PATH)


def test_comparing_leaves_its_arguments_alone() -> None:
    base, candidate = tiny.document(), changed(requestBody={})
    before = copy.deepcopy((base, candidate))
    compare(base, candidate, from_endpoints([tiny.ENDPOINT]))
    assert (base, candidate) == before
