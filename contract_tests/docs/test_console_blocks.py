"""Every command of every page exists, and the cheap ones print what the page shows."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.docs.pages import Block, blocks
from scripts.support.files import ROOT

RUN = ("help", "vendor")
"""Targets that are run; of every other one, make is asked what it would do (`make -n`)."""

CLIENT = ".build/client.made"
FIGURES = re.compile(r"[0-9a-f]{12,}|\d+")
BLOCKS = blocks("console")

pytestmark = pytest.mark.skipif(
    not (shutil.which("make") and shutil.which("bash")), reason="make or bash is not installed"
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout to type commands in, with a neighbour for `DEST=../refunds`."""
    checkout = tmp_path / "propexo-client"
    checkout.mkdir()
    (tmp_path / "refunds").mkdir()
    for path in ROOT.iterdir():
        if path.name not in (".git", ".venv", ".build", "dist"):
            (checkout / path.name).symlink_to(path)
    commands = tmp_path / "bin"
    commands.mkdir()
    python = f'exec {shlex.quote(sys.executable)} -B "$@"'
    make = (
        f"case $1 in {'|'.join(RUN)}) dry= ;; *) dry=-n ;; esac\n"
        f"PYTHONPATH={shlex.quote(str(ROOT / 'generated_client'))}"
        f' exec {shutil.which("make")} $dry -o .venv/.ready -o {CLIENT} RUN=python "$@"'
    )
    # The command itself is run in contract_tests/packaging/elsewhere/test_command.py.
    uvx = 'test "$1" = --from && test -f "${2##*#subdirectory=}/pyproject.toml"'
    scripts = {"python": python, "make": make, "pip": "test $1 = install", "uvx": uvx}
    for name, script in scripts.items():
        (commands / name).write_text(f"#!/bin/sh\n{script}\n")
        (commands / name).chmod(0o755)
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "bin").symlink_to(commands)
    return checkout


def steps(block: Block) -> list[tuple[str, list[str]]]:
    """Split a block into commands, each with the output that is shown for it."""
    found: list[tuple[str, list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_the_commands_of_a_block_work_as_shown(block: Block, checkout: Path) -> None:
    end = "printf '\\036'; "
    script = "".join(f"{command}\n{end}" for command, _ in steps(block))
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONPATH")
    inherited = {key: value for key, value in os.environ.items() if key not in outer}
    done = subprocess.run(
        ["bash", "-c", f"set -e\n{script}"],
        cwd=checkout,
        env={**inherited, "PATH": f"{checkout.parent / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    for (command, shown), output in zip(steps(block), done.stdout.split("\036"), strict=False):
        if shown:
            said = output.replace(f"{ROOT}/", "")  # the checkout is made of links
            assert figureless(said) == figureless("\n".join(shown)), command


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_the_variables_given_to_make_are_known_to_it(block: Block) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command, _ in steps(block):
        if command.startswith("make "):
            for name in re.findall(r"\b([A-Z]+)=", command):
                assert re.search(rf"^{name} [?:]=", makefile, re.M), command


def figureless(text: str) -> list[str]:
    """Leave out what may differ from run to run or from release to release: figures and hashes."""
    return [FIGURES.sub("N", line.rstrip()) for line in text.strip().splitlines()]
