"""What is written differently and means the same is cosmetic at most.

What means something else is not.
"""
# ruff: noqa: E501 (tables: one row, one line)

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.tiny import TEXT, WHOLE, Json
from scripts.document import operations
from scripts.drift import Report, Severity, compare
from scripts.drift.shape import values
from scripts.support.errors import ConfigurationError

WANTED = operations.from_endpoints([tiny.ENDPOINT])
SCHEMES = {"bearerAuth": {"type": "http", "scheme": "bearer"}}
NODE: Json = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
    },
}


def with_schemas(field: Json, *, version: str = "3.1.0", **schemas: Json) -> Json:
    components = {"schemas": schemas, "securitySchemes": SCHEMES}
    return tiny.document(field, field, field, components=components, openapi=version)


def same(base: Json, candidate: Json) -> None:
    report = compare(base, candidate, WANTED)
    assert report.contract_verdict <= Severity.COSMETIC, [f.why for f in report.findings]
    assert compare(candidate, base, WANTED).contract_verdict <= Severity.COSMETIC


REF = {"$ref": "#/components/schemas/Thing"}
SPELLINGS: dict[str, tuple[Json, Json]] = {
    "component renamed": (with_schemas(REF, Thing=WHOLE), with_schemas({"$ref": "#/components/schemas/Item"}, Item=WHOLE)),
    "inline to $ref": (with_schemas(WHOLE), with_schemas(REF, Thing=WHOLE)),
    "$ref to $ref to schema": (with_schemas(REF, Thing=WHOLE), with_schemas(REF, Thing={"$ref": "#/components/schemas/A"}, A=WHOLE)),
    "allOf flattened": (
        with_schemas({"allOf": [REF, tiny.closed("b", required=("b",))]}, Thing=tiny.closed("a", required=("a",))),
        with_schemas(tiny.closed("a", "b", required=("b", "a"))),
    ),
    "$ref with a description beside it": (with_schemas(REF, Thing=WHOLE), with_schemas({**REF, "description": "text"}, Thing=WHOLE)),
    "3.0 nullable and 3.1 type list": (with_schemas({"type": "string", "nullable": True}, version="3.0.3"), with_schemas({"type": ["string", "null"]})),
    "3.0 nullable $ref and 3.1 union": (with_schemas({"allOf": [REF], "nullable": True}, version="3.0.3", Thing=TEXT), with_schemas({"anyOf": [REF, {"type": "null"}]}, Thing=TEXT)),
    "boolean and numeric exclusiveMinimum": (with_schemas({"type": "integer", "minimum": 0, "exclusiveMinimum": True}, version="3.0.3"), with_schemas({"type": "integer", "exclusiveMinimum": 0})),
    "exclusiveMaximum and maximum of a whole number": (with_schemas({"type": "integer", "exclusiveMaximum": 10}), with_schemas({"type": "integer", "maximum": 9})),
    "enum of one and const": (with_schemas({"type": "string", "enum": ["A"]}), with_schemas({"const": "A"})),
    "nullable enum with and without null": (with_schemas({"type": ["string", "null"], "enum": ["A"]}), with_schemas({"type": ["string", "null"], "enum": ["A", None]})),
    "union of types and list of types": (with_schemas({"anyOf": [TEXT, WHOLE]}), with_schemas({"type": ["integer", "string"]})),
    "branch of a union extracted": (with_schemas({"anyOf": [TEXT, {"type": "array", "items": WHOLE}]}), with_schemas({"anyOf": [TEXT, REF]}, Thing={"type": "array", "items": WHOLE})),
    "recursive schema renamed": (
        with_schemas({"$ref": "#/components/schemas/Node"}, Node=NODE),
        with_schemas({"$ref": "#/components/schemas/Tree"}, Tree={"type": "object", "properties": {"name": TEXT, "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}),
    ),
    "recursive schema unrolled once": (with_schemas({"$ref": "#/components/schemas/Node"}, Node=NODE), with_schemas(NODE, Node=NODE)),
    "a property named description": (with_schemas(tiny.closed("description")), with_schemas(tiny.closed(description={"type": "string", "description": "text"}))),
    "keywords that only name a schema": (with_schemas(TEXT), with_schemas(TEXT | {"$schema": "https://example.com/s", "$id": "https://example.com/i", "$anchor": "a", "$defs": {"A": WHOLE}})),
    "extras spelled out": (with_schemas(tiny.closed("a")), with_schemas(tiny.closed("a") | {"additionalProperties": {}})),
    "3.0 nullable beside a $ref and 3.1 union": (with_schemas({**REF, "nullable": True}, version="3.0.3", Thing=TEXT), with_schemas({"anyOf": [REF, {"type": "null"}]}, Thing=TEXT)),
    "a union in a union": (with_schemas({"anyOf": [{"anyOf": [TEXT, WHOLE]}, {"type": "boolean"}]}), with_schemas({"type": ["string", "integer", "boolean"]})),
    "properties in another order": (with_schemas(tiny.closed("a", "b")), with_schemas(tiny.closed("b", "a"))),
    "null as a const": (with_schemas({"anyOf": [TEXT, {"const": None}]}), with_schemas({"type": ["string", "null"]})),
    "a whole number that is a number": (with_schemas({"allOf": [WHOLE, {"type": "number"}]}), with_schemas(WHOLE)),
    "a number that is a whole number": (with_schemas({"allOf": [{"type": "number"}, WHOLE]}), with_schemas(WHOLE)),
    "a whole number with a point": (with_schemas({"enum": [1, 2]}), with_schemas({"type": "integer", "enum": [1.0, 2.0]})),
    "a default in another order": (with_schemas({"default": {"a": 1, "b": 2}}), with_schemas({"default": {"b": 2, "a": 1}})),
    "type left out beside properties": (with_schemas({"properties": {"a": TEXT}}), with_schemas({"type": "object", "properties": {"a": TEXT}})),
}  # fmt: skip


NEED_SETS = {"union of types and list of types", "a union in a union"}


@pytest.mark.parametrize("name", SPELLINGS)
def test_another_spelling_is_no_drift(name: str) -> None:
    same(*SPELLINGS[name])


def test_another_spelling_is_no_drift_where_nothing_can_be_proven_of_sets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(values, "MAX_TEXT", 0)
    for name in SPELLINGS.keys() - NEED_SETS:
        same(*SPELLINGS[name])


def change(apply: Callable[[Json], object]) -> tuple[Json, Json]:
    base = tiny.document()
    candidate = copy.deepcopy(base)
    apply(candidate)
    return base, candidate


def test_a_parameter_moved_to_the_path_is_no_drift() -> None:
    same(
        *change(
            lambda d: d["paths"]["/things/"].update(parameters=tiny.operation(d).pop("parameters"))
        )
    )


def test_a_parameter_moved_to_the_components_is_no_drift() -> None:
    def move(document: Json) -> None:
        document["components"]["parameters"] = {"Limit": tiny.operation(document)["parameters"][0]}
        tiny.operation(document)["parameters"] = [{"$ref": "#/components/parameters/Limit"}]

    same(*change(move))


def test_hoisted_security_is_no_drift() -> None:
    same(*change(lambda d: d.update(security=tiny.operation(d).pop("security"))))


def test_a_server_with_a_variable_is_the_server_of_its_default() -> None:
    variable = {"host": {"default": "api.example.com"}}
    same(*change(lambda d: d.update(servers=[{"url": "https://{host}", "variables": variable}])))


def test_a_renamed_path_parameter_is_cosmetic() -> None:
    base, candidate = tiny.document(), tiny.document()
    for document, name in ((base, "id"), (candidate, "thing_id")):
        parameter = {"in": "path", "name": name, "required": name == "id", "schema": TEXT}
        document["paths"] = {
            f"/things/{{{name}}}": {"post": {**tiny.operation(document), "parameters": [parameter]}}
        }
    report = compare(base, candidate, operations.from_endpoints(["POST /things/{}"]))
    assert [(f.rule, f.contract_severity) for f in report.findings] == [
        ("path-parameter-renamed", Severity.COSMETIC)
    ]


def rules(base: Json, candidate: Json) -> list[str]:
    return [finding.rule for finding in compare(base, candidate, WANTED).findings]


def test_a_change_deep_in_a_recursive_schema_is_found() -> None:
    changed = copy.deepcopy(NODE)
    changed["properties"]["name"] = WHOLE
    node = {"$ref": "#/components/schemas/Node"}
    assert rules(with_schemas(node, Node=NODE), with_schemas(node, Node=changed)) == [
        "type-changed",
        "type-changed",
    ]


@pytest.mark.parametrize("names", [("p", "q"), ("q", "p")])
def test_schemas_that_lead_back_to_one_another_are_told_apart_in_any_order(
    names: tuple[str, str],
) -> None:
    first: Any
    second: Any
    first, second = ({"$ref": f"#/components/schemas/{name}"} for name in ("A", "B"))
    leads: dict[str, Any] = {"p": first, "q": second}
    field = tiny.closed(**{name: leads[name] for name in names})
    base = with_schemas(field, A=tiny.closed(x=second), B=tiny.closed(z=first))
    candidate = with_schemas(field, A=tiny.closed(x=second, w=WHOLE), B=tiny.closed(z=first))
    findings = compare(base, candidate, WANTED).findings
    assert {finding.rule for finding in findings} == {"property-added"}
    fields = {field for finding in findings for field in finding.fields}
    assert {"200.field.p.w", "200.field.q.z.w", "200.field.p.x.z.w"} <= fields


def test_one_component_is_judged_by_each_direction_it_travels_in() -> None:
    thing = {"type": "string", "enum": ["A"]}
    wider = {"type": "string", "enum": ["A", "B"]}
    report = compare(with_schemas(REF, Thing=thing), with_schemas(REF, Thing=wider), WANTED)
    found = {f.first.site.side.value: str(f.contract_severity) for f in report.findings}
    assert found == {"request": "compatible", "response": "breaking"}


def test_read_only_properties_do_not_travel_in_requests() -> None:
    base = with_schemas(tiny.closed("a", required=("a",)))
    hidden = tiny.closed(a={"type": "string", "readOnly": True}, required=("a",))
    report = compare(base, with_schemas(hidden), WANTED)
    assert {(f.rule, f.first.site.side.value) for f in report.findings} == {
        ("property-removed", "request")
    }


def test_a_read_only_property_may_become_required() -> None:
    hidden = {"type": "string", "readOnly": True}
    base, candidate = (with_schemas(tiny.closed(a=hidden, required=r)) for r in ((), ("a",)))
    sides = {f.first.site.side.value for f in compare(base, candidate, WANTED).findings}
    assert sides == {"response"}


def test_a_required_name_without_a_schema_is_not_overlooked() -> None:
    base, candidate = (tiny.document(request=tiny.closed(required=r)) for r in ((), ("a",)))
    assert compare(base, candidate, WANTED).verdict is Severity.BREAKING


def test_alternatives_that_became_exclusive_are_not_overlooked() -> None:
    branches = [TEXT | {"minLength": 2}, TEXT | {"maxLength": 3}]
    for side, rules in (
        ("request", ("variants-changed", "variants-widened")),
        ("response", ("variants-narrowed", "variants-widened")),
    ):
        any_of, one_of = (tiny.document(**{side: {word: branches}}) for word in ("anyOf", "oneOf"))
        assert [f.rule for f in compare(any_of, one_of, WANTED).findings] == [rules[0]]
        assert [f.rule for f in compare(one_of, any_of, WANTED).findings] == [rules[1]]


def test_alternatives_that_admit_null_are_compared_beside_it() -> None:
    texts = [TEXT | {"maxLength": 3, "pattern": "^a"}, TEXT | {"minLength": 9, "pattern": "^b"}]
    below = [{"type": "number", "exclusiveMaximum": n} for n in (5, 7)]
    null = {"type": "null"}
    for old, new in (
        ([*texts, null], [WHOLE, *texts, null]),
        ([tiny.closed("a"), below[0], null], [tiny.closed("a"), below[1], null]),
        ([tiny.closed("a"), below[0], null], [tiny.closed("a"), below[1], texts[0], null]),
    ):
        base, candidate = (tiny.document(response={"anyOf": forms}) for forms in (old, new))
        assert compare(base, candidate, WANTED).verdict >= Severity.WARNING


def test_nothing_is_proven_of_schemas_without_an_end() -> None:
    def refuses(kind: Json) -> Json:
        child = {"not": {"$ref": "#/components/schemas/Node"}}
        node = tiny.closed(child=child, a=kind, required=("a", "child"))
        return with_schemas(TEXT | {"not": {"$ref": "#/components/schemas/Node"}}, Node=node)

    for base, candidate in ((WHOLE, TEXT), (TEXT, WHOLE)):
        report = compare(refuses(base), refuses(candidate), WANTED)
        assert {f.rule for f in report.findings} == {"constraint-changed"}


def test_another_name_altogether_is_a_removal_and_an_addition() -> None:
    base, candidate = (tiny.document(response=tiny.closed(n)) for n in ("job_id", "zebra"))
    assert set(rules(base, candidate)) == {"optional-property-removed", "property-added"}


def test_a_limit_restated_for_whole_numbers_is_not_a_second_finding() -> None:
    base = tiny.document(request={"type": "number", "exclusiveMinimum": 0})
    assert rules(base, tiny.document(request={"type": "integer", "minimum": 1})) == [
        "type-narrowed"
    ]


def test_a_property_named_out_of_a_map_is_checked_against_the_map() -> None:
    base = tiny.document(request={"type": "object", "additionalProperties": WHOLE})
    candidate = tiny.document(
        request={"type": "object", "additionalProperties": WHOLE, "properties": {"a": TEXT}}
    )
    assert "type-changed" in rules(base, candidate)


def test_an_unresolvable_part_elsewhere_does_not_matter() -> None:
    base, candidate = change(
        lambda d: d["paths"].update({"/other": {"get": {"$ref": "#/nowhere"}}})
    )
    assert compare(base, candidate, WANTED).verdict is Severity.UNTOUCHED


def test_findings_point_at_the_exact_place() -> None:
    base = with_schemas(REF, Thing={"type": "object", "properties": {"a/b": WHOLE}})
    candidate = with_schemas(
        {"type": "object", "properties": {"a/b": {"type": "integer", "maximum": 3}}}
    )
    finding = compare(base, candidate, WANTED).findings[0]
    assert finding.first.site.base == "/components/schemas/Thing/properties/a~1b"
    assert finding.first.site.candidate.endswith("/schema/properties/field/properties/a~1b/maximum")


def test_a_lost_operation_comes_first_and_names_what_is_left() -> None:
    base, candidate = change(
        lambda d: d["paths"]["/things/"].update(put=d["paths"]["/things/"].pop("post"))
    )
    finding = compare(base, candidate, WANTED).findings[0]
    assert finding.rule == "operation-removed"
    assert "PUT" in finding.why


def test_an_operation_in_neither_document_is_a_configuration_error_that_names_it() -> None:
    wanted = operations.from_endpoints(["GET /nowhere"])
    with pytest.raises(ConfigurationError, match="GET /nowhere"):
        compare(tiny.document(), tiny.document(), wanted)


def test_no_operation_at_all_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="no operation"):
        compare(tiny.document(), tiny.document(), operations.Operations(()))


def test_equal_documents_in_another_order_are_cosmetic() -> None:
    def reverse(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: reverse(value) for key, value in reversed(node.items())}
        return node

    base = with_schemas(tiny.closed("a", "b", required=("a", "b")))
    report: Report = compare(base, reverse(base), WANTED)
    assert report.verdict is Severity.COSMETIC
