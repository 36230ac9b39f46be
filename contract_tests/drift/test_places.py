"""Where a finding says its change is written, in each of the two documents."""

from contract_tests.drift import tiny
from contract_tests.drift.test_rules import ELSEWHERE, WANTED, compare_schemas
from contract_tests.drift.tiny import OPERATION_CASES, SCHEMA_CASES, TEXT
from scripts.drift import Report, compare

OPERATION = "/paths/~1things~1/post"
FIELD = f"{OPERATION}/requestBody/content/application~1json/schema/properties/field"
# Where the documents write a change, from the field on: the old one, then the new one.
SCHEMA_PLACES = {
    "property-removed": ("properties/b", "properties"),
    "optional-property-removed": ("properties/bcd", "properties"),
    "property-renamed": ("properties/job_id", "properties/root_job_id"),
    "property-added": ("properties", "properties/b"),
    "required-property-added": ("properties", "properties/b"),
    "property-became-required": ("required", "required"),
    "property-became-optional": ("required", "required"),
    "null-added": ("type", "type"),
    "null-removed": ("type", "type"),
    "type-changed": ("type", "type"),
    "type-widened": ("type", "type"),
    "type-narrowed": ("type", "type"),
    "variants-widened": ("anyOf", ""),
    "variants-narrowed": ("", "anyOf"),
    "variants-changed": ("anyOf", "anyOf"),
    "enum-value-added": ("enum", "enum"),
    "enum-value-removed": ("enum", "enum"),
    "enum-introduced": ("", "enum"),
    "enum-dropped": ("enum", ""),
    "bound-tightened": ("maximum", "maximum"),
    "bound-loosened": ("exclusiveMinimum", "minimum"),
    "size-tightened": ("", "maxLength"),
    "size-loosened": ("minItems", "minItems"),
    "pattern-tightened": ("", "pattern"),
    "pattern-loosened": ("pattern", ""),
    "pattern-changed": ("pattern", "pattern"),
    "format-tightened": ("", "format"),
    "format-loosened": ("format", "format"),
    "format-changed": ("format", "format"),
    "constraint-tightened": ("", ""),
    "constraint-loosened": ("", ""),
    "constraint-changed": ("", ""),
    "impossible": ("", ""),
    "extras-closed": ("", "additionalProperties"),
    "extras-opened": ("additionalProperties", "additionalProperties"),
    "default-changed": ("default", "default"),
    "field-deprecated": ("", "deprecated"),
    "field-undeprecated": ("deprecated", ""),
    "discriminator-changed": ("discriminator", "discriminator"),
    "discriminator-value-added": ("discriminator", "discriminator"),
    "discriminator-value-removed": ("discriminator", "discriminator"),
    "content-encoding-changed": ("", "contentEncoding"),
    "unknown-keyword-changed": ("frobnicate", "frobnicate"),
}
# Where the documents write a change, from the operation on, unless it starts with a slash.
OPERATION_PLACES = {
    "operation-removed": ("", "/paths"),
    "operation-added": ("/paths", ""),
    "path-slash-changed": ("", "/paths/~1things/post"),
    "operation-deprecated": ("", ""),
    "operation-undeprecated": ("", ""),
    "security-changed": ("", ""),
    "security-alternative-added": ("", ""),
    "security-loosened": ("", ""),
    "server-removed": ("", ""),
    "server-added": ("", ""),
    "text-or-layout-changed": ("", ""),
    "body-removed": ("requestBody", ""),
    "body-added": ("", "requestBody"),
    "required-body-added": ("", "requestBody"),
    "body-became-required": ("requestBody", "requestBody"),
    "body-became-optional": ("requestBody", "requestBody"),
    "media-type-removed": ("responses/200", "responses/200"),
    "media-type-added": ("responses/200", "responses/200"),
    "media-type-encoding-changed": ("requestBody", "requestBody"),
    "parameter-added": ("parameters", "parameters/1"),
    "required-parameter-added": ("parameters", "parameters/1"),
    "parameter-removed": ("parameters/0", "parameters"),
    "parameter-became-required": ("parameters/0", "parameters/0"),
    "parameter-became-optional": ("parameters/0", "parameters/0"),
    "parameter-serialisation-changed": ("parameters/0", "parameters/0"),
    "status-removed": ("responses/200", "responses"),
    "status-added": ("responses", "responses/202"),
    "header-removed": ("responses/200/headers/x-limit", "responses/200"),
    "header-added": ("responses/200", "responses/200/headers/x-limit"),
    "header-became-optional": ("responses/200/headers/x-limit", "responses/200/headers/x-limit"),
    "header-became-required": ("responses/200/headers/x-limit", "responses/200/headers/x-limit"),
}


def places(report: Report, rule: str, above: str) -> tuple[str, str]:
    (site,) = (finding.first.site for finding in report.findings if finding.rule == rule)
    return shown(site.base, above), shown(site.candidate, above)


def shown(pointer: str, above: str) -> str:
    return "" if pointer == above else pointer.removeprefix(f"{above}/")


def test_a_change_of_a_schema_is_at_the_keyword_that_changed() -> None:
    cases = [case for case in SCHEMA_CASES if case.levels[0] != "-"]
    reports = {case.rule: compare_schemas("request", case.base, case.red) for case in cases}
    found = {rule: places(report, rule, FIELD) for rule, report in reports.items()}
    assert found == SCHEMA_PLACES


def test_a_change_of_an_operation_is_where_each_document_writes_it() -> None:
    found: dict[str, tuple[str, str]] = {}
    for case in OPERATION_CASES:
        base, red = tiny.document(), tiny.document()
        case.before(base)
        case.before(red)
        case.red(red)
        if case.rule not in ELSEWHERE:
            found[case.rule] = places(compare(base, red, WANTED), case.rule, OPERATION)
    assert found == OPERATION_PLACES


def test_a_change_of_a_parameter_is_in_its_schema() -> None:
    base, candidate = tiny.document(), tiny.document()
    tiny.operation(candidate)["parameters"][0]["schema"] = {"type": "number"}
    report = compare(base, candidate, WANTED)
    place = "parameters/0/schema/type"
    assert places(report, "type-widened", OPERATION) == (place, place)


def test_null_of_alternatives_is_where_they_are_listed() -> None:
    forms = [TEXT, tiny.closed("a")]
    report = compare_schemas("request", {"anyOf": [*forms, {"type": "null"}]}, {"oneOf": forms})
    assert places(report, "null-removed", FIELD) == ("anyOf", "oneOf")
