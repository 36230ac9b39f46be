"""The drift check in a project that copied the client: the command, installed as a wheel."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.loopback import Response, serving
from contract_tests.packaging.elsewhere.conftest import COMMAND, Project


def run(command: Path, project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command as any CI would: from the root of the repository."""
    site = command.parents[1]
    start = (
        "import runpy, site, sys; site.addsitedir(sys.argv[1]); del sys.argv[:2];"
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", start, str(site), str(command), *arguments],
        cwd=project.folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_the_command_compares_the_copy_with_a_file_or_an_address(
    command: Path, project: Project
) -> None:
    project.write("theirs.json", project.contract)
    done = run(command, project, "billing_propexo", "--against", "theirs.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("drift: untouched, 0 findings")
    changed = json.dumps(project.without("created_record_id")).encode()
    with serving({"/openapi.json": Response(changed)}) as url:
        done = run(
            command,
            project,
            "billing_propexo",
            "--against",
            f"{url}/openapi.json",
            "--report",
            "html=out/drift.html",
        )
    assert done.returncode == 1
    assert "created_record_id" in (project.folder / "out" / "drift.html").read_text()
    assert done.stderr.endswith("see out/drift.html\n")


@pytest.mark.slow
def test_the_command_knows_where_the_vendor_publishes(command: Path, project: Project) -> None:
    contract = project.contract
    with serving({"/openapi.json": Response(json.dumps(contract).encode())}) as url:
        contract["x-propexo-client"]["sources"] = [[f"{url}/openapi.json"]]
        project.write("billing_propexo/_generated/contract.json", contract)
        done = run(command, project, "billing_propexo")
    assert (done.returncode, done.stdout.splitlines()[0][:16]) == (0, "drift: untouched")


@pytest.mark.slow
def test_the_command_says_what_it_needs(command: Path, project: Project) -> None:
    done = run(command, project)
    assert done.returncode == 2
    assert done.stderr == "drift: name the folder of the copied client; none is installed\n"
    assert COMMAND in run(command, project, "--help").stdout


@pytest.mark.slow
def test_the_wheel_holds_the_check_and_nothing_else(command: Path) -> None:
    shipped = command.parents[1] / "propexo_drift"
    assert sorted(path.name for path in shipped.iterdir() if path.name != "__pycache__") == [
        "document", "drift", "support",
    ]  # fmt: skip
    assert (shipped / "drift" / "reports" / "report.css").is_file()
    assert shutil.which("git") is None or not list(shipped.rglob(".git*"))
