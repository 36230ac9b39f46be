"""`make detect`: a verdict, a report and a patch from any document, and this tree untouched."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.loopback import Response, serving
from scripts import detect
from scripts.document import slices
from scripts.pin import DEFAULT_PIN
from scripts.support.files import ROOT

Json = dict[str, Any]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this checkout has no git history"),
]
TESTS = "contract_tests/pipeline/test_prepare.py"
CREDITS = "/v1/resident-credits/rentvine/"


def body(document: Json) -> Json:
    post = document["paths"][CREDITS]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    found: Json = slices.resolve_pointer(document, schema["$ref"]) if "$ref" in schema else schema
    return found


def widen(document: Json) -> None:
    body(document)["properties"]["note"] = {"type": "string"}


def narrow(document: Json) -> None:
    body(document)["properties"]["amount_in_cents"]["maximum"] = 100


def baffle(document: Json) -> None:
    """Ask for what the generator cannot write."""
    body(document)["properties"]["extra"] = {"type": "wat"}


def remove(document: Json) -> None:
    del document["paths"]["/v1/admin/write-status/{root_job_id}"]


def run(source: str, folder: Path) -> tuple[int, Json, str]:
    code = detect.main(["--from", source, "--to", str(folder), "--tests", TESTS])
    verdict = json.loads((folder / "verdict.json").read_bytes())
    return code, verdict, (folder / "report.md").read_text()


@pytest.mark.parametrize(
    ("change", "code", "verdict", "patch"),
    [
        (widen, 0, "compatible", True),
        (narrow, 1, "breaking", True),
        (remove, 1, "breaking", False),
    ],
)
def test_a_changed_document_gets_its_verdict(
    change: Callable[[Json], None], code: int, verdict: str, patch: bool, tmp_path: Path
) -> None:
    before = subprocess.check_output(["git", "status", "--porcelain"], cwd=ROOT)
    document = json.loads(DEFAULT_PIN.read_bytes())
    change(document)
    with serving({"/openapi.json": Response(json.dumps(document).encode())}) as url:
        found, facts, report = run(f"{url}/openapi.json", tmp_path / "found")
    assert (found, facts["verdict"], facts["patch"]) == (code, verdict, patch)
    assert (tmp_path / "found" / "change.patch").exists() == patch
    assert f"Drift: {verdict}" in report
    assert json.loads((tmp_path / "found" / "drift.sarif").read_bytes())["version"] == "2.1.0"
    assert subprocess.check_output(["git", "status", "--porcelain"], cwd=ROOT) == before
    if patch:
        changed = (tmp_path / "found" / "change.patch").read_text()
        assert "+++ b/openapi/propexo.json" in changed
        assert "+++ b/generated_client/propexo_client/_generated/contract.json" in changed


def test_a_document_that_cannot_be_had_is_its_own_failure(tmp_path: Path) -> None:
    with serving({"/page": Response(b"<html>")}) as url:
        for place in ("absent", "page"):
            code, facts, report = run(f"{url}/{place}", tmp_path / "found")
            assert (code, facts["verdict"], facts["patch"]) == (4, "unavailable", False)
            assert "No document" in report


def test_a_client_that_cannot_be_generated_is_told_in_the_report(tmp_path: Path) -> None:
    document = json.loads(DEFAULT_PIN.read_bytes())
    baffle(document)
    with serving({"/openapi.json": Response(json.dumps(document).encode())}) as url:
        code, facts, report = run(f"{url}/openapi.json", tmp_path / "found")
    assert code in (1, 5)
    assert facts["tests"] == "failed"
    assert "cannot be generated" in report
