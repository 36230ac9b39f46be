"""`make pin`: what is downloaded, cut, recorded, and what happens when the download is no good."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests import upstream
from contract_tests.loopback import Answer, serving
from scripts import pin
from scripts.document import operations, reader, slices
from scripts.drift import Severity, compare
from scripts.support.files import ROOT, sha256

OPERATIONS = """
[operations.create_credit]
endpoint = "POST /v1/resident-credits/"
[operations.get_write_status]
endpoint = "GET /v1/admin/write-status/{root_job_id}"
"""
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/v1/resident-credits/": {
            "post": {
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}
                },
                "responses": {"200": {"description": "ok"}},
                "security": [{"bearerAuth": []}],
            },
            "get": {"responses": {"200": {"description": "not ours"}}},
        },
        "/v1/admin/write-status/{id}": {"get": {"responses": {"200": {"description": "ok"}}}},
        "/v1/other/": {"get": {"responses": {"200": {"description": "ok"}}}},
    },
    "components": {
        "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "In": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Deep"}}},
            "Deep": {"type": "string"},
            "Unused": {"type": "string"},
        },
    },
}


class Place:
    """A folder with an operations file and an old pin."""

    def __init__(self, folder: Path) -> None:
        self.pin = folder / "propexo.json"
        self.operations = folder / "operations.toml"
        self.operations.write_text(OPERATIONS)
        self.pin.write_text("the old pin")

    def run(self, *arguments: str) -> int:
        return pin.main(
            ["--operations", str(self.operations), "--output", str(self.pin), *arguments]
        )

    def pinned(self) -> Any:
        return json.loads(self.pin.read_bytes())

    def record(self) -> Any:
        return json.loads(self.pin.with_name("pin.json").read_bytes())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def answers() -> dict[str, Answer]:
    return {}


@pytest.fixture
def server(answers: dict[str, Answer]) -> Iterator[str]:
    with serving(answers) as url:
        yield url


def test_the_pin_holds_our_operations_and_what_they_reach_and_nothing_else(
    place: Place, server: str, answers: dict[str, Answer]
) -> None:
    answers["/openapi.json"] = Answer(json.dumps(DOCUMENT).encode())
    assert place.run("--from", f"{server}/openapi.json") == 0
    pinned = place.pinned()
    assert {path: list(item) for path, item in pinned["paths"].items()} == {
        "/v1/resident-credits/": ["post"],
        "/v1/admin/write-status/{id}": ["get"],
    }
    assert list(pinned["components"]["schemas"]) == ["Deep", "In"]
    assert list(pinned["components"]["securitySchemes"]) == ["bearerAuth"]


def test_the_record_says_where_the_pin_came_from(
    place: Place, server: str, answers: dict[str, Answer]
) -> None:
    raw = json.dumps(DOCUMENT).encode()
    answers["/openapi.json"] = Answer(raw, headers={"etag": '"v1"'})
    place.run("--from", f"{server}/openapi.json")
    record = place.record()
    assert record["documents"][0]["source"] == f"{server}/openapi.json"
    assert record["documents"][0]["etag"] == '"v1"'
    assert record["documents"][0]["sha256"] == sha256(raw)
    assert record["pin_sha256"] == sha256(place.pin.read_bytes())
    assert record["retrieved_at"].endswith("Z")


def test_the_first_download_tells_its_drift_from_the_transcribed_pin_before_it_replaces_it(
    tmp_path: Path, server: str, answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "openapi" / "propexo.json", tmp_path)
    (tmp_path / "pin.json").write_text('{"kind": "transcription"}')
    published = json.loads((tmp_path / "propexo.json").read_bytes())
    status = published["paths"]["/v1/admin/write-status/{root_job_id}"]["get"]["responses"]["200"]
    answer = status["content"]["application/json"]["schema"]
    target = slices.resolve_pointer(published, answer["$ref"]) if "$ref" in answer else answer
    target["properties"]["write_status"] = {"type": "integer"}
    answers["/openapi.json"] = Answer(json.dumps(published).encode())
    pinned = tmp_path / "propexo.json"
    assert pin.main(["--from", f"{server}/openapi.json", "--output", str(pinned)]) == 0
    said = capsys.readouterr().err
    assert said.index("drift: breaking") < said.index("14 operations from")
    assert "write_status" in said
    assert json.loads((tmp_path / "pin.json").read_bytes())["kind"] == "download"
    assert pin.main(["--from", f"{server}/openapi.json", "--output", str(pinned)]) == 0
    assert "drift" not in capsys.readouterr().err


def test_an_unchanged_document_changes_no_file(
    place: Place, server: str, answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    answers["/openapi.json"] = Answer(json.dumps(DOCUMENT).encode())
    place.run("--from", f"{server}/openapi.json")
    before = {path: path.stat().st_mtime_ns for path in place.pin.parent.iterdir()}
    assert place.run("--from", f"{server}/openapi.json") == 0
    assert {path: path.stat().st_mtime_ns for path in place.pin.parent.iterdir()} == before
    assert "nothing new" in capsys.readouterr().err


def test_json_and_yaml_of_one_document_give_one_pin(
    place: Place, server: str, answers: dict[str, Answer]
) -> None:
    answers["/openapi.json"] = Answer(json.dumps(DOCUMENT).encode())
    answers["/openapi.yaml"] = Answer(
        b"# a comment makes it YAML\n" + json.dumps(DOCUMENT).encode()
    )
    place.run("--from", f"{server}/openapi.json")
    from_json = place.pin.read_bytes()
    place.pin.unlink()
    place.run("--from", f"{server}/openapi.yaml")
    assert place.pin.read_bytes() == from_json


def test_sources_are_tried_in_order_until_one_holds_every_operation(
    place: Place, server: str, answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    answers["/generic.json"] = Answer(json.dumps({**DOCUMENT, "paths": {}}).encode())
    answers["/whole.json"] = Answer(json.dumps(DOCUMENT).encode())
    urls = [f"{server}/{name}" for name in ("gone.json", "generic.json", "whole.json")]
    listed = "".join(f'[[sources]]\nurls = ["{url}"]\n' for url in urls)
    place.operations.write_text(listed + OPERATIONS)
    assert place.run() == 0
    assert place.record()["documents"][0]["source"] == urls[2]
    said = capsys.readouterr().err
    assert "gone.json: answered 404" in said
    assert "generic.json: has no POST /v1/resident-credits/" in said


def test_one_source_may_be_several_documents_put_together(
    place: Place, server: str, answers: dict[str, Answer]
) -> None:
    parts = {
        "credits": {"/v1/resident-credits/": DOCUMENT["paths"]["/v1/resident-credits/"]},  # type: ignore[index]
        "admin": {
            "/v1/admin/write-status/{id}": DOCUMENT["paths"]["/v1/admin/write-status/{id}"]  # type: ignore[index]
        },
    }
    for name, paths in parts.items():
        answers[f"/{name}"] = Answer(json.dumps({**DOCUMENT, "paths": paths}).encode())
    listed = f'[[sources]]\nurls = ["{server}/credits", "{server}/admin"]\n'
    place.operations.write_text(listed + OPERATIONS)
    assert place.run() == 0
    assert len(place.pinned()["paths"]) == 2
    assert [document["source"] for document in place.record()["documents"]] == [
        f"{server}/credits",
        f"{server}/admin",
    ]


BAD = {
    "a missing address": (Answer(b"", status=404), 12, "answered 404"),
    "a web page": (Answer(b"<!doctype html><title>Docs</title>"), 15, "a web page"),
    "an image": (Answer(b"\x89PNG\r\n\xff\xfe"), 15, "not UTF-8 text"),
    "broken JSON": (Answer(b'{"openapi": "3.1.0", "paths": {]}'), 16, "broken JSON"),
    "broken YAML": (Answer(b"openapi: [3.1.0\npaths: }"), 16, "broken YAML"),
    "Swagger 2": (Answer(b'{"swagger": "2.0", "paths": {}}'), 17, "swagger 2.0"),
    "no paths": (Answer(b"openapi: 3.1.0\n"), 17, "no `paths`"),
    "a list": (Answer(b"[1, 2]"), 17, "OpenAPI 3.x is needed"),
    "half a text": (Answer(json.dumps(DOCUMENT).encode()[:500]), 14, "ends in the middle"),
    "half a connection": (Answer(b'{"openapi"', promised=9999), 14, "ended in the middle"),
    "nothing": (Answer(b""), 14, "empty"),
    "a stall": (Answer(b"{}", stall=5.0), 11, "not answered in 0.2 s"),
    "another API": (
        Answer(json.dumps({**DOCUMENT, "paths": {"/v1/resident-credits": {"post": {}}}}).encode()),
        18,
        "has no POST /v1/resident-credits/; nearest: POST /v1/resident-credits",
    ),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_document_is_one_clear_line_an_exit_code_of_its_own_and_leaves_the_old_pin(
    bad: str,
    place: Place,
    server: str,
    answers: dict[str, Answer],
    capsys: pytest.CaptureFixture[str],
) -> None:
    answers["/openapi.json"], code, says = BAD[bad]
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
    place: Place, server: str, answers: dict[str, Answer]
) -> None:
    answers["/openapi.yaml"] = Answer(upstream.raw())
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
def test_the_real_document_lacks_the_rentvine_paths_and_the_error_names_the_generic_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "vendor.yml"
    file.write_bytes(upstream.raw())
    old = pin.DEFAULT_PIN.read_bytes()
    assert pin.main(["--from", str(file), "--output", str(tmp_path / "pin.json")]) == 18
    said = capsys.readouterr().err
    assert "has no POST /v1/resident-credits/rentvine/; nearest: POST /v1/resident-credits/" in said
    assert pin.DEFAULT_PIN.read_bytes() == old


@upstream.needs_upstream
def test_our_pin_says_what_the_real_document_says_where_the_two_overlap() -> None:
    """The pin was transcribed by hand; this shows that it was transcribed faithfully."""
    overlap = [o.endpoint for o in operations.load().operations if "rentvine" not in o.path]
    assert len(overlap) == 10
    report = compare(
        reader.read(str(pin.DEFAULT_PIN)).content,
        upstream.content(),
        operations.from_endpoints(overlap),
    )
    assert report.contract_verdict <= Severity.COSMETIC
