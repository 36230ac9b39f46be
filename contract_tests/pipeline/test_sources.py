"""Where the operations of a pin are taken from, and what keeps its transcription."""

import json
from pathlib import Path

import pytest

from contract_tests.loopback import Response
from contract_tests.pipeline.pinning import DOCUMENT, OPERATIONS, Place


def test_each_operation_is_taken_from_the_first_source_that_has_it(
    place: Place, server: str, responses: dict[str, Response], capsys: pytest.CaptureFixture[str]
) -> None:
    changed = json.loads(json.dumps(DOCUMENT))
    changed["paths"]["/v1/resident-credits/"]["post"]["summary"] = "from the second"
    changed["paths"].pop("/v1/admin/write-status/{id}")
    responses["/second.json"] = Response(json.dumps(changed).encode())
    responses["/third.json"] = Response(json.dumps(DOCUMENT).encode())
    responses["/fourth.json"] = Response(b"never read")
    place.list_sources(*(f"{server}/{n}.json" for n in ("first", "second", "third", "fourth")))
    assert place.run() == 0
    assert place.pinned()["paths"]["/v1/resident-credits/"]["post"]["summary"] == "from the second"
    assert place.documents() == {
        "POST /v1/resident-credits/": f"{server}/second.json",
        "GET /v1/admin/write-status/{root_job_id}": f"{server}/third.json",
    }
    said = capsys.readouterr().err
    assert "first.json: responded with 404" in said
    assert "fourth" not in said
    assert "1 of 2 operations from" in said


def test_of_the_addresses_of_a_source_the_first_that_can_be_read_counts(
    place: Place, server: str, responses: dict[str, Response]
) -> None:
    responses["/openapi.json"] = Response(b"<html>")
    responses["/openapi.yaml"] = Response(json.dumps(DOCUMENT).encode())
    place.list_sources([f"{server}/openapi.json", f"{server}/openapi.yaml"])
    assert place.run() == 0
    assert set(place.documents().values()) == {f"{server}/openapi.yaml"}


def test_several_documents_can_be_named_instead_of_the_listed_sources(
    place: Place, server: str, responses: dict[str, Response]
) -> None:
    paths = {name: {name: DOCUMENT["paths"][name]} for name in DOCUMENT["paths"]}  # type: ignore[index]
    for number, part in enumerate(paths.values()):
        responses[f"/{number}"] = Response(json.dumps({**DOCUMENT, "paths": part}).encode())
    assert place.run("--from", f"{server}/0", "--from", f"{server}/1") == 0
    assert set(place.documents().values()) == {f"{server}/0", f"{server}/1"}
    assert place.run("--from", f"{server}/absent", "--from", f"{server}/1") == 12


class Transcription(Place):
    """A pin written by hand, of which one operation is in no document."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.operations.write_text(OPERATIONS + HAND_WRITTEN)
        paths = {**DOCUMENT["paths"], "/v1/by-hand/": {"post": BY_HAND}}  # type: ignore[dict-item]
        self.pin.write_text(json.dumps({**DOCUMENT, "paths": paths}))
        at_hand = {"origin": "transcribed", "at": "2026-01-01"}
        record = {
            "operations": {
                "POST /v1/resident-credits/": {**at_hand, "document": "https://vendor.example"},
                "GET /v1/admin/write-status/{x}": {**at_hand, "page": PAGE},
                "POST /v1/by-hand/": {**at_hand, "page": PAGE},
            }
        }
        self.pin.with_name("pin.json").write_text(json.dumps(record))


PAGE = "https://vendor.example/page"
HAND_WRITTEN = """[operations.by_hand]
endpoint = "POST /v1/by-hand/"
"""
BY_HAND = {"summary": "By hand", "responses": {"200": {"description": "ok"}}}


def test_what_no_source_has_keeps_its_transcription_and_is_named(
    tmp_path: Path, server: str, responses: dict[str, Response], capsys: pytest.CaptureFixture[str]
) -> None:
    place = Transcription(tmp_path)
    responses["/openapi.json"] = Response(json.dumps(DOCUMENT).encode())
    assert place.run("--from", f"{server}/openapi.json") == 0
    assert place.pinned()["paths"]["/v1/by-hand/"]["post"] == BY_HAND
    origins = place.record()["operations"]
    assert origins["POST /v1/by-hand/"] == {
        "origin": "transcribed",
        "at": "2026-01-01",
        "page": PAGE,
    }
    assert origins["POST /v1/resident-credits/"]["origin"] == "downloaded"
    said = capsys.readouterr().err
    assert "2 of 3 operations from" in said
    assert "1 of 3 in no document, kept as transcribed: POST /v1/by-hand/" in said
    assert place.run("--from", f"{server}/openapi.json") == 0
    assert "nothing new in our 3 operations" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["downloaded", "transcribed"])
def test_what_a_document_had_before_and_no_source_has_now_is_missing(
    how: str,
    tmp_path: Path,
    server: str,
    responses: dict[str, Response],
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = Transcription(tmp_path)
    responses["/openapi.json"] = Response(json.dumps(DOCUMENT).encode())
    if how == "downloaded":
        place.run("--from", f"{server}/openapi.json")
    before = place.pin.read_bytes()
    paths = {path: v for path, v in DOCUMENT["paths"].items() if "credits" not in path}  # type: ignore[attr-defined]
    responses["/openapi.json"] = Response(json.dumps({**DOCUMENT, "paths": paths}).encode())
    assert place.run("--from", f"{server}/openapi.json") == 18
    said = capsys.readouterr().err
    assert "has no POST /v1/resident-credits/" in said
    assert "has no POST /v1/by-hand/" not in said
    assert place.pin.read_bytes() == before


def test_a_document_of_another_api_is_refused_even_if_everything_is_transcribed(
    tmp_path: Path, server: str, responses: dict[str, Response]
) -> None:
    place = Transcription(tmp_path)
    responses["/pets.json"] = Response(json.dumps({**DOCUMENT, "paths": {"/pets": {}}}).encode())
    assert place.run("--from", f"{server}/pets.json") == 18


def test_a_source_that_gave_an_operation_is_not_replaced_by_a_later_one_while_it_is_down(
    place: Place, server: str, responses: dict[str, Response], capsys: pytest.CaptureFixture[str]
) -> None:
    """The later one may be older: an outage must not turn into a change of the contract."""
    responses["/new.json"] = Response(json.dumps(DOCUMENT).encode())
    responses["/old.json"] = Response(json.dumps(DOCUMENT).encode())
    place.list_sources(f"{server}/new.json", f"{server}/old.json")
    assert place.run() == 0
    responses["/new.json"] = Response(b"", status=503)
    assert place.run() == 12
    assert "new.json: responded with 503" in capsys.readouterr().err
