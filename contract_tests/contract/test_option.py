"""`--contract`: the same suite judges another document, and says what departs and where."""

import subprocess
import sys
from pathlib import Path

from scripts.generate import PACKAGE
from scripts.support.files import ROOT

SUITE = "contract_tests/contract/test_requests.py"
QUICK = "test_what_a_call_sends_is_allowed and credits.create and not wait"


def pytest_on(contract: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", SUITE, "-k", QUICK, "--contract", str(contract)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_document_that_moved_turns_the_suite_red_and_names_operation_and_field(
    tmp_path: Path,
) -> None:
    moved = tmp_path / "moved.json"
    text = (PACKAGE / "contract.json").read_text().replace('"lease_id"', '"resident_lease_id"')
    moved.write_text(text)
    done = pytest_on(moved)
    assert done.returncode == 1
    assert "POST /v1/resident-credits/rentvine/: request body" in done.stdout
    assert "resident_lease_id" in done.stdout


def test_a_document_that_cannot_be_used_stops_before_any_test(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>")
    done = pytest_on(page)
    assert done.returncode == 4
    assert "--contract" in done.stderr
    assert "a web page" in done.stderr
