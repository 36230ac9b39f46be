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
from scripts.document import contract, operations, reader, slices
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

    def list_sources(self, *sources: str | list[str]) -> None:
        entries = ([source] if isinstance(source, str) else source for source in sources)
        listed = "".join(f"[[sources]]\nurls = {json.dumps(entry)}\n" for entry in entries)
        self.operations.write_text(listed + OPERATIONS)

    def documents(self) -> dict[str, str]:
        entries = self.record()["operations"].items()
        return {endpoint: entry["document"] for endpoint, entry in entries}

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
    entry = record["operations"]["POST /v1/resident-credits/"]
    assert (entry["origin"], entry["document"]) == ("downloaded", f"{server}/openapi.json")
    assert entry["at"].endswith("Z")
    assert record["documents"][f"{server}/openapi.json"]["etag"] == '"v1"'
    assert record["documents"][f"{server}/openapi.json"]["sha256"] == sha256(raw)
    assert record["pin_sha256"] == sha256(place.pin.read_bytes())


def test_the_first_download_tells_its_drift_from_the_transcribed_pin_before_it_replaces_it(
    tmp_path: Path, server: str, answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "openapi" / "propexo.json", tmp_path)
    shutil.copy(ROOT / "openapi" / "pin.json", tmp_path)
    published = json.loads((tmp_path / "propexo.json").read_bytes())
    status = published["paths"]["/v1/admin/write-status/{root_job_id}"]["get"]["responses"]["200"]
    answer = status["content"]["application/json"]["schema"]
    target = slices.resolve_pointer(published, answer["$ref"]) if "$ref" in answer else answer
    target["properties"]["write_status"] = {"type": "integer"}
    answers["/openapi.json"] = Answer(json.dumps(published).encode())
    pinned = tmp_path / "propexo.json"
    assert pin.main(["--from", f"{server}/openapi.json", "--output", str(pinned)]) == 0
    said = capsys.readouterr().err
    assert said.index("drift: breaking") < said.index("26 of 26 operations from")
    assert "write_status" in said
    record = json.loads((tmp_path / "pin.json").read_bytes())
    assert {entry["origin"] for entry in record["operations"].values()} == {"downloaded"}
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


def test_each_operation_is_taken_from_the_first_source_that_has_it(
    place: Place, server: str, answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    changed = json.loads(json.dumps(DOCUMENT))
    changed["paths"]["/v1/resident-credits/"]["post"]["summary"] = "from the second"
    changed["paths"].pop("/v1/admin/write-status/{id}")
    answers["/second.json"] = Answer(json.dumps(changed).encode())
    answers["/third.json"] = Answer(json.dumps(DOCUMENT).encode())
    answers["/fourth.json"] = Answer(b"never read")
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
    place: Place, server: str, answers: dict[str, Answer]
) -> None:
    answers["/openapi.json"] = Answer(b"<html>")
    answers["/openapi.yaml"] = Answer(json.dumps(DOCUMENT).encode())
    place.list_sources([f"{server}/openapi.json", f"{server}/openapi.yaml"])
    assert place.run() == 0
    assert set(place.documents().values()) == {f"{server}/openapi.yaml"}


def test_several_documents_can_be_named_instead_of_the_listed_sources(
    place: Place, server: str, answers: dict[str, Answer]
) -> None:
    paths = {name: {name: DOCUMENT["paths"][name]} for name in DOCUMENT["paths"]}  # type: ignore[index]
    for number, part in enumerate(paths.values()):
        answers[f"/{number}"] = Answer(json.dumps({**DOCUMENT, "paths": part}).encode())
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
    tmp_path: Path, server: str, answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    place = Transcription(tmp_path)
    answers["/openapi.json"] = Answer(json.dumps(DOCUMENT).encode())
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
    answers: dict[str, Answer],
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = Transcription(tmp_path)
    answers["/openapi.json"] = Answer(json.dumps(DOCUMENT).encode())
    if how == "downloaded":
        place.run("--from", f"{server}/openapi.json")
    before = place.pin.read_bytes()
    paths = {path: v for path, v in DOCUMENT["paths"].items() if "credits" not in path}  # type: ignore[attr-defined]
    answers["/openapi.json"] = Answer(json.dumps({**DOCUMENT, "paths": paths}).encode())
    assert place.run("--from", f"{server}/openapi.json") == 18
    said = capsys.readouterr().err
    assert "has no POST /v1/resident-credits/" in said
    assert "has no POST /v1/by-hand/" not in said
    assert place.pin.read_bytes() == before


def test_a_document_of_another_api_is_refused_even_if_everything_is_transcribed(
    tmp_path: Path, server: str, answers: dict[str, Answer]
) -> None:
    place = Transcription(tmp_path)
    answers["/pets.json"] = Answer(json.dumps({**DOCUMENT, "paths": {"/pets": {}}}).encode())
    assert place.run("--from", f"{server}/pets.json") == 18


def test_a_source_that_gave_an_operation_is_not_replaced_by_a_later_one_while_it_is_down(
    place: Place, server: str, answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    """The later one may be older: an outage must not turn into a change of the contract."""
    answers["/new.json"] = Answer(json.dumps(DOCUMENT).encode())
    answers["/old.json"] = Answer(json.dumps(DOCUMENT).encode())
    place.list_sources(f"{server}/new.json", f"{server}/old.json")
    assert place.run() == 0
    answers["/new.json"] = Answer(b"", status=503)
    assert place.run() == 12
    assert "new.json: responded with 503" in capsys.readouterr().err


def test_a_record_left_behind_by_an_interruption_is_written_again(
    place: Place, server: str, answers: dict[str, Answer]
) -> None:
    answers["/openapi.json"] = Answer(json.dumps(DOCUMENT).encode())
    place.run("--from", f"{server}/openapi.json")
    record = place.pin.with_name("pin.json")
    whole = json.loads(record.read_bytes())
    record.write_text(json.dumps({**whole, "pin_sha256": "of the pin before"}))
    place.run("--from", f"{server}/openapi.json")
    assert place.record()["pin_sha256"] == sha256(place.pin.read_bytes())


BAD = {
    "a missing address": (Answer(b"", status=404), 12, "responded with 404"),
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
    "a stall": (Answer(b"{}", stall=5.0), 11, "no response in 0.2 s"),
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
def test_the_committed_pin_takes_what_the_real_document_has_and_keeps_the_rentvine_writes(
    tmp_path: Path, server: str, answers: dict[str, Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    answers["/openapi.yml"] = Answer(upstream.raw())
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
