"""The committed pin and its record, and the vendor's real document where it is at hand."""

import json
import shutil
from pathlib import Path

import pytest

from contract_tests import upstream
from contract_tests.loopback import Response
from contract_tests.pipeline.pinning import Place
from scripts import pin
from scripts.document import contract, operations, reader
from scripts.drift import Severity, compare
from scripts.support.files import ROOT


def test_the_committed_pin_holds_exactly_the_listed_operations_and_its_record_fits() -> None:
    pinned = reader.read(str(pin.DEFAULT_PIN))
    published = {
        (method, operations.erase_parameters(path))
        for path, item in pinned.content["paths"].items()
        for method in item
    }
    assert published == {operation.identity for operation in operations.load().operations}
    record = json.loads((ROOT / "openapi" / "pin.json").read_bytes())
    assert record["pin_sha256"] == pinned.sha256


@upstream.needs_upstream
def test_the_vendors_real_document_is_pinned_from_a_server(
    place: Place, server: str, responses: dict[str, Response]
) -> None:
    responses["/openapi.yaml"] = Response(upstream.raw())
    assert place.run("--from", f"{server}/openapi.yaml") == 0
    assert len(upstream.raw()) > 1_700_000
    schemas = place.pinned()["components"]["schemas"]
    assert sorted(schemas) == [
        "_v1_admin_write-status_{root_job_id}_get_output",
        "_v1_resident-credits__post_input",
        "_v1_resident-credits__post_output",
        "errorResponse",
    ]


@upstream.needs_upstream
def test_the_committed_pin_takes_what_the_real_document_has_and_keeps_the_rentvine_writes(
    tmp_path: Path, server: str, responses: dict[str, Response], capsys: pytest.CaptureFixture[str]
) -> None:
    responses["/openapi.yml"] = Response(upstream.raw())
    for name in ("propexo.json", "pin.json"):
        shutil.copy(ROOT / "openapi" / name, tmp_path)
    pinned = tmp_path / "propexo.json"
    assert pin.main(["--from", f"{server}/openapi.yml", "--output", str(pinned)]) == 0
    said = capsys.readouterr().err
    origins = json.loads((tmp_path / "pin.json").read_bytes())["operations"]
    by_hand = sorted(e for e, entry in origins.items() if entry["origin"] == "transcribed")
    assert by_hand == [
        "POST /v1/recurring-resident-charges/rentvine/",
        "POST /v1/resident-charges/rentvine/",
        "POST /v1/resident-credits/rentvine/",
        "POST /v1/resident-payments/rentvine/",
    ]
    assert "kept as transcribed: POST /v1/resident-credits/rentvine/" in said
    contract.make_contract(reader.read(str(pinned)).content, operations.load())
    assert pin.main(["--from", f"{server}/openapi.yml", "--output", str(pinned)]) == 0
    assert "nothing new" in capsys.readouterr().err


@upstream.needs_upstream
def test_our_pin_says_what_the_real_document_says_where_the_two_overlap() -> None:
    """The pin was transcribed by hand; this shows that it was transcribed faithfully."""
    overlap = [o.endpoint for o in operations.load().operations if "rentvine" not in o.path]
    assert len(overlap) == 22
    report = compare(
        reader.read(str(pin.DEFAULT_PIN)).content,
        upstream.content(),
        operations.from_endpoints(overlap),
    )
    assert report.contract_verdict <= Severity.COSMETIC
