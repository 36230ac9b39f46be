"""Where reports may be written: never over what is compared, over another one, or over a device."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.command import ONE
from scripts.drift.__main__ import main
from scripts.support.files import ROOT, write_atomically


def write_document(path: Path) -> Path:
    path.write_text(json.dumps(tiny.document()))
    return path


@pytest.mark.parametrize("named", ["base.json", "candidate.json", "accepted.toml", "link.json"])
def test_no_report_replaces_what_is_read(
    named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, candidate = (write_document(tmp_path / f"{name}.json") for name in ("base", "candidate"))
    accepted = tmp_path / "accepted.toml"
    accepted.write_text("")
    (tmp_path / "link.json").symlink_to(base)
    before = [path.read_bytes() for path in (base, candidate, accepted)]
    arguments = [
        "--base",
        str(base),
        "--against",
        str(candidate),
        "--accepted",
        str(accepted),
        *ONE,
    ]
    assert main(arguments) == 0
    assert main([*arguments, "--report", f"json={tmp_path / named}"]) == 2
    assert f"{named}: is read by this check; write the report elsewhere" in capsys.readouterr().err
    assert [path.read_bytes() for path in (base, candidate, accepted)] == before


def test_two_reports_need_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = write_document(tmp_path / "base.json")
    reports = ["--report", f"json={tmp_path / 'drift'}", "--report", f"html={tmp_path / 'drift'}"]
    arguments = ["--base", str(base), "--against", str(base), *ONE]
    assert main([*arguments, *reports]) == 2
    assert "drift: is named for two reports" in capsys.readouterr().err
    assert not (tmp_path / "drift").exists()


def test_a_report_may_go_to_standard_output_and_replaces_no_device(tmp_path: Path) -> None:
    base = write_document(tmp_path / "base.json")
    command = [sys.executable, "-m", "scripts.drift", "--base", str(base), "--against", str(base)]
    command += [*ONE, "--report", "json=/dev/stdout"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout[:1]) == (0, "{")


def test_a_file_is_written_into_a_pipe_not_over_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert write_atomically(pipe, b"report")
    assert os.read(reader, 100) == b"report"
    os.close(reader)
    assert list(tmp_path.iterdir()) == [pipe]
    assert pipe.is_fifo()
