"""The workflows: pinned, with least permissions, and the steps that write tried out for real."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts.document import read_yaml
from scripts.support.files import ROOT

FOLDER = ROOT / ".github"
FILES = sorted([*FOLDER.glob("workflows/*.yml"), *FOLDER.glob("actions/*/action.yml")])
WORKFLOWS = {path.stem: read_yaml.load(path.read_text()) for path in FOLDER.glob("workflows/*.yml")}
GENERATED = "generated_client/propexo_client/_generated"
DOCUMENT = "0123456789ab"


def steps(workflow: str, job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = WORKFLOWS[workflow]["jobs"][job]["steps"]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_every_action_is_pinned_to_a_commit_and_says_its_version(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if re.search(r"\buses:", line)]
    assert lines
    for line in lines:
        assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


@pytest.mark.parametrize("name", WORKFLOWS)
def test_nothing_is_permitted_but_what_a_job_asks_for(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {}
    for job in WORKFLOWS[name]["jobs"].values():
        assert "permissions" in job
        assert "timeout-minutes" in job


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_every_make_target_that_is_named_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:run: |^ +)make ([a-z-]+)", path.read_text(), re.MULTILINE))
    assert named <= targets


def test_what_runs_generated_code_sees_no_secret_and_may_write_nothing() -> None:
    assert WORKFLOWS["drift"]["jobs"]["detect"]["permissions"] == {"contents": "read"}
    text = json.dumps(steps("drift", "detect"))
    assert "secrets." not in text
    assert "github.token" not in text
    assert steps("drift", "detect")[0]["with"]["persist-credentials"] is False


def test_what_publishes_the_pages_runs_nothing_of_this_project_and_knows_no_secret() -> None:
    build, publish = (WORKFLOWS["docs"]["jobs"][job] for job in ("build", "publish"))
    assert build["permissions"] == {"contents": "read"}
    assert publish["permissions"] == {"pages": "write", "id-token": "write"}
    assert not any("run" in step for step in publish["steps"])
    assert "secrets." not in json.dumps(WORKFLOWS["docs"])
    assert build["steps"][-1]["with"]["path"] == ".build/site"


def test_what_may_write_executes_nothing_of_this_project() -> None:
    scripts = [step["run"] for step in steps("drift", "propose") if "run" in step]
    assert len(scripts) == 1
    assert not re.search(r"\b(python|pip|make|\.ci|npm|source|eval)\b|\$\{\{", scripts[0])


class Repository:
    """A clone with an origin, an artifact, and a stand-in for the host's command line."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clone, self.found = folder, folder / "clone", folder / "found"
        self.git("init", "--quiet", "--bare", "origin.git", at=folder)
        self.git("clone", "--quiet", "origin.git", "clone", at=folder)
        for name in ("openapi/propexo.json", f"{GENERATED}/types.py", "code.py"):
            self.write(name, "old\n")
        self.commit("start")
        self.git("push", "--quiet", "origin", "HEAD:main")
        self.found.mkdir()
        (self.found / "report.md").write_text("## Drift: breaking")
        (folder / "bin").mkdir()
        (folder / "bin" / "gh").write_text(
            f'#!/bin/sh\necho "$@" >> {folder}/gh.log\n'
            f'case "$1 $2" in "pr list") cat {folder}/prs 2>/dev/null || true ;; esac\n'
        )
        (folder / "bin" / "gh").chmod(0o755)

    def git(self, *arguments: str, at: Path | None = None) -> str:
        who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        done = subprocess.run(
            ["git", *who, *arguments],
            cwd=at or self.clone,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def write(self, name: str, text: str) -> None:
        path = self.clone / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def patch(self, *names: str, link: str | None = None) -> None:
        for name in names:
            self.write(name, "new\n")
        if link:
            (self.clone / link).unlink(missing_ok=True)
            (self.clone / link).symlink_to("/etc/passwd")
        self.git("add", "--all")
        (self.found / "change.patch").write_text(self.git("diff", "--cached", "--binary"))
        self.git("reset", "--quiet", "--hard")

    def propose(self, verdict: str = "breaking", document: str = DOCUMENT) -> int:
        script = next(step["run"] for step in steps("drift", "propose") if "run" in step)
        variables = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "VERDICT": verdict,
            "DOCUMENT": document,
            "FOUND": str(self.found),
        }
        return subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.clone,
            env={**os.environ, **variables},
            capture_output=True,
            check=False,
        ).returncode

    def proposed(self) -> list[str]:
        branch = f"drift/{DOCUMENT}"
        listed = self.git("diff", "--name-only", "main", branch, at=self.folder / "origin.git")
        return listed.split()

    @property
    def calls(self) -> str:
        log = self.folder / "gh.log"
        return log.read_text() if log.exists() else ""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_a_patch_becomes_a_labelled_pull_request(repository: Repository) -> None:
    repository.patch("openapi/propexo.json", f"{GENERATED}/models/new.py")
    assert repository.propose() == 0
    assert repository.proposed() == [f"{GENERATED}/models/new.py", "openapi/propexo.json"]
    assert f"pr create --head drift/{DOCUMENT}" in repository.calls
    assert "--label drift-breaking" in repository.calls


def test_the_same_document_updates_its_pull_request(repository: Repository) -> None:
    repository.patch("openapi/propexo.json")
    assert repository.propose("warning") == 0
    (repository.folder / "prs").write_text("7\n")
    repository.git("reset", "--quiet", "--hard", "origin/main")
    assert repository.propose("warning") == 0
    assert repository.calls.count("pr create") == 1
    assert f"pr edit drift/{DOCUMENT}" in repository.calls
    assert "drift-breaking" not in repository.calls


def test_what_the_patch_says_of_other_paths_is_not_applied(repository: Repository) -> None:
    outside = ["code.py", ".github/workflows/ci.yml", "openapi/operations.toml", "scripts/x.py"]
    repository.patch("openapi/propexo.json", *outside)
    assert repository.propose() == 0
    assert repository.proposed() == ["openapi/propexo.json"]


def test_a_patch_that_makes_a_link_is_refused(repository: Repository) -> None:
    repository.patch("openapi/propexo.json", link=f"{GENERATED}/link.py")
    assert repository.propose() == 1
    assert "pr create" not in repository.calls


@pytest.mark.parametrize("document", ["none", "", "../main", "0123456789ab; touch x", "MAIN"])
def test_a_name_that_is_no_hash_is_refused(document: str, repository: Repository) -> None:
    repository.patch("openapi/propexo.json")
    assert repository.propose(document=document) != 0
    assert repository.calls == ""
    assert repository.propose(verdict="$(touch x)") != 0
    assert not (repository.clone / "x").exists()
