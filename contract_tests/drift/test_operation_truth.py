"""What a change of statuses, credentials, media types or parameters is judged to be."""
# ruff: noqa: E501 (tables: one row, one line)

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.test_truth import STATES
from contract_tests.drift.tiny import TEXT, WHOLE, Json
from scripts.document import operations
from scripts.drift import Report, compare

WANTED = operations.from_endpoints([tiny.ENDPOINT])


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


def test_a_success_that_goes_is_not_covered_by_the_default_of_errors() -> None:
    def error_beside(success: str) -> Callable[[Json], None]:
        def apply(document: Json) -> None:
            kept = tiny.document()["paths"]["/things/"]["post"]["responses"]
            responses = {success: kept["200"], "default": kept["400"]}
            tiny.operation(document)["responses"] = responses

        return apply

    found = report_of(error_beside("201"), error_beside("200")).findings
    assert {finding.rule for finding in found} == {"status-removed", "status-added"}


def test_a_default_beside_a_success_is_an_error() -> None:
    def with_default(document: Json) -> None:
        put("default", document, tiny.operation(document)["responses"].pop("400"))

    nullable = {"type": ["string", "null"]}
    report = report_of(lambda d: schema(d, "default").update(field=nullable), with_default)
    assert str(report.contract_verdict) == "warning"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
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
    before: list[str], after: list[str], expected: str
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

    assert str(report_of(rewrite(after), rewrite(before)).contract_verdict) == expected


def media(owner: str, name: str) -> Callable[[Json], None]:
    def apply(document: Json) -> None:
        node = tiny.operation(document)
        holder = node["requestBody"] if owner == "request" else node["responses"]["200"]
        holder["content"] = {name: next(iter(holder["content"].values()))}

    return apply


@pytest.mark.parametrize(
    ("owner", "before", "after", "expected"),
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
def test_media_types_may_be_ranges(owner: str, before: str, after: str, expected: str) -> None:
    report = report_of(media(owner, after), media(owner, before))
    assert str(report.contract_verdict) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"schema": TEXT}, {"schema": {"type": "array", "items": TEXT}}, "compatible"),
        ({"schema": TEXT}, {"schema": {"type": "array", "items": TEXT | {"maxLength": 3}}}, "breaking"),
        ({"schema": TEXT}, {"schema": {"type": "array", "items": TEXT, "minItems": 2}}, "breaking"),
        ({"schema": TEXT}, {"schema": {"type": "array", "items": TEXT, "minItems": 1}}, "compatible"),
        ({"schema": TEXT}, {"schema": {"type": "array", "items": TEXT}, "explode": False}, "breaking"),
        ({"schema": {"type": "array", "items": TEXT, "maxItems": 5}}, {"schema": {"type": "array", "items": TEXT}}, "compatible"),
        ({"schema": {"type": "array", "items": TEXT}}, {"schema": TEXT}, "breaking"),
    ],
)  # fmt: skip
def test_one_value_is_written_like_a_list_of_one(before: Json, after: Json, expected: str) -> None:
    report = report_of(
        lambda d: tiny.operation(d)["parameters"][0].update(after),
        lambda d: tiny.operation(d)["parameters"][0].update(before),
    )
    assert str(report.contract_verdict) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
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
def test_a_number_in_a_parameter_is_a_text_too(before: Json, after: Json, expected: str) -> None:
    report = report_of(
        lambda d: tiny.operation(d)["parameters"][0].update(schema=after),
        lambda d: tiny.operation(d)["parameters"][0].update(schema=before),
    )
    assert str(report.contract_verdict) == expected


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
    ("before", "after", "expected"),
    [(TEXT, WHOLE, "compatible"), (WHOLE, TEXT, "breaking"), (TEXT, {"type": "array"}, "breaking")],
)
def test_a_number_in_a_header_is_a_text_too(before: Json, after: Json, expected: str) -> None:
    def limit(schema: Json) -> Callable[[Json], None]:
        header = {"x-limit": {"schema": schema}}
        return lambda d: tiny.operation(d)["responses"]["200"].update(headers=header)

    assert str(report_of(limit(after), limit(before)).contract_verdict) == expected


@pytest.mark.parametrize("required", [True, False])
def test_a_default_says_nothing_of_a_parameter_that_is_required(required: bool) -> None:
    def default(number: int) -> Callable[[Json], None]:
        changed = {"required": required, "schema": WHOLE | {"default": number}}
        return lambda d: tiny.operation(d)["parameters"][0].update(changed)

    expected = "cosmetic" if required else "warning"
    assert str(report_of(default(2), default(1)).contract_verdict) == expected


def of_path(name: str, *declared: Json) -> Json:
    document = tiny.document()
    operation = document["paths"].pop("/things/")["post"] | {"parameters": [*declared]}
    document["paths"] = {f"/things/{{{name}}}": {"post": operation}}
    return document


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (of_path("id"), of_path("id", {"in": "path", "name": "id", "schema": TEXT}), "cosmetic"),
        (of_path("id", {"in": "path", "name": "id", "schema": TEXT}), of_path("id"), "cosmetic"),
        (of_path("id", {"in": "path", "name": "key", "schema": TEXT}), of_path("key", {"in": "path", "name": "key", "schema": TEXT}), "cosmetic"),
        (of_path("id"), of_path("id", {"in": "path", "name": "id", "schema": STATES}), "breaking"),
        (of_path("id"), of_path("id", {"in": "path", "name": "other", "schema": TEXT}), "cosmetic"),
        (of_path("id"), of_path("id", {"in": "header", "name": "X-Id", "schema": TEXT}), "compatible"),
        (of_path("id", {"in": "header", "name": "X-Id", "schema": TEXT}), of_path("id", {"in": "header", "name": "x-ID", "schema": TEXT}), "cosmetic"),
    ],
)  # fmt: skip
def test_a_part_of_the_path_that_no_parameter_describes_is_a_text(
    before: Json, after: Json, expected: str
) -> None:
    wanted = operations.from_endpoints(["POST /things/{id}"])
    assert str(compare(before, after, wanted).contract_verdict) == expected


@pytest.mark.parametrize("name", ["Accept", "Content-Type", "Authorization"])
def test_a_header_that_no_parameter_can_describe_is_no_parameter(name: str) -> None:
    header = {"in": "header", "name": name, "schema": TEXT, "required": True}
    added = report_of(lambda document: tiny.operation(document)["parameters"].append(header))
    assert [finding.rule for finding in added.findings] == ["text-or-layout-changed"]


@pytest.mark.parametrize(
    ("place", "style", "explode"),
    [
        ("query", "form", True), ("cookie", "form", True), ("header", "simple", False),
        ("path", "simple", False),
    ],
)  # fmt: skip
def test_a_style_that_is_the_default_may_be_left_out(place: str, style: str, explode: bool) -> None:
    def described(**keywords: Any) -> Json:
        parameter = {"in": place, "name": "id", "schema": TEXT, **keywords}
        return of_path("id", parameter)

    wanted = operations.from_endpoints(["POST /things/{id}"])
    for spelled_out in ({"style": style}, {"explode": explode}):
        report = compare(described(), described(**spelled_out), wanted)
        assert str(report.contract_verdict) == "cosmetic"
    report = compare(described(), described(explode=not explode), wanted)
    assert str(report.contract_verdict) == "breaking"
