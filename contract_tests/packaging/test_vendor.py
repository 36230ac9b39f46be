"""`make vendor`: a whole copy or none, never over what is not ours, with word of what changed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.packaging.copies import CONTRACT, age, replace_contract, settle, snapshot
from propexo_client import __version__
from propexo_client._contract import provenance, verify
from scripts import vendor
from scripts.shipping import manifest
from scripts.shipping.manifest import PACKAGE
from scripts.support.files import ROOT
from scripts.vendor import main


def test_the_copy_is_the_package_and_its_manifest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--to", str(tmp_path)]) == 0
    copy = tmp_path / "propexo_client"
    assert list(tmp_path.iterdir()) == [copy]
    ours = {path for path in snapshot(PACKAGE) if "__pycache__" not in path}
    assert set(snapshot(copy)) == {*ours, "MANIFEST.json", "LICENSE", "ruff.toml", ".gitattributes"}
    assert verify.verify(copy).intact
    assert (
        f"{__version__} (contract {provenance.contract_sha256()[:12]})" in capsys.readouterr().out
    )


def test_a_current_copy_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--to", str(tmp_path)]) == 0
    before = (tmp_path / "propexo_client").stat().st_ino
    assert main(["--to", str(tmp_path)]) == 0
    assert "is up to date" in capsys.readouterr().out
    assert (tmp_path / "propexo_client").stat().st_ino == before


def test_an_older_copy_is_replaced_and_the_changes_named(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    age(copied)
    assert main(["--to", str(copied.parent), "--as", copied.name]) == 0
    said = capsys.readouterr().out
    assert f"0.0.9 (contract {CONTRACT}) -> {__version__} (contract {CONTRACT})" in said
    assert "changed: _version.py" in said
    assert "removed: retired.py" in said
    assert "drift" not in said
    assert verify.verify(copied).intact
    assert list(copied.parent.iterdir()) == [copied]


def test_a_changed_contract_comes_with_its_drift(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    age(copied, edit_contract=True)
    assert main(["--to", str(copied.parent), "--as", copied.name]) == 0
    said = capsys.readouterr().out
    assert "drift: compatible" in said
    assert "amount_in_cents" in said


def test_an_old_contract_that_cannot_be_read_is_replaced_all_the_same(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    age(copied)
    replace_contract(copied, b"{")
    settle(copied)
    assert main(["--to", str(copied.parent), "--as", copied.name]) == 0
    assert "the old contract cannot be compared: " in capsys.readouterr().out
    assert verify.verify(copied).intact


def test_hidden_files_and_caches_are_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tmp_path / "ours" / "propexo_client"
    shutil.copytree(PACKAGE, ours)
    (ours / "journal" / ".swap").touch()
    (ours / "journal" / "__pycache__").mkdir(exist_ok=True)
    monkeypatch.setattr(vendor, "PACKAGE", ours)
    destination = tmp_path / "theirs"
    destination.mkdir()
    assert main(["--to", str(destination)]) == 0
    copied = set(snapshot(destination / "propexo_client"))
    assert not [path for path in copied if "/." in path or "__pycache__" in path]
    assert "journal/base.py" in copied


def test_a_folder_below_home_may_be_named_by_its_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert main(["--to", "~", "--as", "px"]) == 0
    copied, hint = capsys.readouterr().out.splitlines()
    assert copied == f"vendor: {tmp_path / 'px'}: {__version__} (contract {CONTRACT})"
    assert hint == f"It needs httpx. Next, in {tmp_path}: python -m px verify"


def test_hidden_files_of_the_project_survive_an_update(copied: Path) -> None:
    age(copied)
    (copied / ".semgrepignore").write_text("*")
    (copied / ".gitattributes").write_text("* -text")
    assert main(["--to", str(copied.parent), "--as", copied.name]) == 0
    assert (copied / ".semgrepignore").read_text() == "*"
    assert (copied / ".gitattributes").read_text() == "* -text"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["_build", "swap"])
def test_a_copy_that_fails_half_way_leaves_the_old_one_and_nothing_else(
    step: str, error: BaseException, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(copied)
    before = snapshot(copied.parent)

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(vendor, step, fail)
    if isinstance(error, OSError):
        assert main(["--to", str(copied.parent), "--as", copied.name]) == 2
    else:
        with pytest.raises(KeyboardInterrupt):
            main(["--to", str(copied.parent), "--as", copied.name])
    assert snapshot(copied.parent) == before


def test_a_disk_that_fills_up_is_one_clear_line(copied: Path) -> None:
    """A limit on the size of files stands in for a small disk: the write itself fails."""
    age(copied)
    before = snapshot(copied.parent)
    code = (
        "import resource, sys; from scripts.vendor import main;"
        " resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000));"
        " sys.exit(main(['--to', sys.argv[1], '--as', sys.argv[2]]))"
    )
    command = [sys.executable, "-c", code, str(copied.parent), copied.name]
    path = os.pathsep.join([str(ROOT), str(ROOT / "generated_client")])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 2
    assert done.stderr == f"vendor: DEST={copied.parent}: File too large; nothing was replaced\n"
    assert snapshot(copied.parent) == before


def test_an_interruption_between_the_two_renames_brings_the_old_copy_back(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(copied)
    before, rename = snapshot(copied.parent), Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        main(["--to", str(copied.parent), "--as", copied.name])
    assert snapshot(copied.parent) == before


def test_edited_generated_code_is_not_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = tmp_path / "ours" / "propexo_client"
    shutil.copytree(PACKAGE, ours)
    (ours / "_generated" / "types.py").write_text("edited")
    monkeypatch.setattr(vendor, "PACKAGE", ours)
    destination = tmp_path / "theirs"
    destination.mkdir()
    assert main(["--to", str(destination)]) == 3
    assert "_generated/types.py" in capsys.readouterr().err
    assert not list(destination.iterdir())


def test_the_version_of_a_copy_of_0_1_is_read_from_where_it_stood(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text('"""A copy of 0.1."""\n\n__version__ = "0.1.0"\n')
    assert manifest.version(tmp_path) == "0.1.0"


def test_the_version_of_a_folder_that_names_none_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").touch()
    assert manifest.version(tmp_path) == "unknown"
