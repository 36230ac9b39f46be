"""Operations in no document: watched by their reference pages, or said to be unwatched."""

import copy
import json
import shutil
from pathlib import Path

import pytest

from contract_tests.drift.vendor_site import (
    ALL,
    CREDIT,
    PIN,
    UNPUBLISHED,
    Json,
    Site,
    body,
    page,
    rules,
)
from contract_tests.loopback import Response, serving
from scripts.drift.__main__ import main


def test_an_operation_in_no_document_is_unwatched_and_neither_removed_nor_untouched(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = site.drift()
    assert (code, rules(report)) == (0, [])
    assert [u["operation"] for u in report["unwatched"]] == [o.endpoint for o in UNPUBLISHED]
    assert f"{ALL - len(UNPUBLISHED)} of {ALL} operations compared" in capsys.readouterr().err
    assert site.drift("--require-all")[0] == 4
    main(["--against", str(site.folder / "theirs.json")])
    printed = capsys.readouterr().out
    assert printed.count("is unwatched: no document has it, and its reference page") == len(
        UNPUBLISHED
    )


def test_an_operation_that_was_read_from_a_document_is_removed(site: Site) -> None:
    del site.document["paths"]["/v1/resident-charges/"]
    code, report = site.drift()
    assert code == 1
    assert ("operation-removed", "breaking") in rules(report)


def test_a_transcription_compared_with_itself_is_unwatched(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert main(["--against", str(PIN), f"--report=json={report}"]) == 0
    assert len(json.loads(report.read_bytes())["unwatched"]) == len(UNPUBLISHED)


def test_a_transcription_that_someone_corrected_is_compared(tmp_path: Path) -> None:
    document = json.loads(PIN.read_bytes())
    del body(document, "/v1/resident-credits/rentvine/", "post")["properties"]["amount_in_cents"]
    corrected, report = tmp_path / PIN.name, tmp_path / "report.json"
    corrected.write_text(json.dumps(document))
    shutil.copy(PIN.with_name("pin.json"), tmp_path)
    assert main(["--against", str(corrected), f"--report=json={report}"]) == 1
    found = json.loads(report.read_bytes())
    assert ("property-removed", "breaking") in rules(found)
    assert len(found["unwatched"]) == len(UNPUBLISHED) - 1


def test_an_operation_that_was_downloaded_since_is_compared(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    shutil.copy(PIN, tmp_path)
    record = json.loads(PIN.with_name("pin.json").read_bytes())
    record["operations"]["POST /v1/resident-credits/rentvine/"]["origin"] = "downloaded"
    (tmp_path / "pin.json").write_text(json.dumps(record))
    assert main(["--against", str(tmp_path / PIN.name), f"--report=json={report}"]) == 0
    assert len(json.loads(report.read_bytes())["unwatched"]) == len(UNPUBLISHED) - 1


def test_pages_that_say_what_the_pin_says_leave_nothing_unwatched(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = site.by_page()
    assert (code, rules(report), report["unwatched"]) == (0, [], [])
    said = capsys.readouterr().err
    assert (
        f"{ALL} of {ALL} operations compared, {len(UNPUBLISHED)} of them by reference page" in said
    )


FIELDS = sorted(
    body(json.loads(PIN.read_bytes()), "/v1/resident-credits/rentvine/", "post")["properties"]
)
NAMES = [
    *FIELDS[::2],
    *(pytest.param(name, marks=pytest.mark.slow) for name in FIELDS[1::2]),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ending", [pytest.param(True, marks=pytest.mark.slow), False])
def test_a_field_that_is_gone_from_the_page_breaks(site: Site, name: str, ending: bool) -> None:
    site.credit(lambda schema: schema["properties"].pop(name), ending=ending)
    code, report = site.by_page()
    assert code == 1
    assert ("page-field-removed", "breaking") in rules(report)
    assert f"body.{name}" in report["findings"][0]["why"]
    assert "So says its reference page." in report["findings"][0]["why"]


@pytest.mark.parametrize("name", NAMES)
def test_a_renamed_field_breaks(site: Site, name: str) -> None:
    def rename(schema: Json) -> None:
        schema["properties"]["other"] = schema["properties"].pop(name)
        schema["required"].append("other")

    site.credit(rename)
    code, report = site.by_page()
    assert code == 1
    assert {"page-field-removed", "page-required-field-added"} <= {
        rule for rule, _ in rules(report)
    }


@pytest.mark.parametrize("name", NAMES)
def test_another_type_of_a_field_is_a_warning(site: Site, name: str) -> None:
    site.credit(lambda schema: schema["properties"].update({name: {"type": "boolean"}}))
    assert site.by_page()[0] == 0
    assert rules(site.by_page()[1]) == [("page-type-changed", "warning")]


@pytest.mark.parametrize("name", NAMES)
def test_a_field_that_became_optional_is_compatible(site: Site, name: str) -> None:
    site.credit(lambda schema: schema["required"].remove(name))
    code, report = site.by_page()
    assert (code, rules(report)) == (0, [("page-field-became-optional", "compatible")])


@pytest.mark.parametrize(
    ("required", "expected"),
    [
        (True, (1, [("page-required-field-added", "breaking")])),
        (False, (0, [("page-field-added", "compatible")])),
    ],
)
def test_a_new_field_breaks_only_if_it_is_required(
    site: Site, required: bool, expected: tuple[int, list[tuple[str, str]]]
) -> None:
    def add(schema: Json) -> None:
        schema["properties"]["memo"] = {"type": "string"}
        schema["required"] += ["memo"] if required else []

    site.credit(add)
    code, report = site.by_page()
    assert (code, rules(report)) == expected


def test_other_listed_values_are_a_warning(site: Site) -> None:
    path = "/v1/resident-payments/rentvine/"
    schema = copy.deepcopy(body(site.pin, path, "post"))
    schema["properties"]["payment_type"]["enum"].remove("CASH")
    site.write("create-resident-payment-rentvine.md", page("post", path, schema))
    assert rules(site.by_page()[1]) == [("page-values-changed", "warning")]


def test_another_address_is_a_warning(site: Site) -> None:
    path = "/v1/resident-credits/rentvine/"
    schema = body(site.pin, path, "post")
    for method, other in (("put", path), ("post", "/v2/resident-credits/rentvine/")):
        site.write(CREDIT, page(method, other, schema))
        assert rules(site.by_page()[1]) == [("page-endpoint-changed", "warning")]


def test_another_order_is_no_change(site: Site) -> None:
    site.credit(
        lambda schema: schema.update(properties=dict(reversed(schema["properties"].items())))
    )
    assert rules(site.by_page()[1]) == []


def test_pages_are_read_from_an_address(site: Site) -> None:
    pages = {
        f"/{path.name}": Response(path.read_bytes()) for path in (site.folder / "pages").iterdir()
    }
    with serving(pages) as url:
        code, report = site.drift("--pages", url)
    assert (code, report["unwatched"]) == (0, [])
