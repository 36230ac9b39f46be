"""A reference page is read as it is written, or not believed."""

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.tiny import TEXT
from contract_tests.drift.vendor_site import CREDIT, Json, Site, page, rules
from scripts.document import reference_page
from scripts.document.operations import Operation
from scripts.document.reference_page import NotUnderstood
from scripts.drift.compare import page as pages
from scripts.drift.compare.openapi import Document

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


LISTS = """POST https://api.example.com/things/

## Request

### Query Parameters

### Body (application/json)

- `field` (list, required) - all of them

## Response

### 200 (application/json)

- `id` (string, required) - of the thing
"""


LIST: Json = {"type": "array", "items": TEXT}


def page_findings(
    text: str, unknown: str = "", *, field: Json = LIST, status: str = "200"
) -> list[tuple[str, str]]:
    """Compare a page with an operation that takes a field and responds with an id."""
    document = tiny.document(request=field)
    content = tiny.operation(document)
    content["responses"] = {status: content["responses"]["200"]}
    body = content["requestBody"]["content"]["application/json"]["schema"]
    body["required"] = ["field"]
    success = content["responses"][status]["content"]["application/json"]
    success["schema"] = tiny.closed("id", required=("id",))
    found = Document(document, "tiny.json")
    entry = found.find(Operation("post", "/things/"))
    assert entry
    page = reference_page.parse(text)
    changes = pages.compare(found.contract(entry), "post", page, unknown)
    return [(change.rule, change.site.field) for change in changes]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("(list,", "(array,", ("page-field-removed", "query.limit")),
        ("### Query Parameters", "### Query Parameters\n\n- `limit` (integer, optional) - n", None),
        ("`id` (string", "`key` (string", ("page-field-removed", "200.id")),
        ("(string, required) - of", "(integer, required) - of", ("page-type-changed", "200.id")),
        ("required) - of the", "optional) - of the", ("page-field-became-optional", "200.id")),
        ("(list,", "(string,", ("page-type-changed", "body.field")),
        ("### Query Parameters\n", "", ("page-field-removed", "query.limit")),
    ],
)  # fmt: skip
def test_a_page_is_compared_in_every_list_it_has(
    before: str, after: str, expected: tuple[str, str] | None
) -> None:
    found = page_findings(LISTS.replace(before, after))
    assert expected in found if expected else found == []


@pytest.mark.parametrize(
    ("unknown", "rules"),
    [
        ("", ["page-type-changed"]),
        ("The type of id is unknown.", []),
        ("The identity is unknown.", ["page-type-changed"]),
    ],
)
def test_another_type_is_no_change_where_the_type_is_unknown(
    unknown: str, rules: list[str]
) -> None:
    other = LISTS.replace("(string, required) - of", "(integer, required) - of")
    assert [rule for rule, field in page_findings(other, unknown) if field == "200.id"] == rules


def test_a_removed_field_is_a_change_whatever_is_unknown_of_it() -> None:
    gone = LISTS.replace("`id` (string", "`key` (string")
    assert ("page-field-removed", "200.id") in page_findings(gone, "The type of id is unknown.")


@pytest.mark.parametrize(
    ("field", "written"),
    [
        (TEXT, "string"), ({"type": "integer"}, "integer"), ({"type": "number"}, "double"),
        ({"type": "number"}, "number"), ({"type": "boolean"}, "boolean"), (LIST, "list"),
        ({"type": "object"}, "object"), ({"type": "string", "enum": ["A"]}, "enum"),
        ({"anyOf": [TEXT, {"type": "integer"}]}, "V1PostInputField"),
    ],
)  # fmt: skip
def test_each_type_is_known_by_its_name_on_pages(field: Json, written: str) -> None:
    changed = ("page-type-changed", "body.field")
    same = page_findings(LISTS.replace("(list,", f"({written},"), field=field)
    assert not {changed, ("page-values-changed", "body.field")} & set(same)
    other = LISTS.replace("(list,", f"({'string' if written == 'boolean' else 'boolean'},")
    assert changed in page_findings(other, field=field)


@pytest.mark.parametrize("status", ["2XX", "default"])
def test_a_page_is_compared_with_what_is_said_of_success(status: str) -> None:
    gone = LISTS.replace("`id` (string", "`key` (string")
    assert ("page-field-removed", "200.id") in page_findings(gone, status=status)
