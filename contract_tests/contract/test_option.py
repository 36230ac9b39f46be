"""`--contract`: the same suite judges another document, and says what departs and where."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.generate import GENERATED
from scripts.support.files import ROOT

SUITE = "contract_tests/contract/test_requests.py"
QUICK = "test_whatever_a_caller_may_ask_for and create_resident_credit"


def pytest_on(contract: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", SUITE, "-k", QUICK, "--contract", str(contract)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_document_that_moved_turns_the_suite_red_and_names_operation_and_field(
    tmp_path: Path,
) -> None:
    moved = tmp_path / "moved.json"
    text = (GENERATED / "contract.json").read_text().replace('"lease_id"', '"resident_lease_id"')
    moved.write_text(text)
    done = pytest_on(moved)
    assert done.returncode == 1
    endpoint = "POST /v1/resident-credits/rentvine/"
    assert f"{endpoint}: request body resident_lease_id: " in done.stdout
    assert f"{endpoint}: request body lease_id: not allowed here" in done.stdout
    assert 'before: {"type": "string"}\n    after:  not declared\n' in done.stdout
    assert "sent by: credits.create(" in done.stdout


@pytest.mark.slow
def test_a_document_that_cannot_be_used_stops_before_any_test(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>")
    done = pytest_on(page)
    assert done.returncode == 4
    assert "--contract" in done.stderr
    assert "a web page" in done.stderr
