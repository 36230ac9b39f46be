"""A vendored copy stays as shipped under the tools of the project around it, however strict."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from propexo_client._contract import verify

RUFF = Path(sysconfig.get_path("scripts")) / "ruff"
STRICT = """
[tool.ruff]
line-length = 60

[tool.ruff.lint]
select = ["ALL"]
"""


def run(folder: Path, *command: str | Path) -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.fixture
def project(copied: Path) -> Path:
    """A project with the strictest settings and a badly formatted file of its own."""
    (copied.parent / "pyproject.toml").write_text(STRICT)
    (copied.parent / "theirs.py").write_text("x   =  1")
    return copied.parent


@pytest.mark.skipif(not RUFF.exists(), reason="ruff is not installed beside this Python")
@pytest.mark.parametrize("how", ["the project", "files by name, as pre-commit does"])
def test_ruff_fixes_the_project_and_leaves_the_copy_alone(
    how: str, project: Path, copied: Path
) -> None:
    paths = (
        ["."] if how == "the project" else ["--force-exclude", "theirs.py", copied / "client.py"]
    )
    run(project, RUFF, "check", "--fix", "--unsafe-fixes", *paths)
    run(project, RUFF, "format", *paths)
    assert (project / "theirs.py").read_text() == "x = 1\n"
    assert verify.verify(copied).intact
    assert not (copied / ".ruff_cache").exists()


@pytest.mark.skipif(not RUFF.exists(), reason="ruff is not installed beside this Python")
def test_ruff_finds_nothing_in_the_copy_even_if_asked_for_a_file_of_it(
    project: Path, copied: Path
) -> None:
    found = run(project, RUFF, "check", "--no-cache", copied / "client.py", copied / "_generated")
    assert found.startswith("All checks passed!\n")


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_git_never_changes_the_line_ends_of_the_copy_and_knows_what_it_is(
    project: Path, copied: Path
) -> None:
    settings = ["-c", "core.autocrlf=true", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    run(project, "git", "init", "-q")
    run(project, "git", *settings, "add", ".")
    run(project, "git", *settings, "commit", "-q", "-m", "Vendor the client")
    shutil.rmtree(copied)
    (project / "theirs.py").unlink()
    (project / "pyproject.toml").unlink()
    run(project, "git", *settings, "checkout", ".")
    assert b"\r\n" in (project / "pyproject.toml").read_bytes()
    assert verify.verify(copied).intact
    generated = f"{copied.name}/_generated/contract.json"
    attributes = run(project, "git", "check-attr", "linguist-vendored", "--", generated)
    attributes += run(project, "git", "check-attr", "linguist-generated", "--", generated)
    assert attributes.count(": set") == 2
