"""Changes that are easy to misjudge, each with the rules it must give on every side.

Most were found by a peer's own test suite and by probes: a silent miss, or an untrue alarm.
"""
# ruff: noqa: E501 (tables: one row, one line)

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.tiny import TEXT, WHOLE, Json
from scripts.document import operations
from scripts.drift import Report, compare
from scripts.support.errors import NotOpenAPI

WANTED = operations.from_endpoints([tiny.ENDPOINT])
SIDES = ("request", "response", "error")
LEVELS = {"breaking": "B", "warning": "W", "compatible": "C", "cosmetic": "K", "untouched": "-"}

A, B = (tiny.closed("kind", name, required=("kind", name)) for name in ("a", "b"))
CAT = {"allOf": [{"$ref": "#/components/schemas/Pet"}, tiny.closed(lives=WHOLE)]}
DOG = {"allOf": [{"$ref": "#/components/schemas/Pet"}, tiny.closed("bark")]}
EITHER = tiny.closed("a", "b", "c")
REQUIRED = tiny.closed("a", required=("a",))
STATES: Json = {"type": "string", "enum": ["A", "B"]}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def told(*names: str, **mapping: str) -> Json:
    """Return alternatives told apart by `kind`, with a mapping if there is one."""
    discriminator: Json = {"propertyName": "kind"}
    if mapping:
        targets = {value: f"#/components/schemas/{name}" for value, name in mapping.items()}
        discriminator["mapping"] = targets
    return {"oneOf": [ref(name) for name in names], "discriminator": discriminator}


def pet(**mapping: str) -> Json:
    targets = {value: f"#/components/schemas/{name}" for value, name in mapping.items()}
    discriminator = {"propertyName": "kind"} | ({"mapping": targets} if targets else {})
    return tiny.closed("kind") | {"discriminator": discriminator}


@dataclass(frozen=True)
class Row:
    """A change of one field, with the verdicts owed on each side, in the order of `SIDES`."""

    name: str
    base: Any
    candidate: Any
    owes: str
    schemas: tuple[Json, Json] = ({}, {})


KINDS = {"A": A, "B": B}
PETS = {"Pet": pet(cat="Cat", dog="Dog"), "Cat": CAT, "Dog": DOG}
OTHER_CAT = {"allOf": [ref("Pet"), tiny.closed(lives=TEXT)]}
ROWS = (
    # discriminators
    Row("a mapping that swaps its schemas", told("A", "B", a="A", b="B"), told("A", "B", a="B", b="A"), "BBB", (KINDS, KINDS)),
    Row("a mapping that loses a value", told("A", "B", a="A", b="B"), told("A", "B", a="B"), "BBB", (KINDS, KINDS)),
    Row("a mapping in another order", told("A", "B", a="A", b="B"), told("B", "A", b="B", a="A"), "KKK", (KINDS, KINDS)),
    Row("a mapping that spells out the names", told("A", "B"), told("A", "B", A="A", B="B"), "KKK", (KINDS, KINDS)),
    Row("a mapping by bare names", told("A", "B", a="A", b="B"), {**told("A", "B"), "discriminator": {"propertyName": "kind", "mapping": {"a": "A", "b": "B"}}}, "KKK", (KINDS, KINDS)),
    Row("a renamed schema that goes by its name", told("A", "B"), told("A", "C"), "BBW", (KINDS, {"A": A, "C": B})),
    Row("a renamed schema that goes by a mapped value", told("A", "B", a="A", b="B"), told("A", "C", a="A", b="C"), "KKK", (KINDS, {"A": A, "C": B})),
    Row("a schema reached by a mapping alone", ref("Pet"), ref("Pet"), "BBB", (PETS, PETS | {"Cat": OTHER_CAT})),
    Row("a schema reached by its base alone", ref("Pet"), ref("Pet"), "BBB", (PETS | {"Pet": pet()}, PETS | {"Pet": pet(), "Cat": OTHER_CAT})),
    Row("another schema of the same base", ref("Dog"), ref("Dog"), "---", (PETS, PETS | {"Cat": OTHER_CAT})),
    Row("a mapping to nowhere", told("A", "B", a="A", b="B", c="C"), told("A", "B", a="A", b="B", c="D"), "KKK", (KINDS, KINDS)),
    # alternatives
    Row("only null left of a union", {"anyOf": [TEXT, WHOLE, {"type": "null"}]}, {"anyOf": [{"type": "null"}]}, "BCC"),
    Row("one alternative becomes two", {"oneOf": [A]}, {"oneOf": [A, B]}, "CBW"),
    Row("two alternatives become three", {"oneOf": [A, B]}, {"oneOf": [A, B, WHOLE]}, "CBW"),
    Row("an object becomes itself or another", A, {"oneOf": [A, B]}, "CBW"),
    Row("an object becomes itself or a text", A, {"anyOf": [A, TEXT]}, "CBW"),
    Row("an object that may be null becomes itself or a text", A | {"type": ["object", "null"]}, {"anyOf": [A, TEXT, {"type": "null"}]}, "CBW"),
    Row("two alternatives become one", {"oneOf": [A, B]}, {"oneOf": [A]}, "BCC"),
    Row("an object that changed becomes itself or a text", A, {"anyOf": [tiny.closed("kind"), TEXT]}, "BBB"),
    Row("a property moves out of every alternative", {"oneOf": [tiny.closed("a", "c"), tiny.closed("b", "c")]}, {"oneOf": [tiny.closed("a"), tiny.closed("b")], "properties": {"c": TEXT}}, "KKK"),
    Row("listed values beside any text", {"anyOf": [TEXT, STATES, {"type": "null"}]}, {"type": ["string", "null"]}, "KKK"),
    Row("listed values become a hint", {"type": ["string", "null"], "enum": ["A", "B", None]}, {"anyOf": [TEXT, STATES, {"type": "null"}]}, "CBW"),
    Row("null moves from an alternative to the union", {"anyOf": [A, {"type": ["integer", "null"]}]}, {"anyOf": [A, WHOLE, {"type": "null"}]}, "KKK"),
    Row("an alternative goes, and its likeness stays", {"anyOf": [tiny.closed("a", "b", "c"), tiny.closed("x", "y")]}, {"anyOf": [tiny.closed("x", "y", "z")]}, "BCC"),
    Row("an object loses most fields and becomes one of two", tiny.closed("a", "b", "c"), {"anyOf": [tiny.closed("a"), TEXT]}, "BBW"),
    # alternatives of which only one may fit
    Row("an object becomes one of two that all its values fit", EITHER | {"required": ["a", "b"]}, {"oneOf": [EITHER | {"required": ["a"]}, EITHER | {"required": ["b"]}]}, "BBW"),
    Row("an object becomes one of two that some of its values fit", EITHER | {"required": ["a"]}, {"oneOf": [EITHER | {"required": ["a"]}, EITHER | {"required": ["b"]}]}, "BBW"),
    Row("an object becomes any of two that all its values fit", EITHER | {"required": ["a", "b"]}, {"anyOf": [EITHER | {"required": ["a"]}, EITHER | {"required": ["b"]}]}, "CBW"),
    Row("an object becomes one of two that list other fields", A, {"oneOf": [A, tiny.closed("kind", "c", required=("kind",))]}, "CBW"),
    Row("one of two that some values fit becomes one of three", {"oneOf": [tiny.closed("kind", "a"), tiny.closed("kind", "b")]}, {"oneOf": [tiny.closed("kind", "a"), tiny.closed("kind", "b"), tiny.closed("kind", "c")]}, "CBW"),
    Row("a discriminator selects one of two that all values fit", EITHER | {"required": ["a", "b"]}, told("A", "B"), "WBW", ({}, {"A": EITHER | {"required": ["a"]}, "B": EITHER | {"required": ["b"]}})),
    # a default of what is always there
    Row("the default of a required field", REQUIRED | {"properties": {"a": TEXT | {"default": "x"}}}, REQUIRED | {"properties": {"a": TEXT | {"default": "y"}}}, "KKK"),
    Row("the default of a field that becomes required", tiny.closed("a"), REQUIRED | {"properties": {"a": TEXT | {"default": "y"}}}, "BCC"),
    Row("the default of an optional field", tiny.closed("a"), tiny.closed(a=TEXT | {"default": "y"}), "WCK"),
    # what accepts everything
    Row("an object becomes anything", A, {}, "CBW"),
    Row("items become anything", {"type": "array", "items": A}, {"type": "array", "items": {}}, "CBW"),
    Row("an object becomes any object", A, {"type": "object"}, "BBB"),
    Row("a type is no longer named", A | {"type": ["object", "null"]}, {k: v for k, v in A.items() if k != "type"}, "CWK"),
    Row("a pattern becomes one that all match", TEXT | {"pattern": r"^\w+$"}, TEXT | {"pattern": ".*"}, "CWK"),
    Row("a pattern that all match is added", TEXT, TEXT | {"pattern": "^.*$"}, "KKK"),
    Row("a pattern gains a group", TEXT | {"pattern": "^a$"}, TEXT | {"pattern": "^(a)$"}, "KKK"),
    Row("a pattern gains a group that is needed", TEXT | {"pattern": "^ab+$"}, TEXT | {"pattern": "^(ab)+$"}, "BWK"),
    # spellings of null
    Row("nullable of 3.0 in a document of 3.1", TEXT | {"nullable": True}, {"type": ["string", "null"]}, "KKK"),
    # a closed object
    Row("a listed field under additionalProperties false", tiny.closed("a") | tiny.CLOSED, tiny.closed("a", "b") | tiny.CLOSED, "CWK"),
)  # fmt: skip


def verdict(side: str, row: Row) -> str:
    documents = [
        tiny.document(**{side: field}, components={"schemas": schemas, **SCHEMES})
        for field, schemas in ((row.base, row.schemas[0]), (row.candidate, row.schemas[1]))
    ]
    report = compare(documents[0], documents[1], WANTED)
    return LEVELS[str(report.contract_verdict)]


SCHEMES: Json = {"securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}}}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_field_gets_the_verdict_of_its_side(row: Row) -> None:
    assert "".join(verdict(side, row) for side in SIDES) == row.owes


def test_no_alternative_reads_as_a_removed_property() -> None:
    for candidate in ({"oneOf": [A, B]}, {"anyOf": [A, TEXT]}, {}):
        report = compare(tiny.document(A), tiny.document(candidate), WANTED)
        assert not [f for f in report.findings if "property" in f.rule]


def report_of(
    change: Callable[[Json], object], before: Callable[[Json], object] = lambda _: None
) -> Report:
    base = tiny.document()
    before(base)
    candidate = copy.deepcopy(base)
    change(candidate)
    return compare(base, candidate, WANTED)


def default_only(document: Json) -> None:
    responses = tiny.operation(document)["responses"]
    ok = responses.pop("200")
    responses.clear()
    responses["default"] = ok


def schema(document: Json, status: str) -> Json:
    content = tiny.operation(document)["responses"][status]["content"]
    found: Json = content["application/json"]["schema"]["properties"]
    return found


def put(status: str, document: Json, value: Json) -> None:
    tiny.operation(document)["responses"][status] = value


def test_a_default_that_is_all_there_is_is_judged_as_success() -> None:
    nullable = {"type": ["string", "null"]}
    report = report_of(lambda d: schema(d, "default").update(field=nullable), default_only)
    assert [(f.rule, str(f.contract_severity)) for f in report.findings] == [("null-added", "breaking")]  # fmt: skip
    headers = {"x-limit": {"schema": TEXT, "required": True}}

    def with_header(document: Json) -> None:
        default_only(document)
        tiny.operation(document)["responses"]["default"]["headers"] = headers

    def without(document: Json) -> None:
        tiny.operation(document)["responses"]["default"]["headers"]["x-limit"]["required"] = False

    assert str(report_of(without, with_header).contract_verdict) == "breaking"


def test_a_default_beside_errors_alone_is_judged_as_success() -> None:
    def with_error(document: Json) -> None:
        error = tiny.operation(document)["responses"]["400"]
        default_only(document)
        put("400", document, error)

    report = report_of(lambda d: schema(d, "default").update(field=WHOLE), with_error)
    assert [f.first.site.side.value for f in report.findings] == ["response"]


def test_a_default_beside_a_success_is_an_error() -> None:
    def with_default(document: Json) -> None:
        put("default", document, tiny.operation(document)["responses"].pop("400"))

    nullable = {"type": ["string", "null"]}
    report = report_of(lambda d: schema(d, "default").update(field=nullable), with_default)
    assert str(report.contract_verdict) == "warning"


@pytest.mark.parametrize(
    ("before", "after", "owes"),
    [
        (["200"], ["2XX"], "warning"),
        (["2XX"], ["200"], "cosmetic"),
        (["400"], ["4XX"], "compatible"),
        (["4XX"], ["400", "404"], "cosmetic"),
        (["400"], ["default"], "compatible"),
        (["default"], ["400", "default"], "cosmetic"),
        (["200"], ["201"], "breaking"),
        (["400"], [], "warning"),
    ],
)
def test_a_status_is_looked_up_as_a_client_would(
    before: list[str], after: list[str], owes: str
) -> None:
    status = "200" if before[0].startswith("2") else "400"

    def rewrite(names: list[str]) -> Callable[[Json], None]:
        def apply(document: Json) -> None:
            responses = tiny.operation(document)["responses"]
            kept = responses.pop(status, None) or responses[before[0]]
            for name in before:
                responses.pop(name, None)
            responses.update(dict.fromkeys(names, kept))

        return apply

    assert str(report_of(rewrite(after), rewrite(before)).contract_verdict) == owes


def scheme(**keywords: Any) -> Callable[[Json], None]:
    return lambda d: d["components"]["securitySchemes"]["bearerAuth"].update(keywords)


def oauth(needed: list[str], **scopes: str) -> Callable[[Json], None]:
    flow = {
        "authorizationUrl": "https://a.example",
        "tokenUrl": "https://t.example",
        "scopes": scopes,
    }
    described = {"type": "oauth2", "flows": {"authorizationCode": flow}}

    def apply(document: Json) -> None:
        document["components"]["securitySchemes"]["bearerAuth"] = described
        tiny.operation(document)["security"] = [{"bearerAuth": needed}]

    return apply


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (oauth(["read"], read="Read"), lambda d: tiny.operation(d).update(security=[]), "security-loosened"),
        (oauth(["read", "write"], read="", write=""), oauth(["read"], read="", write=""), "security-loosened"),
        (oauth(["read"], read="", write=""), oauth(["read", "write"], read="", write=""), "security-changed"),
        (oauth(["read"], read="Read"), oauth(["read"], read="Reads all", write="Write"), "text-or-layout-changed"),
        (oauth(["read"], read="Read", write="W"), oauth(["read"], read="Read"), "text-or-layout-changed"),
        (lambda d: tiny.operation(d).update(security=[]), scheme(scheme="basic"), None),
        (lambda d: tiny.operation(d).update(security=[]), lambda d: tiny.operation(d).update(security=[{"bearerAuth": []}]), "security-changed"),
        (oauth(["read"], read=""), scheme(type="http", scheme="basic", flows=None), "security-changed"),
    ],
)  # fmt: skip
def test_security_alarms_only_where_credentials_no_longer_do(
    before: Callable[[Json], None], after: Callable[[Json], None], rule: str | None
) -> None:
    assert [f.rule for f in report_of(after, before).findings] == ([rule] if rule else [])


def media(owner: str, name: str) -> Callable[[Json], None]:
    def apply(document: Json) -> None:
        node = tiny.operation(document)
        holder = node["requestBody"] if owner == "request" else node["responses"]["200"]
        holder["content"] = {name: next(iter(holder["content"].values()))}

    return apply


@pytest.mark.parametrize(
    ("owner", "before", "after", "owes"),
    [
        ("request", "application/json", "*/*", "compatible"),
        ("request", "application/json", "application/*", "compatible"),
        ("request", "application/json", "text/*", "breaking"),
        ("request", "*/*", "application/json", "breaking"),
        ("response", "*/*", "application/json", "cosmetic"),
        ("response", "application/json", "*/*", "compatible"),
        ("response", "application/json", "text/plain", "breaking"),
    ],
)
def test_media_types_may_be_ranges(owner: str, before: str, after: str, owes: str) -> None:
    report = report_of(media(owner, after), media(owner, before))
    assert str(report.contract_verdict) == owes


@pytest.mark.parametrize(
    ("before", "after", "owes"),
    [
        ({"schema": TEXT}, {"schema": {"type": "array", "items": TEXT}}, "compatible"),
        ({"schema": TEXT}, {"schema": {"type": "array", "items": TEXT | {"maxLength": 3}}}, "breaking"),
        ({"schema": TEXT}, {"schema": {"type": "array", "items": TEXT, "minItems": 2}}, "breaking"),
        ({"schema": TEXT}, {"schema": {"type": "array", "items": TEXT}, "explode": False}, "breaking"),
        ({"schema": {"type": "array", "items": TEXT}}, {"schema": TEXT}, "breaking"),
    ],
)  # fmt: skip
def test_one_value_is_written_like_a_list_of_one(before: Json, after: Json, owes: str) -> None:
    report = report_of(
        lambda d: tiny.operation(d)["parameters"][0].update(after),
        lambda d: tiny.operation(d)["parameters"][0].update(before),
    )
    assert str(report.contract_verdict) == owes


@pytest.mark.parametrize(
    ("before", "after", "owes"),
    [
        ({"type": "integer", "minimum": 3}, TEXT, "compatible"),
        ({"type": ["integer", "string"]}, TEXT, "cosmetic"),
        (TEXT, {"type": ["integer", "string"]}, "cosmetic"),
        (TEXT, WHOLE, "breaking"),
        (TEXT | {"pattern": "^a"}, WHOLE, "breaking"),
        (WHOLE, TEXT | {"maxLength": 2}, "breaking"),
        (WHOLE, TEXT | {"format": "date"}, "breaking"),
        (WHOLE, {"type": "array", "items": TEXT}, "compatible"),
        (WHOLE, {"type": "object"}, "breaking"),
    ],
)
def test_a_number_in_a_parameter_is_a_text_too(before: Json, after: Json, owes: str) -> None:
    report = report_of(
        lambda d: tiny.operation(d)["parameters"][0].update(schema=after),
        lambda d: tiny.operation(d)["parameters"][0].update(schema=before),
    )
    assert str(report.contract_verdict) == owes


def test_a_number_in_the_json_of_a_parameter_is_no_text() -> None:
    def written(schema: Json) -> Callable[[Json], None]:
        parameter = {
            "in": "query",
            "name": "q",
            "content": {"application/json": {"schema": schema}},
        }
        return lambda d: tiny.operation(d).update(parameters=[parameter])

    assert str(report_of(written(TEXT), written(WHOLE)).contract_verdict) == "breaking"


@pytest.mark.parametrize(
    ("before", "after", "owes"),
    [(TEXT, WHOLE, "compatible"), (WHOLE, TEXT, "breaking"), (TEXT, {"type": "array"}, "breaking")],
)
def test_a_number_in_a_header_is_a_text_too(before: Json, after: Json, owes: str) -> None:
    def limit(schema: Json) -> Callable[[Json], None]:
        header = {"x-limit": {"schema": schema}}
        return lambda d: tiny.operation(d)["responses"]["200"].update(headers=header)

    assert str(report_of(limit(after), limit(before)).contract_verdict) == owes


@pytest.mark.parametrize("required", [True, False])
def test_a_default_says_nothing_of_a_parameter_that_is_required(required: bool) -> None:
    def default(number: int) -> Callable[[Json], None]:
        changed = {"required": required, "schema": WHOLE | {"default": number}}
        return lambda d: tiny.operation(d)["parameters"][0].update(changed)

    owes = "cosmetic" if required else "warning"
    assert str(report_of(default(2), default(1)).contract_verdict) == owes


def of_path(name: str, *declared: Json) -> Json:
    document = tiny.document()
    operation = document["paths"].pop("/things/")["post"] | {"parameters": [*declared]}
    document["paths"] = {f"/things/{{{name}}}": {"post": operation}}
    return document


@pytest.mark.parametrize(
    ("before", "after", "owes"),
    [
        (of_path("id"), of_path("id", {"in": "path", "name": "id", "schema": TEXT}), "cosmetic"),
        (of_path("id", {"in": "path", "name": "id", "schema": TEXT}), of_path("id"), "cosmetic"),
        (of_path("id", {"in": "path", "name": "key", "schema": TEXT}), of_path("key", {"in": "path", "name": "key", "schema": TEXT}), "cosmetic"),
        (of_path("id"), of_path("id", {"in": "path", "name": "id", "schema": STATES}), "breaking"),
    ],
)  # fmt: skip
def test_a_part_of_the_path_that_no_parameter_describes_is_a_text(
    before: Json, after: Json, owes: str
) -> None:
    wanted = operations.from_endpoints(["POST /things/{id}"])
    assert str(compare(before, after, wanted).contract_verdict) == owes


def test_security_says_what_changed_where_kind_and_scopes_did_not() -> None:
    def token_at(url: str) -> Callable[[Json], None]:
        flow = {"tokenUrl": url, "scopes": {}}
        return scheme(type="oauth2", flows={"clientCredentials": flow})

    (finding,) = report_of(token_at("https://b.example"), token_at("https://a.example")).findings
    assert finding.rule == "security-changed"
    assert "The OAuth flows changed." in finding.explanation


@pytest.mark.parametrize("ref", ["common.json#/Thing", "https://127.0.0.1:9/a.json"])
def test_equal_references_to_another_document_are_not_taken_for_no_change(ref: str) -> None:
    document = tiny.document(response={"$ref": ref})
    with pytest.raises(NotOpenAPI, match="refers outside the document"):
        compare(document, document, WANTED)


def test_a_reference_in_an_example_is_only_a_text() -> None:
    document = tiny.document(response=TEXT | {"example": {"$ref": "common.json"}})
    assert str(compare(document, document, WANTED).verdict) == "untouched"
