"""The drift check in a project that copied the client: the action."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import jsonschema_rs
import pytest

from contract_tests.packaging.elsewhere.conftest import LOCK, Json, Project
from scripts.document import read_yaml
from scripts.support.files import ROOT

ACTION = ROOT / ".github" / "actions" / "drift"


@dataclass
class Job:
    """A job of the project's CI that runs the action."""

    project: Project
    folder: Path
    libraries: Path

    def run(self, **inputs: str) -> tuple[int, str]:
        """Run the step that compares, with its inputs; returns its exit code and what it prints."""
        temporary = self.folder / "temp"
        temporary.mkdir(parents=True, exist_ok=True)
        if not (temporary / "propexo-drift").exists():
            (temporary / "propexo-drift").symlink_to(self.libraries)
        for name in ("output", "summary"):
            (self.folder / name).write_text("")
        step = action()["runs"]["steps"][-1]
        declared = {name: entry.get("default", "") for name, entry in action()["inputs"].items()}
        values = declared | {"folder": "billing_propexo"} | inputs
        variables = {
            name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda m: values[m[1]], text)
            for name, text in step["env"].items()
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.project.folder,
            env={
                "PATH": os.environ["PATH"],
                **variables,
                "PYTHON": sys.executable,
                "RUNNER_TEMP": str(temporary),
                "GITHUB_ACTION_PATH": str(ACTION),
                "GITHUB_OUTPUT": str(self.folder / "output"),
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    @property
    def outputs(self) -> dict[str, str]:
        lines = (self.folder / "output").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text()


def action() -> Json:
    found: Json = read_yaml.load((ACTION / "action.yml").read_text())
    return found


@pytest.fixture
def job(project: Project, libraries: Path, tmp_path: Path) -> Job:
    return Job(project, tmp_path / "runner", libraries)


def test_the_lock_of_the_drift_check_agrees_with_that_of_the_project() -> None:
    pinned = re.findall(r"^[a-z0-9-]+==\S+", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    ours = re.findall(r"^[a-z0-9-]+==\S+", LOCK.read_text(), re.MULTILINE)
    assert 0 < len(ours) <= 12
    assert set(ours) <= set(pinned)


def test_the_action_installs_by_hash_what_it_caches_by_the_hash_of_the_lock() -> None:
    steps = {step.get("id", step.get("name")): step for step in action()["runs"]["steps"]}
    install = steps["Install it, by its hashes"]
    assert "--require-hashes --no-deps" in install["run"]
    assert "requirements-drift.lock" in install["run"]
    assert "steps.needed.outputs.hash" in steps["cache"]["with"]["key"]
    assert "requirements-drift.lock" in steps["needed"]["run"]
    assert install["if"] == "${{ steps.cache.outputs.cache-hit != 'true' }}"


def test_a_copy_against_the_document_it_was_made_from_is_quiet(job: Job) -> None:
    job.project.write("vendor/openapi.json", job.project.contract)
    code, printed = job.run(against="vendor/openapi.json")
    assert (code, printed) == (0, "")
    assert job.outputs["verdict"] == "untouched"
    assert "untouched, 0 findings" in job.summary


def test_drift_fails_the_job_and_points_at_the_copy(job: Job) -> None:
    job.project.write("vendor/openapi.json", job.project.without("created_record_id"))
    code, printed = job.run(against="vendor/openapi.json")
    assert code == 1
    assert job.outputs["verdict"] == "breaking"
    assert printed.startswith("::error file=billing_propexo/_generated/contract.json,line=")
    assert "created_record_id" in job.summary
    reports = Path(job.outputs["reports"])
    assert sorted(path.name for path in reports.iterdir()) == [
        "drift.html", "drift.json", "drift.md", "drift.sarif",
    ]  # fmt: skip
    schema = json.loads((ROOT / "scripts" / "drift" / "report.schema.json").read_bytes())
    jsonschema_rs.validator_for(schema).validate(json.loads((reports / "drift.json").read_bytes()))
    log = json.loads((reports / "drift.sarif").read_bytes())
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "billing_propexo/_generated/contract.json"


@pytest.mark.parametrize(
    "name", [pytest.param("accepted-drift.toml", marks=pytest.mark.slow), "ci/accepted.toml"]
)
def test_the_project_accepts_a_finding_in_a_file_of_its_own(job: Job, name: str) -> None:
    job.project.write("vendor/openapi.json", job.project.without("created_record_id"))
    job.run(against="vendor/openapi.json")
    report = json.loads((Path(job.outputs["reports"]) / "drift.json").read_bytes())
    rest = 'reason = "unused"\nexpires = 2999-01-01\n'
    entries = [
        f'[[accepted]]\nfingerprint = "{finding["fingerprint"]}"\n{rest}'
        for finding in report["findings"]
    ]
    job.project.write(name, "\n".join(entries))
    given = {} if name == "accepted-drift.toml" else {"accepted": name}
    code, printed = job.run(against="vendor/openapi.json", **given)
    assert (code, printed) == (0, "")
    assert "accepted" in job.summary


@pytest.mark.slow
def test_a_document_that_cannot_be_had_is_told_apart_from_drift(job: Job) -> None:
    job.project.write("vendor/openapi.json", "<html>")
    for against in ("vendor/openapi.json", "vendor/absent.json"):
        code, printed = job.run(against=against)
        assert code == 4
        assert job.outputs["verdict"] == "unavailable"
        assert printed.startswith("::error title=drift could not be checked::")
        assert "not checked" in job.summary


@pytest.mark.parametrize("inputs", [{"folder": "nowhere"}, {"accepted": "nowhere.toml"}])
def test_a_wrong_input_is_an_annotation_of_its_own(job: Job, inputs: dict[str, str]) -> None:
    job.project.write("vendor/openapi.json", job.project.contract)
    code, printed = job.run(against="vendor/openapi.json", **inputs)
    assert code in (2, 4)
    assert printed.startswith("::error title=drift could not be checked::nowhere")
