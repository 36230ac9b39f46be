"""Operations in no document: watched by their reference pages, or said to be unwatched."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.loopback import Response, serving
from scripts.document import operations, origins, reference_page
from scripts.document.reference_page import NotUnderstood
from scripts.drift.__main__ import main
from scripts.support.files import ROOT

Json = dict[str, Any]
PIN = ROOT / "openapi" / "propexo.json"
KNOWN = origins.beside(PIN)
UNPUBLISHED = [
    each
    for each in operations.load().operations
    if (origin := KNOWN.of(each)) and origin.is_unpublished
]
CREDIT = "create-resident-credit-rentvine.md"
ALL = len(operations.load().operations)


def body(document: Json, path: str, method: str) -> Json:
    """Find the schema of an operation's body."""
    details = document["paths"][path][method]
    schema: Json = details["requestBody"]["content"]["application/json"]["schema"]
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def type_of(schema: Json, name: str) -> str:
    if "anyOf" in schema:
        return f"V1PostInput{name.title().replace('_', '')}"
    return "enum" if "enum" in schema else str(schema["type"])


def described(schema: Json) -> str:
    listed = ", ".join(f'"{value}"' for value in schema.get("enum", ()))
    return f"Allowed values: {listed}" if listed else str(schema.get("description", ""))


def page(method: str, path: str, schema: Json, *, ending: bool = True) -> str:
    """Write a page in the form in which the vendor's site serves it."""
    fields = [
        f"- `{name}` ({type_of(found, name)},"
        f" {'required' if name in schema['required'] else 'optional'}) - {described(found)}"
        for name, found in schema["properties"].items()
    ]
    lines = [
        "> For clean Markdown of any page, append .md to the page URL.",
        "",
        "# Create: Rentvine",
        "",
        f"{method.upper()} https://api.propexo.com{path}",
        "Content-Type: application/json",
        "",
        "Writes through `POST /leases/\\{leaseID}/x`. | a | - `no` (string, required) - field |",
        "",
        "Reference: https://docs.propexo.com/api-reference/x",
        "",
        "## Authentication",
        "- `Authorization` header (Bearer token, required)",
        "",
        "## Servers",
        "- `https://api.propexo.com` (Production)",
        "",
        "## Request",
        "",
        "### Body (application/json)",
        "",
        "This endpoint expects a `_v1_input`.",
        *fields,
    ]
    return "\n".join([*lines, *(["", "## Response", "", "200: Accepted"] if ending else [])]) + "\n"


class Site:
    """A candidate document without the unpublished operations, and their pages in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pin: Json = json.loads(PIN.read_bytes())
        self.document = copy.deepcopy(self.pin)
        (folder / "pages").mkdir()
        for each in UNPUBLISHED:
            del self.document["paths"][each.path]
            address = KNOWN.of(each)
            assert address
            assert address.page
            name = f"{address.page.rpartition('/')[2]}.md"
            self.write(name, page(each.method, each.path, body(self.pin, each.path, each.method)))

    def write(self, name: str, text: str) -> None:
        (self.folder / "pages" / name).write_text(text)

    def credit(self, change: Callable[[Json], object], **options: Any) -> None:
        path = "/v1/resident-credits/rentvine/"
        schema = copy.deepcopy(body(self.pin, path, "post"))
        change(schema)
        self.write(CREDIT, page("post", path, schema, **options))

    def drift(self, *arguments: str) -> tuple[int, Json]:
        candidate, report = self.folder / "theirs.json", self.folder / "report.json"
        candidate.write_text(json.dumps(self.document))
        code = main(["--against", str(candidate), f"--report=json={report}", *arguments])
        return code, json.loads(report.read_bytes())

    def by_page(self) -> tuple[int, Json]:
        return self.drift("--pages", str(self.folder / "pages"))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def rules(report: Json) -> list[tuple[str, str]]:
    return [(f["rule"], f["client_severity"]) for f in report["findings"]]


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
    ("required", "owes"),
    [
        (True, (1, [("page-required-field-added", "breaking")])),
        (False, (0, [("page-field-added", "compatible")])),
    ],
)
def test_a_new_field_breaks_only_if_it_is_required(
    site: Site, required: bool, owes: tuple[int, list[tuple[str, str]]]
) -> None:
    def add(schema: Json) -> None:
        schema["properties"]["memo"] = {"type": "string"}
        schema["required"] += ["memo"] if required else []

    site.credit(add)
    code, report = site.by_page()
    assert (code, rules(report)) == owes


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


SMALL: Json = {"properties": {name: {"type": "string"} for name in "abc"}, "required": ["a"]}
WHOLE = page("post", "/v1/x/", SMALL)
CUT = WHOLE[: WHOLE.index("- `b`")].replace("/v1/x/", "/v1/resident-credits/rentvine/")


def test_a_page_is_read_as_it_is_written() -> None:
    found = reference_page.parse(WHOLE)
    assert (found.method, found.path, found.may_be_cut) == ("post", "/v1/x/", False)
    assert list(found.fields) == ["body"]
    assert {name: field.required for name, field in found.fields["body"].items()} == {
        "a": True, "b": False, "c": False,
    }  # fmt: skip
    assert reference_page.parse(WHOLE.replace("\n", "\r\n")) == found
    assert reference_page.parse(WHOLE.replace(") - ", ") \u2014 ")) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no line with method and address"),
        ("<!doctype html><html>", "no line with method and address"),
        (WHOLE.replace("POST https", "CALL https"), "no line with method and address"),
        (WHOLE.replace("### Body (application/json)", "### Body (text/csv)"), "of an unknown kind"),
        (WHOLE.replace("### Body (application/json)", "#### Body"), "lists no fields of a request"),
        (WHOLE.replace("`b` (string, optional)", "`b` string"), "a list item that is no field"),
        (WHOLE.replace("`b` (string, optional)", "`b` (string)"), "a list item that is no field"),
        (WHOLE.replace("`b` (", "`a` ("), "a is listed twice"),
        (WHOLE[: WHOLE.index("`b` (string") + 8], "a list item that is no field"),
        ("- `a` (" + "x" * 100_000, "no line with method and address"),
    ],
)
def test_a_page_in_another_form_is_not_believed(text: str, message: str) -> None:
    with pytest.raises(NotUnderstood, match=message):
        reference_page.parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "its reference page cannot be read: "),
        ("<html>", "cannot be understood: it has no line with method and address"),
        (CUT, "most fields are missing"),
    ],
)
def test_a_page_that_cannot_be_understood_is_unwatched_with_a_reason(
    site: Site, text: str | None, reason: str
) -> None:
    path = site.folder / "pages" / CREDIT
    path.unlink()
    if text is not None:
        path.write_text(text)
    code, report = site.by_page()
    assert (code, rules(report)) == (0, [])
    (unwatched,) = report["unwatched"]
    assert unwatched["operation"] == "POST /v1/resident-credits/rentvine/"
    assert reason in unwatched["reason"]


@pytest.mark.parametrize("step", [211, pytest.param(41, marks=pytest.mark.slow)])
def test_a_page_cut_anywhere_never_reads_as_a_type_or_a_value_that_changed(
    site: Site, step: int
) -> None:
    path = site.folder / "pages" / "create-resident-payment-rentvine.md"
    whole = path.read_text()
    end = whole.index("## Response")
    for cut in range(0, end, step):
        path.write_text(whole[:cut])
        found = {rule for rule, _ in rules(site.by_page()[1])}
        assert found <= {"page-field-removed"}, whole[:cut][-200:]


def test_pages_are_read_from_an_address(site: Site) -> None:
    pages = {
        f"/{path.name}": Response(path.read_bytes()) for path in (site.folder / "pages").iterdir()
    }
    with serving(pages) as url:
        code, report = site.drift("--pages", url)
    assert (code, report["unwatched"]) == (0, [])
