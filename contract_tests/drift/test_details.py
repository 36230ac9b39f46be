"""What a finding says of a change: its field, what was there before, and what is there now."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.tiny import TEXT, WHOLE, Json
from scripts.document import operations
from scripts.drift import Finding, compare

WANTED = operations.from_endpoints([tiny.ENDPOINT])


def found(base: Json, candidate: Json) -> list[Finding]:
    return list(compare(base, candidate, WANTED).findings)


def said(base: Json, candidate: Json) -> list[tuple[str, tuple[str, ...], Any, Any]]:
    return [(f.rule, f.fields, f.first.before, f.first.after) for f in found(base, candidate)]


def of_request(base: Any, candidate: Any) -> list[tuple[str, tuple[str, ...], Any, Any]]:
    return said(tiny.document(request=base), tiny.document(request=candidate))


def changed(
    change: Callable[[Json], object], before: Callable[[Json], object] = lambda _: None
) -> tuple[Json, Json]:
    base = tiny.document()
    before(base)
    candidate = copy.deepcopy(base)
    change(candidate)
    return base, candidate


def parameter(**keywords: Any) -> Callable[[Json], None]:
    return lambda document: tiny.operation(document)["parameters"][0].update(keywords)


def test_a_change_in_the_second_of_two_constraints_is_found() -> None:
    def neither(*values: str) -> Json:
        return TEXT | {"allOf": [{"not": {"const": value}} for value in values]}

    (change,) = of_request(neither("A", "B"), neither("A", "C"))
    assert change[:2] == ("constraint-changed", ("body.field",))
    (change,) = of_request(neither("A"), neither("A", "B"))
    assert change[:2] == ("constraint-tightened", ("body.field",))


def test_a_second_union_beside_the_first_is_compared_too() -> None:
    def kinds(*second: Json) -> Json:
        first = [TEXT | {"minLength": 1}, WHOLE | {"minimum": 1}]
        return {"anyOf": first, "oneOf": list(second)}

    old = kinds(TEXT | {"maxLength": 9}, WHOLE | {"maximum": 9})
    new = kinds(TEXT | {"maxLength": 9}, WHOLE | {"maximum": 5})
    (change,) = of_request(old, new)
    assert change[:2] == ("constraint-tightened", ("body.field",))


def test_a_form_is_compared_with_the_one_most_like_it() -> None:
    near, far, new = (tiny.closed(*names) for names in ("abc", "abcx", "abcd"))
    for forms in ([near, far], [far, near]):
        found = of_request({"anyOf": forms}, {"anyOf": [new, WHOLE]})
        assert ("property-added", ("body.field.d",), None, TEXT) in found
        assert "optional-property-removed" not in {rule for rule, *_ in found}


def test_a_form_that_shares_few_properties_is_another_form() -> None:
    few, many = tiny.closed("a"), tiny.closed("a", "b", "c", "d")
    (change,) = of_request({"anyOf": [few, WHOLE]}, {"anyOf": [many, WHOLE, TEXT]})
    assert change[0] == "variants-changed"


def test_a_form_may_go_if_another_lists_its_properties() -> None:
    old = {"anyOf": [tiny.closed("a", "x"), tiny.closed("a", "y")]}
    every = {"anyOf": [tiny.closed(a={}, x={}, y={}), WHOLE]}
    assert "variants-widened" in {rule for rule, *_ in of_request(old, every)}
    one = {"anyOf": [tiny.closed(a={}, x={}), WHOLE]}
    assert "variants-changed" in {rule for rule, *_ in of_request(old, one)}


def test_extras_of_one_part_apply_to_the_properties_of_another() -> None:
    def parts(extras: Json) -> Json:
        return {"allOf": [tiny.closed(a=TEXT), {"additionalProperties": extras}]}

    changes = of_request(parts(TEXT), parts(TEXT | {"maxLength": 3}))
    fields = {field: rule for rule, names, _, _ in changes for field in names}
    assert fields == {"body.field.a": "size-tightened", "body.field{}": "size-tightened"}


def test_a_change_inside_extras_is_found() -> None:
    base, candidate = (
        {"type": "object", "additionalProperties": tiny.closed(a=kind)} for kind in (TEXT, WHOLE)
    )
    assert of_request(base, candidate) == [
        ("type-changed", ("body.field{}.a",), "string", "integer")
    ]


def test_a_change_inside_items_is_found() -> None:
    base, candidate = ({"type": "array", "items": tiny.closed(a=kind)} for kind in (TEXT, WHOLE))
    assert of_request(base, candidate) == [
        ("type-changed", ("body.field[].a",), "string", "integer")
    ]


def test_an_unknown_key_of_an_operation_is_reported() -> None:
    before = tiny.operation
    base, candidate = changed(
        lambda d: before(d).update(callbacks={"b": 1}),
        lambda d: before(d).update(callbacks={"a": 1}),
    )
    (finding,) = found(base, candidate)
    assert (finding.rule, finding.first.before, finding.first.after) == (
        "unknown-keyword-changed", '{"a": 1}', '{"b": 1}',
    )  # fmt: skip
    assert "The keyword is 'callbacks'." in finding.why
    (finding,) = found(*changed(lambda d: before(d).update(callbacks={})))
    assert (finding.first.before, finding.first.after) == (None, "{}")


def test_deprecation_that_was_there_before_is_no_news() -> None:
    def deprecate(document: Json) -> None:
        tiny.operation(document).update(deprecated=True, **{"x-sunset": "2027-01-01"})

    same = changed(lambda d: tiny.operation(d).update(summary="text"), deprecate)
    assert [f.rule for f in found(*same)] == ["text-or-layout-changed"]
    sooner = changed(lambda d: tiny.operation(d).update({"x-sunset": "2026-12-01"}), deprecate)
    (finding,) = found(*sooner)
    assert finding.rule == "operation-deprecated"
    assert "It goes on 2026-12-01." in finding.why


def test_a_parameter_may_stop_being_deprecated() -> None:
    assert said(*changed(parameter(deprecated=False), parameter(deprecated=True))) == [
        ("field-undeprecated", ("query.limit",), True, False)
    ]


def test_a_path_parameter_that_keeps_its_name_is_not_renamed() -> None:
    def in_path(document: Json, schema: Json) -> None:
        node = {"in": "path", "name": "id", "required": True, "schema": schema}
        post = {**tiny.operation(document), "parameters": [node]}
        document["paths"] = {"/things/{id}": {"post": post}}

    base, candidate = tiny.document(), tiny.document()
    in_path(base, TEXT)
    in_path(candidate, TEXT | {"maxLength": 9})
    report = compare(base, candidate, operations.from_endpoints(["POST /things/{id}"]))
    assert [(f.rule, f.fields) for f in report.findings] == [("size-tightened", ("path.id",))]


def test_headers_are_named_by_status_and_name() -> None:
    def header(*, required: bool) -> Callable[[Json], None]:
        node = {"X-Limit": {"schema": TEXT, "required": required}}
        return lambda d: tiny.operation(d)["responses"]["200"].update(headers=node)

    assert said(*changed(header(required=False), header(required=True))) == [
        ("header-became-optional", ("200.headers.x-limit",), "required", "optional")
    ]


@pytest.mark.parametrize(
    ("base", "candidate", "rule"),
    [
        (False, True, "parameter-became-required"),
        (True, False, "parameter-became-optional"),
    ],
)
def test_need_is_shown_in_words(base: bool, candidate: bool, rule: str) -> None:
    words = {True: "required", False: "optional"}
    assert said(*changed(parameter(required=candidate), parameter(required=base))) == [
        (rule, ("query.limit",), words[base], words[candidate])
    ]


def test_a_property_is_added_to_an_object_that_admits_any_other() -> None:
    added = [("property-added", ("body.field.b",), None, TEXT)]
    for extras in ({}, {"additionalProperties": True}, {"additionalProperties": {"title": "any"}}):
        base, candidate = tiny.closed("a") | extras, tiny.closed("a", "b") | extras
        assert of_request(base, candidate) == added


def test_a_parameter_of_a_media_type_means_something_unless_it_is_the_charset() -> None:
    def media(name: str) -> Callable[[Json], None]:
        def rename(document: Json) -> None:
            content = tiny.operation(document)["responses"]["200"]["content"]
            content[name] = content.pop("application/json")

        return rename

    unchanged = [("text-or-layout-changed", (), None, None)]
    assert said(*changed(media("Application/JSON ; Charset=utf-8"))) == unchanged
    rules = {rule for rule, *_ in said(*changed(media("application/json; version=2")))}
    assert "media-type-removed" in rules


@pytest.mark.parametrize(
    ("base", "candidate", "rule"),
    [
        ({"anyOf": [{"type": "boolean"}, TEXT]}, TEXT, "text-or-layout-changed"),
        (TEXT, {"anyOf": [WHOLE, TEXT]}, "text-or-layout-changed"),
        (
            {"anyOf": [WHOLE, TEXT]},
            {"anyOf": [TEXT, {"type": "boolean"}]},
            "text-or-layout-changed",
        ),
        ({"anyOf": [WHOLE, TEXT]}, {"anyOf": [WHOLE, TEXT], "maxLength": 3}, "size-tightened"),
        ({"anyOf": [WHOLE, TEXT]}, TEXT | {"pattern": "^a"}, "variants-narrowed"),
        ({"anyOf": [{"type": "boolean"}, TEXT]}, {"type": "boolean"}, "variants-narrowed"),
        ({"anyOf": [{"type": "boolean"}, TEXT]}, WHOLE, "variants-narrowed"),
        (WHOLE, {"anyOf": [{"type": "boolean"}, TEXT]}, "variants-widened"),
        (
            {"anyOf": [WHOLE | {"minimum": 3}, TEXT]},
            {"anyOf": [WHOLE | {"minimum": 5}, TEXT]},
            "text-or-layout-changed",
        ),
        (WHOLE, {"anyOf": [tiny.closed("a"), TEXT]}, "variants-changed"),
    ],
)
def test_alternatives_of_which_one_is_any_text_take_the_same_in_a_query(
    base: Json, candidate: Json, rule: str
) -> None:
    before, after = changed(parameter(schema=candidate), parameter(schema=base))
    assert [rule for rule, *_ in said(before, after)] == [rule]


@pytest.mark.parametrize(
    ("before", "after"),
    [("amount", "amonut"), ("job_id", "root_job_id"), ("amountInCents", "amount_in_cents")],
)
def test_a_slip_of_spelling_is_a_renamed_property(before: str, after: str) -> None:
    (change,) = of_request(tiny.closed(before), tiny.closed(after))
    assert change == ("property-renamed", (f"body.field.{before}",), before, after)


def test_a_property_of_another_name_is_not_a_renamed_one() -> None:
    found = {rule for rule, *_ in of_request(tiny.closed("amount"), tiny.closed("memo"))}
    assert found == {"optional-property-removed", "property-added"}


def test_types_are_shown_with_null() -> None:
    assert of_request({"type": ["string", "null"]}, TEXT) == [
        ("null-removed", ("body.field",), ["string", "null"], "string")
    ]
    inner = {"anyOf": [tiny.closed("a"), tiny.closed("b")]}
    for forms in ([TEXT, tiny.closed("a")], [TEXT, inner]):
        assert of_request({"anyOf": [*forms, {"type": "null"}]}, {"anyOf": forms}) == [
            ("null-removed", ("body.field",), ["object", "string", "null"], ["object", "string"])
        ]


def test_alternatives_are_shown_whole() -> None:
    (change,) = of_request({"anyOf": [WHOLE, tiny.closed("a")]}, {"anyOf": [WHOLE]})
    assert change == (
        "variants-narrowed",
        ("body.field",),
        {"anyOf": [WHOLE, {"type": "object", "properties": {"a": TEXT}}]},
        WHOLE,
    )


def test_a_moved_parameter_says_where_it_went() -> None:
    (removed, _) = (
        f
        for f in found(*changed(parameter(**{"in": "header"})))
        if f.rule in ("parameter-removed", "parameter-added")
    )
    assert "The header now has one of this name." in removed.why
