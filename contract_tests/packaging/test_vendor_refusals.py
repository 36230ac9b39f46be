"""`make vendor` never overwrites what is not ours, and never a copy with edits unless forced."""

import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from contract_tests.packaging.copies import CONTRACT, CONTRACT_FILE, RECORD, settle, snapshot
from propexo_client import __version__
from propexo_client._contract import verify
from scripts import vendor
from scripts.shipping.manifest import PACKAGE
from scripts.vendor import main


def foreign_folder(target: Path) -> None:
    target.mkdir()
    (target / "theirs.py").write_text("precious")


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
