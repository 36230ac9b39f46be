"""`make vendor`: a whole copy or none, never over what is not ours, with word of what changed."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from propexo_client import __version__
from propexo_client._contract import provenance, verify
from scripts import vendor
from scripts.shipping import manifest
from scripts.shipping.manifest import PACKAGE
from scripts.support.files import ROOT, canonical_json
from scripts.vendor import main

CONTRACT = provenance.contract_sha256()[:12]
CONTRACT_FILE = Path("_generated", "contract.json")
RECORD = Path("_generated", "PROVENANCE.json")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


def age(copy: Path, *, edit_contract: bool = False) -> None:
    """Make a copy look like one of an older release, its records in order."""
    init = copy / "_version.py"
    init.write_text(init.read_text().replace(__version__, "0.0.9"))
    (copy / "retired.py").write_text("")
    if edit_contract:
        contract = json.loads((copy / CONTRACT_FILE).read_bytes())
        request = contract["components"]["schemas"]["CreateResidentCreditRequest"]
        request["properties"]["amount_in_cents"]["maximum"] = 100
        replace_contract(copy, canonical_json(contract))
    settle(copy)
    assert verify.verify(copy).intact


def replace_contract(copy: Path, contract: bytes) -> None:
    (copy / CONTRACT_FILE).write_bytes(contract)
    record = json.loads((copy / RECORD).read_bytes())
    record["files"] = verify.hash_files(copy / "_generated")
    (copy / RECORD).write_bytes(canonical_json(record))


def settle(copy: Path) -> None:
    """Make the manifest of a copy say what is in it."""
    facts = manifest.facts(copy, "0.0.9")
    (copy / "MANIFEST.json").write_bytes(canonical_json(facts))


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


def foreign_folder(target: Path) -> None:
    target.mkdir()
    (target / "theirs.py").write_text("precious")


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


def client_without_a_record(target: Path) -> None:
    target.mkdir()
    (target / "client.py").write_text("precious")


def record_without_a_client(target: Path) -> None:
    (target / RECORD).parent.mkdir(parents=True)
    (target / RECORD).write_text("{}")


def foreign_file(target: Path) -> None:
    target.write_text("precious")


def link(target: Path) -> None:
    elsewhere = target.with_name("elsewhere")
    vendor.vendor(elsewhere.parent, "elsewhere")
    target.symlink_to(elsewhere)


@pytest.mark.parametrize(
    "make",
    [
        foreign_folder,
        client_without_a_record,
        record_without_a_client,
        foreign_file,
        link,
        Path.mkdir,
    ],
)
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_what_is_not_a_copy_of_ours_is_never_touched(
    make: Callable[[Path], None],
    force: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make(tmp_path / "px")
    before = snapshot(tmp_path)
    assert main(["--to", str(tmp_path), "--as", "px", *force]) == 2
    assert "is not a copy of this client" in capsys.readouterr().err
    assert snapshot(tmp_path) == before


def test_an_edited_copy_is_refused_and_the_edits_named(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied / "results.py").write_text("mine")
    (copied / "_generated" / "extra.py").write_text("mine")
    before = snapshot(copied)
    assert main(["--to", str(copied.parent), "--as", copied.name]) == 2
    said = capsys.readouterr().err
    assert "_generated/extra.py, results.py" in said
    assert "FORCE=1" in said
    assert snapshot(copied) == before


def test_a_copy_that_lacks_a_file_is_an_edited_one(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied / CONTRACT_FILE).unlink()
    (copied / "results.py").unlink()
    before = snapshot(copied)
    assert main(["--to", str(copied.parent), "--as", copied.name]) == 2
    assert "(_generated/contract.json, results.py);" in capsys.readouterr().err
    assert snapshot(copied) == before
    assert main(["--to", str(copied.parent), "--as", copied.name, "--force"]) == 0
    said = capsys.readouterr().out
    assert f"{__version__} (contract none) -> {__version__} (contract {CONTRACT})" in said
    assert "the old contract cannot be compared: " in said


def test_of_many_edits_the_first_are_named_and_the_rest_counted(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(22):
        (copied / f"mine_{number:02}.py").touch()
    assert main(["--to", str(copied.parent), "--as", copied.name]) == 2
    assert "mine_18.py, mine_19.py and 2 more)" in capsys.readouterr().err
    for number in (20, 21):
        (copied / f"mine_{number:02}.py").unlink()
    assert main(["--to", str(copied.parent), "--as", copied.name]) == 2
    assert "mine_18.py, mine_19.py)" in capsys.readouterr().err


@pytest.mark.parametrize("record", [Path("MANIFEST.json"), RECORD])
def test_a_copy_without_a_record_is_refused_for_its_edits_cannot_be_seen(
    record: Path, copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied / record).write_text("not JSON")
    if record == RECORD:
        settle(copied)
    assert main(["--to", str(copied.parent), "--as", copied.name]) == 2
    assert "perhaps more, for it carries no record of all its files" in capsys.readouterr().err


def test_force_replaces_an_edited_copy_and_keeps_it_beside_the_new_one(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for edit in ("first", "second"):
        (copied / "results.py").write_text(edit)
        assert main(["--to", str(copied.parent), "--as", copied.name, "--force"]) == 0
        assert verify.verify(copied).intact
        assert "results.py" in capsys.readouterr().out
    archives = sorted(copied.parent.glob(f"{copied.name}.edited-*.tar.gz"))
    assert sorted(copied.parent.iterdir()) == sorted([copied, *archives])
    kept = []
    for archive in archives:
        with tarfile.open(archive) as tar:
            results = tar.extractfile(f"{copied.name}/results.py")
            assert results is not None
            kept.append(results.read().decode())
    assert kept == ["first", "second"]


def test_hidden_files_of_the_project_survive_an_update(copied: Path) -> None:
    age(copied)
    (copied / ".semgrepignore").write_text("*")
    (copied / ".gitattributes").write_text("* -text")
    assert main(["--to", str(copied.parent), "--as", copied.name]) == 0
    assert (copied / ".semgrepignore").read_text() == "*"
    assert (copied / ".gitattributes").read_text() == "* -text"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--to", ""], "DEST= is needed"),
        (["--to", "absent"], "no such folder"),
        (["--to", ".", "--as", "not-a-name"], "cannot be the name"),
        (["--to", ".", "--as", "class"], "cannot be the name"),
        (["--to", ".", "--as", "../out"], "cannot be the name"),
        (["--to", str(PACKAGE.parent)], "where the client comes from"),
        (["--to", str(PACKAGE), "--as", "inner"], "where the client comes from"),
        (["--to", str(PACKAGE.parent.parent), "--as", "generated_client"], "comes from"),
    ],
)
def test_a_place_that_cannot_be_is_one_clear_line(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert says in said
    assert len(said.splitlines()) == 1
    assert not list(tmp_path.iterdir())


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
