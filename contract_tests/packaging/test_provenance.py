"""A copy knows what it is, and finds every edit made to it."""

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from contract_tests.packaging.conftest import run_python
from propexo_client import __version__
from propexo_client.__main__ import main
from propexo_client._contract import provenance
from propexo_client._contract.verify import MANIFEST_NAME, Differences, exit_code, verify
from scripts.shipping.manifest import PACKAGE
from scripts.support.files import sha256

Edit = Callable[[Path], object]


def append(path: str) -> Edit:
    return lambda copy: (copy / path).write_bytes((copy / path).read_bytes() + b"\n")


def remove(path: str) -> Edit:
    return lambda copy: (copy / path).unlink()


def add(path: str) -> Edit:
    return lambda copy: (copy / path).write_text("")


def nothing(copy: Path) -> None:
    """Leave the copy as it is."""


@pytest.mark.parametrize(
    ("edit", "code", "finds"),
    [
        (nothing, 0, Differences()),
        (append("_generated/types.py"), 1, Differences(edited=("_generated/types.py",))),
        (remove("_generated/types.py"), 1, Differences(missing=("_generated/types.py",))),
        (add("_generated/mine.py"), 1, Differences(added=("_generated/mine.py",))),
        (append("_generated/contract.json"), 1, Differences(edited=("_generated/contract.json",))),
        (append("credits.py"), 3, Differences(edited=("credits.py",))),
        (remove("py.typed"), 3, Differences(missing=("py.typed",))),
        (add("mine.py"), 3, Differences(added=("mine.py",))),
    ],
)
def test_every_edit_is_found_and_told_apart(
    edit: Edit, code: int, finds: Differences, copied: Path
) -> None:
    edit(copied)
    found = verify(copied)
    assert exit_code(found) == code
    assert found.intact == (code == 0)
    assert (found.handwritten if code == 3 else found.generated) == finds
    assert (found.generated if code == 3 else found.handwritten) == Differences()


def test_an_edit_hidden_by_mending_the_provenance_is_still_found(copied: Path) -> None:
    record = copied / "_generated" / "PROVENANCE.json"
    append("_generated/types.py")(copied)
    facts = json.loads(record.read_bytes())
    facts["files"]["types.py"] = sha256((copied / "_generated" / "types.py").read_bytes())
    record.write_text(json.dumps(facts))
    assert verify(copied).generated == Differences(edited=("_generated/PROVENANCE.json",))


@pytest.mark.parametrize(
    "edit",
    [
        remove("MANIFEST.json"),
        remove("_generated/PROVENANCE.json"),
        lambda copy: (copy / "MANIFEST.json").write_text("[]"),
        lambda copy: (copy / "MANIFEST.json").write_text("{"),
        lambda copy: (copy / "_generated" / "PROVENANCE.json").write_text('{"files": 1}'),
    ],
)
def test_without_its_records_a_copy_does_not_pass_as_intact(edit: Edit, copied: Path) -> None:
    edit(copied)
    assert exit_code(verify(copied)) == 4


def test_compiled_code_and_hidden_files_are_no_edits(copied: Path) -> None:
    (copied / "__pycache__").mkdir()
    (copied / "__pycache__" / "credits.cpython-311.pyc").write_bytes(b"")
    (copied / ".DS_Store").write_bytes(b"")
    assert verify(copied).intact


def test_the_checkout_itself_has_no_manifest_and_says_so() -> None:
    assert verify(PACKAGE).handwritten is None
    assert not (PACKAGE / MANIFEST_NAME).exists()


@pytest.mark.parametrize("how", ["zip", pytest.param("read-only", marks=pytest.mark.slow)])
def test_the_command_prints_and_verifies_wherever_the_copy_lies(
    how: str, copied: Path, tmp_path: Path
) -> None:
    name, place = copied.name, {"PYTHONPATH": str(tmp_path)}
    if how == "zip":
        place = {"PYTHONPATH": shutil.make_archive(str(tmp_path / "app"), "zip", tmp_path, name)}
        shutil.rmtree(copied)
    if how == "read-only":
        for path in (copied, *copied.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shown = run_python("-m", name, folder=elsewhere, **place)
    assert f"propexo-client {__version__}" in shown.stdout
    assert provenance.contract_sha256() in shown.stdout
    verified = run_python("-m", name, "verify", folder=elsewhere, **place)
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "files are as shipped" in verified.stdout


def test_the_command_names_what_was_edited_and_prints_json_too(
    copied: Path, tmp_path: Path
) -> None:
    append("_generated/types.py")(copied)
    remove("testing/jobs.py")(copied)
    said = run_python("-m", copied.name, "verify", folder=tmp_path)
    assert said.returncode == 1
    assert "generated file edited: _generated/types.py" in said.stdout
    assert "hand-written file missing: testing/jobs.py" in said.stdout
    done = run_python("-m", copied.name, "verify", "--json", folder=tmp_path)
    assert done.returncode == 1
    facts = json.loads(done.stdout)
    assert facts["generated"]["edited"] == ["_generated/types.py"]
    assert facts["handwritten"]["missing"] == ["testing/jobs.py"]


@pytest.mark.parametrize("isolated", [pytest.param([], marks=pytest.mark.slow), ["-I", "-S"]])
def test_a_copy_too_damaged_to_be_imported_is_verified_by_its_file(
    isolated: list[str], copied: Path, tmp_path: Path
) -> None:
    file = str(copied / "_contract" / "verify.py")
    said = run_python(*isolated, file, folder=tmp_path)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.endswith(" files are as shipped\n")
    (copied / "errors.py").unlink()
    (copied / "__init__.py").write_text("this is no Python")
    (copied / "_generated" / "types.py").write_text("nor is this")
    said = run_python(*isolated, file, folder=tmp_path)
    assert (said.returncode, said.stderr) == (1, "")
    assert said.stdout.splitlines()[:3] == [
        "generated file edited: _generated/types.py",
        "hand-written file edited: __init__.py",
        "hand-written file missing: errors.py",
    ]
    facts = json.loads(run_python(*isolated, file, "--json", folder=tmp_path).stdout)
    assert (facts["version"], facts["intact"]) == (__version__, False)


def test_the_command_says_of_every_operation_where_its_contract_comes_from() -> None:
    shown = run_python("-m", "propexo_client", folder=PACKAGE.parent).stdout.splitlines()
    record = provenance.read()["pin"]["operations"]
    for endpoint, entry in record.items():
        above = [
            line for line in shown[: shown.index(f"  {endpoint}")] if line[0:1] not in ("", " ")
        ]
        assert above[-1].startswith(f"{entry['origin']} {entry['at']} from ")
        assert entry.get("document", entry.get("page")) in above[-1]
    credit = shown[shown.index("  POST /v1/resident-credits/rentvine/") - 1]
    assert ("in no known document" in credit) == (
        "page" in record["POST /v1/resident-credits/rentvine/"]
    )


def test_the_version_can_be_asked_for(copied: Path) -> None:
    done = run_python("-m", copied.name, "--version", folder=copied.parent)
    assert (done.returncode, done.stdout) == (0, f"propexo-client {__version__}\n")


def test_an_error_is_explained_by_the_command_that_its_traceback_names(copied: Path) -> None:
    code = (
        f"from {copied.name} import OutcomeUnknown, Request\n"
        "request = Request(operation='o', method='POST', path='/', timeout=1.0)\n"
        "raise OutcomeUnknown('status 502', request=request)"
    )
    shown = run_python("-c", code, folder=copied.parent).stderr
    command = f"python -m {copied.name} explain OutcomeUnknown"
    assert shown.endswith(f"\nExplained by: {command}\n")
    said = run_python(*command.split()[1:], folder=copied.parent)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("OutcomeUnknown (RequestError, PropexoError)\n\n")
    assert "Never post it again before" in said.stdout


def test_every_error_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    listed = capsys.readouterr().out
    assert max(map(len, listed.splitlines())) <= 80
    named = re.findall(r"── (\w+)", listed)
    assert len(named) > 10
    for name in named:
        assert main(["explain", name]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].startswith(f"{name} (")
        assert max(map(len, lines)) <= 80


def test_every_help_fits_a_terminal_of_eighty_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    journal = ("init", "list", "show", "resolve", "retry", "adopt", "upgrade")
    for words in (
        "",
        "show",
        "verify",
        "explain",
        "run",
        "journal",
        *map("journal {}".format, journal),
    ):
        with pytest.raises(SystemExit):
            main([*words.split(), "--help"])
        assert max(map(len, capsys.readouterr().out.splitlines())) <= 80, words


@pytest.mark.parametrize("name", ["Nope", "_JobError", "Request", "one_line"])
def test_what_is_no_error_cannot_be_explained(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", name]) == 2
    says = f"there is no error named {name}; explain without a name lists them"
    assert capsys.readouterr().err == f"propexo_client: {says}\n"


def test_provenance_in_json_is_the_record_itself(copied: Path, tmp_path: Path) -> None:
    facts = json.loads(run_python("-m", copied.name, "--json", folder=tmp_path).stdout)
    record = json.loads((copied / "_generated" / "PROVENANCE.json").read_bytes())
    assert facts["provenance"] == record
    assert facts["contract_sha256"] == record["files"]["contract.json"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", marks=pytest.mark.slow),
        pytest.param("{}", marks=pytest.mark.slow),
        '{"pin": 1}',
    ],
)
def test_a_broken_provenance_is_one_clear_line(text: str, copied: Path, tmp_path: Path) -> None:
    (copied / "_generated" / "PROVENANCE.json").write_text(text)
    said = run_python("-m", copied.name, folder=tmp_path)
    assert said.returncode == 4
    assert len(said.stderr.strip().splitlines()) == 1
    assert "cannot be read" in said.stderr


def test_a_zip_is_verified_to_the_last_file(copied: Path, tmp_path: Path) -> None:
    append("errors.py")(copied)
    archive = shutil.make_archive(str(tmp_path / "app"), "zip", tmp_path, copied.name)
    found = verify(zipfile.Path(archive) / copied.name)
    assert found.handwritten == Differences(edited=("errors.py",))
