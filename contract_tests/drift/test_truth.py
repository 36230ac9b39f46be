"""Changes that are easy to misjudge, each with the rules it must give on every side.

Most were found by a peer's own test suite and by probes: a silent miss, or an untrue alarm.
"""
# ruff: noqa: E501 (tables: one row, one line)

from dataclasses import dataclass
from typing import Any

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.tiny import TEXT, WHOLE, Json
from scripts.document import operations
from scripts.drift import compare
from scripts.drift.shape import values
from scripts.support.errors import NotOpenAPI

WANTED = operations.from_endpoints([tiny.ENDPOINT])
SIDES = ("request", "response", "error")
LEVELS = {"breaking": "B", "warning": "W", "compatible": "C", "cosmetic": "K", "untouched": "-"}

A, B = (tiny.closed("kind", name, required=("kind", name)) for name in ("a", "b"))
CAT = {"allOf": [{"$ref": "#/components/schemas/Pet"}, tiny.closed(lives=WHOLE)]}
DOG = {"allOf": [{"$ref": "#/components/schemas/Pet"}, tiny.closed("bark")]}
EITHER = tiny.closed("a", "b", "c")
REQUIRED = tiny.closed("a", required=("a",))
NULL: Json = {"type": "null"}
STATES: Json = {"type": "string", "enum": ["A", "B"]}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def alternatives(*names: str, **mapping: str) -> Json:
    """Return alternatives distinguished by `kind`, with a mapping if there is one."""
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
    """A change of one field, with the verdicts expected on each side, in the order of `SIDES`."""

    name: str
    base: Any
    candidate: Any
    expected: str
    schemas: tuple[Json, Json] = ({}, {})


KINDS = {"A": A, "B": B}
PETS = {"Pet": pet(cat="Cat", dog="Dog"), "Cat": CAT, "Dog": DOG}
OTHER_CAT = {"allOf": [ref("Pet"), tiny.closed(lives=TEXT)]}
ROWS = (
    # discriminators
    Row("a mapping that swaps its schemas", alternatives("A", "B", a="A", b="B"), alternatives("A", "B", a="B", b="A"), "BBB", (KINDS, KINDS)),
    Row("a mapping that loses a value", alternatives("A", "B", a="A", b="B"), alternatives("A", "B", a="B"), "BBB", (KINDS, KINDS)),
    Row("a mapping in another order", alternatives("A", "B", a="A", b="B"), alternatives("B", "A", b="B", a="A"), "KKK", (KINDS, KINDS)),
    Row("a mapping that spells out the names", alternatives("A", "B"), alternatives("A", "B", A="A", B="B"), "KKK", (KINDS, KINDS)),
    Row("a mapping by bare names", alternatives("A", "B", a="A", b="B"), {**alternatives("A", "B"), "discriminator": {"propertyName": "kind", "mapping": {"a": "A", "b": "B"}}}, "KKK", (KINDS, KINDS)),
    Row("a renamed schema that goes by its name", alternatives("A", "B"), alternatives("A", "C"), "BBW", (KINDS, {"A": A, "C": B})),
    Row("a renamed schema that goes by a mapped value", alternatives("A", "B", a="A", b="B"), alternatives("A", "C", a="A", b="C"), "KKK", (KINDS, {"A": A, "C": B})),
    Row("a schema reached by a mapping alone", ref("Pet"), ref("Pet"), "BBB", (PETS, PETS | {"Cat": OTHER_CAT})),
    Row("a schema reached by its base alone", ref("Pet"), ref("Pet"), "BBB", (PETS | {"Pet": pet()}, PETS | {"Pet": pet(), "Cat": OTHER_CAT})),
    Row("another schema of the same base", ref("Dog"), ref("Dog"), "---", (PETS, PETS | {"Cat": OTHER_CAT})),
    Row("a mapping to nowhere", alternatives("A", "B", a="A", b="B", c="C"), alternatives("A", "B", a="A", b="B", c="D"), "KKK", (KINDS, KINDS)),
    Row("alternatives that the document says how to tell apart", {"oneOf": [A, B]}, alternatives("A", "B"), "WWW", ({}, KINDS)),
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
    Row("a list of numbers goes from beside one of texts", {"anyOf": [{"type": "array", "items": TEXT}, {"type": "array", "items": WHOLE}]}, {"anyOf": [{"type": "array", "items": TEXT}]}, "BCC"),
    Row("null that only one of two unions admitted", {"allOf": [{"anyOf": [TEXT, WHOLE, NULL]}, {"anyOf": [TEXT, {"type": "boolean"}]}]}, {"anyOf": [TEXT, NULL]}, "CBW"),
    Row("null that both of two unions admitted", {"allOf": [{"anyOf": [TEXT, WHOLE, NULL]}, {"anyOf": [TEXT, {"type": "boolean"}, NULL]}]}, {"anyOf": [TEXT, NULL]}, "KKK"),
    Row("null that one of two unions of a recursive schema admits", ref("Tree"), ref("Tree"), "BBW", ({"Tree": {"allOf": [{"anyOf": [TEXT, ref("Tree"), NULL]}, {"anyOf": [TEXT, ref("Tree")]}]}}, {"Tree": {"allOf": [{"anyOf": [TEXT, ref("Tree"), NULL]}, {"anyOf": [TEXT, ref("Tree"), NULL]}]}})),
    Row("a union in a union that lists one of its alternatives", {"anyOf": [{"anyOf": [WHOLE, TEXT]}, TEXT]}, {"anyOf": [WHOLE, TEXT]}, "KKK"),
    Row("an alternative of a union in a union goes", {"anyOf": [{"anyOf": [WHOLE, A]}, TEXT]}, {"anyOf": [WHOLE, TEXT]}, "BCC"),
    Row("alternatives of which one is anything", {"anyOf": [A, {}]}, {"anyOf": [TEXT, {}]}, "KKK"),
    Row("an object becomes one of two of which one is anything", A, {"anyOf": [{}, TEXT]}, "CBW"),
    Row("an alternative goes, and its likeness stays", {"anyOf": [tiny.closed("a", "b", "c"), tiny.closed("x", "y")]}, {"anyOf": [tiny.closed("x", "y", "z")]}, "BCC"),
    Row("an object loses most fields and becomes one of two", tiny.closed("a", "b", "c"), {"anyOf": [tiny.closed("a"), TEXT]}, "BBW"),
    # alternatives of which only one may fit
    Row("an object becomes one of two that all its values fit", EITHER | {"required": ["a", "b"]}, {"oneOf": [EITHER | {"required": ["a"]}, EITHER | {"required": ["b"]}]}, "BBW"),
    Row("an object becomes one of two that some of its values fit", EITHER | {"required": ["a"]}, {"oneOf": [EITHER | {"required": ["a"]}, EITHER | {"required": ["b"]}]}, "BBW"),
    Row("an object becomes any of two that all its values fit", EITHER | {"required": ["a", "b"]}, {"anyOf": [EITHER | {"required": ["a"]}, EITHER | {"required": ["b"]}]}, "CBW"),
    Row("an object becomes one of two that list other fields", A, {"oneOf": [A, tiny.closed("kind", "c", required=("kind",))]}, "CBW"),
    Row("one of two that some values fit becomes one of three", {"oneOf": [tiny.closed("kind", "a"), tiny.closed("kind", "b")]}, {"oneOf": [tiny.closed("kind", "a"), tiny.closed("kind", "b"), tiny.closed("kind", "c")]}, "CBW"),
    Row("a discriminator selects one of two that all values fit", EITHER | {"required": ["a", "b"]}, alternatives("A", "B"), "WBW", ({}, {"A": EITHER | {"required": ["a"]}, "B": EITHER | {"required": ["b"]}})),
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
NEED_SETS = {
    "alternatives of which one is anything",
    "null that only one of two unions admitted",
    "null that both of two unions admitted",
    "only null left of a union",
    "an object loses most fields and becomes one of two",
    "an object becomes one of two that all its values fit",
    "an object becomes one of two that some of its values fit",
    "the default of a required field",
}


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
    assert "".join(verdict(side, row) for side in SIDES) == row.expected


def test_most_verdicts_need_no_proof_by_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MAX_TEXT", 0)
    rows = [row for row in ROWS if row.name not in NEED_SETS]
    found = {row.name: "".join(verdict(side, row) for side in SIDES) for row in rows}
    assert found == {row.name: row.expected for row in rows}


def test_no_alternative_reads_as_a_removed_property() -> None:
    for candidate in ({"oneOf": [A, B]}, {"anyOf": [A, TEXT]}, {}):
        report = compare(tiny.document(A), tiny.document(candidate), WANTED)
        assert not [f for f in report.findings if "property" in f.rule]


@pytest.mark.parametrize("ref", ["common.json#/Thing", "https://127.0.0.1:9/a.json"])
def test_equal_references_to_another_document_are_not_taken_for_no_change(ref: str) -> None:
    document = tiny.document(response={"$ref": ref})
    with pytest.raises(NotOpenAPI, match="refers outside the document"):
        compare(document, document, WANTED)


def test_a_reference_in_an_example_is_only_a_text() -> None:
    document = tiny.document(response=TEXT | {"example": {"$ref": "common.json"}})
    assert str(compare(document, document, WANTED).verdict) == "untouched"
