"""The Makefile: self-describing, and idle when there is nothing to do."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.support.files import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
READY = ".venv/.ready"
CLIENT = ".build/client.made"
MOMENT = 1_700_000_000
TARGETS = re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE)

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    outer = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    environment = {key: value for key, value in os.environ.items() if key not in outer}
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_target_has_a_line_of_help() -> None:
    shown = make("help").stdout
    assert len(TARGETS) > 8
    for target in TARGETS:
        assert re.search(rf"make {target}\s+\S+", shown), target


def test_the_help_is_in_groups_and_fits_80_columns() -> None:
    shown = make("help")
    assert shown.stderr == ""
    assert max(map(len, shown.stdout.splitlines())) <= 80
    groups = [line for line in shown.stdout.splitlines() if line and not line.startswith(" ")]
    assert groups[0] == "Start here"
    assert len(groups) == MAKEFILE.count("\n##@ ") >= 4


def test_every_target_that_makes_no_file_is_phony() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == set(TARGETS)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose files were all written at one moment, with an environment that is ready."""
    for name in ("Makefile", "requirements.lock", "openapi", "scripts", "generated_client"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    for path in tmp_path.rglob("*"):
        os.utime(path, (MOMENT, MOMENT))
    write(tmp_path / READY, MOMENT + 1)
    return tmp_path


@pytest.fixture
def checkout(clone: Path) -> Path:
    """A clone in which the client was generated."""
    write(clone / CLIENT, MOMENT + 2)
    return clone


def write(path: Path, moment: int) -> None:
    path.parent.mkdir(parents=True)
    path.touch()
    os.utime(path, (moment, moment))


def test_a_fresh_clone_really_generates(clone: Path) -> None:
    assert "scripts.generate" in make("-n", "client", folder=clone).stdout


def test_nothing_is_done_while_the_inputs_stand_still(checkout: Path) -> None:
    assert make("-q", "client", folder=checkout).returncode == 0
    assert "scripts.setup" not in make("-n", "setup", folder=checkout).stdout


def test_a_client_that_is_gone_is_generated(checkout: Path) -> None:
    shutil.rmtree(checkout / "generated_client" / "propexo_client" / "_generated")
    assert "scripts.generate" in make("-n", "client", folder=checkout).stdout


@pytest.mark.parametrize(
    "touched",
    [
        "openapi/propexo.json",
        "openapi/operations.toml",
        "openapi/generator.yml",
        "scripts/document/names.py",
    ],
)
def test_a_changed_input_makes_the_client_again(touched: str, checkout: Path) -> None:
    os.utime(checkout / touched)
    assert make("-q", "client", folder=checkout).returncode == 1
    assert "scripts.generate" in make("-n", "client", folder=checkout).stdout


@pytest.mark.parametrize(
    ("given", "shown", "hidden"),
    [
        (["vendor", "DEST=x"], '--to "x"', "--as"),
        (["vendor", "DEST=x", "AS=billing"], '--as "billing"', "--force"),
        (["test"], "pytest", "--hypothesis-seed"),
        (["test", "SEED=3"], '--hypothesis-seed "3"', "--contract"),
        (["scoreboard"], "scoreboard", "--full"),
        (["scoreboard", "FULL=1", "SEED=3"], '--full --seed "3"', "--hypothesis-seed"),
    ],
)
def test_a_variable_is_passed_on_where_it_is_given(
    given: list[str], shown: str, hidden: str, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AS", "/usr/bin/as")  # as environments with a compiler do
    printed = make("-n", *given, folder=checkout).stdout
    assert shown in printed
    assert hidden not in printed


def test_a_changed_lock_makes_the_environment_again(checkout: Path) -> None:
    os.utime(checkout / "requirements.lock")
    assert "scripts.setup" in make("-n", "test", folder=checkout).stdout


def test_the_lock_is_exact_hashed_and_holds_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    requirements = re.split(r"\n(?=\S)", lock.strip())
    assert len(requirements) > 50
    for requirement in requirements:
        assert re.match(r"[\w.-]+==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement
    assert "://" not in lock
