"""What the page on CI gives a vendoring team: workflow steps that run, settings that work."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from contract_tests.docs.pages import blocks
from propexo_client._contract import verify
from scripts import vendor
from scripts.document import read_yaml
from scripts.support.files import ROOT

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
STEPS = [step for block in blocks("yaml") for step in read_yaml.load(block.text)]
SCRIPTS = [step["run"] for step in STEPS if "run" in step]
NAME = "refunds_propexo"
MAKE = f"""#!{sys.executable}
import os, sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "generated_client")!r}]
from scripts.vendor import main
given = dict(word.split("=", 1) for word in sys.argv if "=" in word)
assert sys.argv[1] == "-C" and os.path.isdir(sys.argv[2]) and sys.argv[3] == "vendor"
sys.exit(main(["--to", given["DEST"], "--as", given["AS"]]))
"""
GH = '#!/bin/sh\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/asked"\n'

pytestmark = pytest.mark.skipif(
    not (shutil.which("git") and shutil.which("bash")), reason="git or bash is not installed"
)


class Runner:
    """A checkout on a workflow's runner: its remote, its temporary folder, its commands."""

    def __init__(self, folder: Path) -> None:
        self.workspace, self.temporary = folder / "workspace", folder / "temporary"
        commands = folder / "bin"
        for each in (self.workspace, self.temporary, commands):
            each.mkdir()
        git = f'#!/bin/sh\n[ "$1" = clone ] && exec mkdir "$5"\nexec {shutil.which("git")} "$@"\n'
        for name, text in {"make": MAKE, "gh": GH, "git": git}.items():
            (commands / name).write_text(text)
            (commands / name).chmod(0o755)
        self.environment = {
            **{key: os.environ[key] for key in ("HOME", "LANG") if key in os.environ},
            "PATH": f"{commands}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(self.temporary),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        self.run(f"git init --quiet --bare {folder}/remote && git init --quiet .")
        self.run(f"git remote add origin {folder}/remote")

    def run(self, script: str) -> str:
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.workspace,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def scripts_with(text: str) -> list[str]:
    found = [script for script in SCRIPTS if text in script]
    assert found
    return found


def test_an_update_is_proposed_with_its_changes_and_only_once(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    start = SCRIPTS.index(scripts_with("vendor DEST=")[0])
    update, propose = SCRIPTS[start : start + 2]
    for step in (update, propose):
        runner.run(step)
    asked = (runner.temporary / "asked").read_text()
    assert asked.startswith("pr\ncreate\n")
    assert "propexo-client-" in runner.run("git ls-remote --heads origin")
    assert runner.run("git status --porcelain") == ""
    changes = (runner.temporary / "changes").read_text()
    assert changes.startswith(f"vendor: {runner.workspace / NAME}: ")
    assert verify.verify(runner.workspace / NAME).intact
    (runner.temporary / "asked").unlink()
    shutil.rmtree(runner.temporary / "client")
    for step in (update, propose):
        runner.run(step)
    assert "is up to date" in (runner.temporary / "changes").read_text()
    assert not (runner.temporary / "asked").exists()


def test_verify_needs_nothing_but_python(tmp_path: Path) -> None:
    vendor.vendor(tmp_path, NAME)
    for script in scripts_with(f"{NAME}/_contract/verify.py"):
        command = script.replace("python ", "", 1).split()
        done = subprocess.run(
            [sys.executable, "-S", "-B", *command],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "as shipped" in done.stdout


def line_for(tool: str) -> list[str]:
    """Return the code that the page shows as the line for `tool`."""
    row = re.search(rf"^\| {tool}.*\| (.*) \|$", PAGE, re.MULTILINE)
    assert row, tool
    return re.findall(r"`([^`]+)`", row[1])


@pytest.fixture
def strict_project(tmp_path: Path) -> Path:
    vendor.vendor(tmp_path, NAME)
    (tmp_path / "theirs.py").write_text(
        f"from {NAME} import Propexo\n\n\ndef job(propexo: Propexo) -> str | None:\n"
        "    return propexo.credits.wait(1).job_id\n"
    )
    return tmp_path


def check(project: Path, settings: str, *command: str) -> str:
    tomllib.loads(settings)
    (project / "pyproject.toml").write_text(settings)
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=project, capture_output=True, text=True, check=False
    )
    return done.stdout


@pytest.mark.slow
def test_the_line_for_mypy_silences_the_copy_and_keeps_its_types(strict_project: Path) -> None:
    header, module, ignore = line_for("mypy")
    strictest = "[tool.mypy]\nstrict = true\ndisallow_any_explicit = true\n"
    settings = f"{strictest}{header}\n{module}\n{ignore}\n"
    found = check(strict_project, settings, "mypy", "--no-incremental", ".")
    assert "Found 1 error in 1 file" in found, found
    assert "theirs.py:5: error: Argument 1" in found


@pytest.mark.slow
def test_the_line_for_pyright_silences_the_copy_and_keeps_its_types(strict_project: Path) -> None:
    ignore, _, table = line_for("pyright")
    settings = f'{table}\ntypeCheckingMode = "strict"\n{ignore}\n'
    found = check(strict_project, settings, "basedpyright", "--pythonpath", sys.executable)
    assert re.search(r"^1 error", found, re.MULTILINE), found
    assert "theirs.py:5" in found


def settings_of(tool: str) -> Any:
    """Parse the line for `tool`, as YAML or as TOML."""
    line = line_for(tool)[0]
    return tomllib.loads(line) if " = " in line else read_yaml.load(line)


@pytest.mark.parametrize("tool", ["pre-commit", "coverage", "Codecov"])
def test_the_line_for_a_tool_means_the_copy(tool: str) -> None:
    (value,) = settings_of(tool).values()
    (pattern,) = [value] if isinstance(value, str) else value
    if tool == "pre-commit":
        assert re.search(pattern, f"{NAME}/client.py")
        assert not re.search(pattern, f"tests/{NAME}/client.py")
    else:
        assert pattern.removesuffix("/*") == NAME
