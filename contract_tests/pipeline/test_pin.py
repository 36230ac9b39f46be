"""`make pin`: what is downloaded, cut, recorded, and what happens when the download is no good."""

import json
import shutil
from pathlib import Path

import pytest

from contract_tests.loopback import Response, serving
from contract_tests.pipeline.pinning import DOCUMENT, OPERATIONS, Place
from scripts import pin
from scripts.document import slices
from scripts.support.files import ROOT, sha256


def test_the_pin_holds_our_operations_and_what_they_reach_and_nothing_else(
    place: Place, server: str, responses: dict[str, Response]
) -> None:
    responses["/openapi.json"] = Response(json.dumps(DOCUMENT).encode())
    assert place.run("--from", f"{server}/openapi.json") == 0
    pinned = place.pinned()
    assert {path: list(item) for path, item in pinned["paths"].items()} == {
        "/v1/resident-credits/": ["post"],
        "/v1/admin/write-status/{id}": ["get"],
    }
    assert list(pinned["components"]["schemas"]) == ["Deep", "In"]
    assert list(pinned["components"]["securitySchemes"]) == ["bearerAuth"]


def test_the_record_says_where_the_pin_came_from(
    place: Place, server: str, responses: dict[str, Response]
) -> None:
    raw = json.dumps(DOCUMENT).encode()
    responses["/openapi.json"] = Response(raw, headers={"etag": '"v1"'})
    place.run("--from", f"{server}/openapi.json")
    record = place.record()
    entry = record["operations"]["POST /v1/resident-credits/"]
    assert (entry["origin"], entry["document"]) == ("downloaded", f"{server}/openapi.json")
    assert entry["at"].endswith("Z")
    assert record["documents"][f"{server}/openapi.json"]["etag"] == '"v1"'
    assert record["documents"][f"{server}/openapi.json"]["sha256"] == sha256(raw)
    assert record["pin_sha256"] == sha256(place.pin.read_bytes())


def test_the_first_download_reports_its_drift_from_the_transcribed_pin_before_it_replaces_it(
    tmp_path: Path, server: str, responses: dict[str, Response], capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "openapi" / "propexo.json", tmp_path)
    shutil.copy(ROOT / "openapi" / "pin.json", tmp_path)
    published = json.loads((tmp_path / "propexo.json").read_bytes())
    status = published["paths"]["/v1/admin/write-status/{root_job_id}"]["get"]["responses"]["200"]
    response = status["content"]["application/json"]["schema"]
    target = slices.resolve_pointer(published, response["$ref"]) if "$ref" in response else response
    target["properties"]["write_status"] = {"type": "integer"}
    responses["/openapi.json"] = Response(json.dumps(published).encode())
    pinned = tmp_path / "propexo.json"
    assert pin.main(["--from", f"{server}/openapi.json", "--output", str(pinned)]) == 0
    said = capsys.readouterr().err
    assert said.index("drift: breaking") < said.index("26 of 26 operations from")
    assert "write_status" in said
    assert f"sha256 {sha256(pinned.read_bytes())[:12]})" in said
    record = json.loads((tmp_path / "pin.json").read_bytes())
    assert {entry["origin"] for entry in record["operations"].values()} == {"downloaded"}
    assert pin.main(["--from", f"{server}/openapi.json", "--output", str(pinned)]) == 0
    assert "drift" not in capsys.readouterr().err


def test_an_unchanged_document_changes_no_file(
    place: Place, server: str, responses: dict[str, Response], capsys: pytest.CaptureFixture[str]
) -> None:
    responses["/openapi.json"] = Response(json.dumps(DOCUMENT).encode())
    place.run("--from", f"{server}/openapi.json")
    before = {path: path.stat().st_mtime_ns for path in place.pin.parent.iterdir()}
    assert place.run("--from", f"{server}/openapi.json") == 0
    assert {path: path.stat().st_mtime_ns for path in place.pin.parent.iterdir()} == before
    assert "nothing new" in capsys.readouterr().err


def test_json_and_yaml_of_one_document_give_one_pin(
    place: Place, server: str, responses: dict[str, Response]
) -> None:
    responses["/openapi.json"] = Response(json.dumps(DOCUMENT).encode())
    responses["/openapi.yaml"] = Response(
        b"# a comment makes it YAML\n" + json.dumps(DOCUMENT).encode()
    )
    place.run("--from", f"{server}/openapi.json")
    from_json = place.pin.read_bytes()
    place.pin.unlink()
    place.run("--from", f"{server}/openapi.yaml")
    assert place.pin.read_bytes() == from_json


def test_a_record_left_behind_by_an_interruption_is_written_again(
    place: Place, server: str, responses: dict[str, Response]
) -> None:
    responses["/openapi.json"] = Response(json.dumps(DOCUMENT).encode())
    place.run("--from", f"{server}/openapi.json")
    record = place.pin.with_name("pin.json")
    whole = json.loads(record.read_bytes())
    record.write_text(json.dumps({**whole, "pin_sha256": "of the pin before"}))
    place.run("--from", f"{server}/openapi.json")
    assert place.record()["pin_sha256"] == sha256(place.pin.read_bytes())


BAD = {
    "a missing address": (Response(b"", status=404), 12, "responded with 404"),
    "a web page": (Response(b"<!doctype html><title>Docs</title>"), 15, "a web page"),
    "an image": (Response(b"\x89PNG\r\n\xff\xfe"), 15, "not UTF-8 text"),
    "broken JSON": (Response(b'{"openapi": "3.1.0", "paths": {]}'), 16, "broken JSON"),
    "broken YAML": (Response(b"openapi: [3.1.0\npaths: }"), 16, "broken YAML"),
    "Swagger 2": (Response(b'{"swagger": "2.0", "paths": {}}'), 17, "swagger 2.0"),
    "no paths": (Response(b"openapi: 3.1.0\n"), 17, "no `paths`"),
    "a list": (Response(b"[1, 2]"), 17, "OpenAPI 3.x is needed"),
    "half a text": (Response(json.dumps(DOCUMENT).encode()[:500]), 14, "ends in the middle"),
    "half a connection": (Response(b'{"openapi"', promised=9999), 14, "ended in the middle"),
    "nothing": (Response(b""), 14, "empty"),
    "a stall": (Response(b"{}", stall=5.0), 11, "no response in 0.2 s"),
    "another API": (
        Response(
            json.dumps({**DOCUMENT, "paths": {"/v1/resident-credits": {"post": {}}}}).encode()
        ),
        18,
        "has no POST /v1/resident-credits/; nearest: POST /v1/resident-credits",
    ),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_document_is_one_clear_line_an_exit_code_of_its_own_and_leaves_the_old_pin(
    bad: str,
    place: Place,
    server: str,
    responses: dict[str, Response],
    capsys: pytest.CaptureFixture[str],
) -> None:
    responses["/openapi.json"], code, says = BAD[bad]
    assert place.run("--from", f"{server}/openapi.json", "--timeout", "0.2") == code
    said = capsys.readouterr().err
    assert says in said
    assert f"{server}/openapi.json" in said
    assert place.pin.read_text() == "the old pin"
    assert sorted(path.name for path in place.pin.parent.iterdir()) == [
        "operations.toml",
        "propexo.json",
    ]


def test_an_unreachable_server_has_its_own_exit_code(place: Place) -> None:
    with serving({}) as url:
        closed = url
    assert place.run("--from", f"{closed}/openapi.json") == 10
    assert place.run("--from", "no-such-file.json") == 10
    assert place.pin.read_text() == "the old pin"


@pytest.mark.parametrize("seconds", ["-1", "0", "nan", "inf"])
def test_a_timeout_that_is_no_time_is_refused_before_anything_is_fetched(
    seconds: str, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.run("--from", "x.json", "--timeout", seconds) == 2
    assert "--timeout" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "lists no operation"),
        ("[operations.x]\nendpoint = 'FETCH /v1'", "METHOD /path"),
        ("[operations.class]\nendpoint = 'GET /v1'", "cannot be a Python name"),
        ("[operations.x]\nendpoint = 'GET /v1'\nsend = []", "unknown key 'send'"),
        (
            "[operations.x]\nendpoint='GET /{a}'\n[operations.y]\nendpoint='GET /{b}'",
            "listed twice",
        ),
        ("not toml", "not TOML"),
        (OPERATIONS, "lists no [[sources]]"),
    ],
)
def test_a_wrong_operations_file_is_named_before_anything_is_fetched(
    text: str, says: str, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.operations.write_text(text)
    assert place.run() == 2
    said = capsys.readouterr().err
    assert "operations.toml" in said
    assert says in said
