"""Documents made to hurt: a right verdict or a clear error, in bounded time and memory."""

import copy
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.tiny import TEXT, WHOLE, Json
from scripts.document import reader
from scripts.document.operations import Operation, Operations, from_endpoints
from scripts.drift import Severity, compare
from scripts.drift.compare import schemas
from scripts.support.errors import Malformed, NotOpenAPI, TooLarge

WANTED = from_endpoints([tiny.ENDPOINT])
SCHEMES = {"bearerAuth": {"type": "http", "scheme": "bearer"}}
REF = {"$ref": "#/components/schemas/L0"}


def response(field: Any, **schemas: Any) -> Json:
    return tiny.document(
        response=field, components={"schemas": schemas, "securitySchemes": SCHEMES}
    )


def rules(base: Json, candidate: Json) -> set[str]:
    started = time.process_time()
    found = {finding.rule for finding in compare(base, candidate, WANTED).findings}
    assert time.process_time() - started < 10
    return found


def test_an_error_names_the_document_that_has_it() -> None:
    broken, whole = response({"$ref": "#/nowhere"}), response(TEXT)
    with pytest.raises(NotOpenAPI, match=r"^old\.json: "):
        compare(broken, whole, WANTED, names=("old.json", "new.json"))
    with pytest.raises(NotOpenAPI, match=r"^new\.json: "):
        compare(whole, broken, WANTED, names=("old.json", "new.json"))


@pytest.mark.parametrize(
    "ref",
    ["#/components/schemas/Nowhere", "#/nowhere/1/2", "#Anchor", "#/paths/~1things~1/post/tags/7"],
)
def test_a_reference_to_nothing_is_an_error_that_names_it(ref: str) -> None:
    with pytest.raises(NotOpenAPI, match=r"candidate: .*(Nowhere|nowhere|Anchor|tags)"):
        compare(tiny.document(), response({"$ref": ref}), WANTED)


@pytest.mark.parametrize(
    "ref", ["common.json#/Thing", "https://127.0.0.1:9/a.json", "file:///etc/passwd", 7]
)
def test_a_reference_out_of_the_document_is_refused_and_not_fetched(ref: Any) -> None:
    with pytest.raises(NotOpenAPI, match="outside the document"):
        compare(tiny.document(), response({"$ref": ref}), WANTED)


def test_a_schema_that_is_only_itself_means_anything() -> None:
    loop = response(REF, L0={"$ref": "#/components/schemas/L1"}, L1=REF)
    assert rules(response({}), loop) <= {"text-or-layout-changed"}


def test_a_response_that_is_only_itself_is_an_error() -> None:
    candidate = tiny.document()
    tiny.operation(candidate)["responses"]["200"] = {"$ref": "#/components/responses/Loop"}
    candidate["components"]["responses"] = {"Loop": {"$ref": "#/components/responses/Loop"}}
    with pytest.raises(NotOpenAPI, match="refers to itself"):
        compare(tiny.document(), candidate, WANTED)


def _laughs(leaf: Json, wrap: Callable[[Json, Json], Json], depth: int = 40) -> dict[str, Json]:
    refs = [{"$ref": f"#/components/schemas/L{n + 1}"} for n in range(depth)]
    return {f"L{n}": wrap(ref, ref) for n, ref in enumerate(refs)} | {f"L{depth}": leaf}


def test_references_that_unfold_exponentially_are_compared_once_for_each_pair() -> None:
    def pair(a: Json, b: Json) -> Json:
        return {"type": "object", "properties": {"a": a, "b": b}}

    base, candidate = (response(REF, **_laughs(leaf, pair)) for leaf in (TEXT, WHOLE))
    assert rules(base, candidate) == {"type-changed"}
    found = compare(base, candidate, WANTED).findings
    assert found
    assert all("this is the nearest" in finding.why for finding in found)


def test_a_change_that_is_everywhere_is_not_lowered_by_usage_at_its_nearest_place() -> None:
    def pair(a: Json, b: Json) -> Json:
        return {"type": "object", "properties": {"a": a, "b": b}}

    base, candidate = (response(REF, **_laughs(leaf, pair)) for leaf in (TEXT, WHOLE))
    used = Operation("post", "/things/", sends=(), reads=("200.field.b",))
    assert compare(base, candidate, Operations((used,))).verdict is Severity.BREAKING


def test_an_operation_with_too_many_differences_breaks_as_not_comparable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = [
        {"type": "object", "properties": {f"a{n}": kind for n in range(9)}}
        for kind in (TEXT, WHOLE)
    ]
    monkeypatch.setattr(schemas, "MOST_PLACES", 3)
    assert rules(response(many[0]), response(many[1])) == {"type-changed"}
    monkeypatch.setattr(schemas, "MOST_PAIRS", 3)
    (finding,) = compare(response(many[0]), response(many[1]), WANTED).findings
    assert (finding.rule, str(finding.client_severity)) == ("not-comparable", "breaking")
    assert finding.operations == (tiny.ENDPOINT,)


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
@pytest.mark.slow
def test_compositions_that_unfold_exponentially_end(keyword: str) -> None:
    base, candidate = (
        response(REF, **_laughs(leaf, lambda a, b: {keyword: [a, b]})) for leaf in (TEXT, WHOLE)
    )
    assert rules(base, candidate)
    assert compare(base, candidate, WANTED).verdict is Severity.BREAKING


def test_ten_thousand_values_are_compared() -> None:
    values = [f"VALUE_{n}" for n in range(10_000)]
    base, candidate = (
        response({"type": "string", "enum": v}) for v in (values, [*values[1:], "NEW"])
    )
    assert rules(base, candidate) == {"enum-value-added", "enum-value-removed"}


def nested(depth: int, leaf: Json) -> Json:
    for _ in range(depth):
        leaf = {"type": "object", "properties": {"a": leaf}}
    document = response(TEXT)
    document["components"]["schemas"]["L0"] = leaf
    return document


def test_two_hundred_levels_are_compared() -> None:
    base, candidate = nested(200, TEXT), nested(200, WHOLE)
    for document in (base, candidate):
        success = tiny.operation(document)["responses"]["200"]
        success["content"]["application/json"]["schema"] = REF
    assert rules(base, candidate) == {"type-changed"}


def test_levels_beyond_reason_are_an_error() -> None:
    base, candidate = nested(50_000, TEXT), nested(50_000, WHOLE)
    for document in (base, candidate):
        success = tiny.operation(document)["responses"]["200"]
        success["content"]["application/json"]["schema"] = REF
    with pytest.raises(NotOpenAPI, match="nested too deeply"):
        compare(base, candidate, WANTED)


def test_three_hundred_variants_are_judged_one_by_one() -> None:
    variants = [{"type": "string", "pattern": f"^{n}$"} for n in range(300)]
    base, candidate = response({"anyOf": variants}), response({"anyOf": variants[1:]})
    assert rules(base, candidate) == {"variants-narrowed"}
    assert rules(candidate, base) == {"variants-widened"}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^d+("},
        {"type": "string", "not": {"pattern": "("}},
        {"type": "string", "minLength": "x"},
        {"enum": 3},
        {"type": 7, "enum": "x", "properties": [], "required": "a", "anyOf": {}, "items": [1]},
        {"type": "integer", "minimum": True, "exclusiveMinimum": "no"},
        [],
        "text",
        None,
        {"properties": {"a": None}, "required": [1, None]},
        {"type": "string", "pattern": 7, "format": []},
    ],
)
def test_schemas_that_are_wrong_are_still_compared(schema: Any) -> None:
    for base, candidate in ((response(TEXT), response(schema)), (response(schema), response(TEXT))):
        assert compare(base, candidate, WANTED).verdict in Severity
    assert compare(response(schema), response(schema), WANTED).verdict is Severity.UNTOUCHED


def test_operations_that_are_wrong_are_still_compared() -> None:
    candidate = tiny.document()
    tiny.operation(candidate).update(
        parameters={}, requestBody=[], responses=[], security={}, servers="x", tags=1
    )
    assert compare(tiny.document(), candidate, WANTED).verdict is Severity.BREAKING


def test_billion_laughs_in_yaml_are_refused() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(Malformed):
        reader.parse("\n".join(rows).encode(), "laughs.yml")


def test_two_hundred_megabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(TooLarge):
        reader.read(str(path))


def test_text_nested_beyond_reason_is_refused() -> None:
    with pytest.raises((Malformed, NotOpenAPI)):
        reader.parse(b'{"openapi": "3.1.0", "paths": ' + b"[" * 100_000, "deep.json")


def test_a_large_document_around_a_small_slice_costs_little() -> None:
    base = tiny.document()
    base["paths"] |= {f"/other/{n}": {"get": {"responses": {}}} for n in range(20_000)}
    candidate = json.loads(json.dumps(base))
    assert rules(base, candidate) == set()


def leads(count: int, names: int, leaf: Json) -> Json:
    """Return schemas of which each refers to `names` others, round and round."""
    schemas: dict[str, Any] = {}
    for n in range(count):
        targets = [f"L{(n * 7 + k * k + 1) % count}" for k in range(names)]
        refs: dict[str, Any] = {
            f"p{k}": {"$ref": f"#/components/schemas/{t}"} for k, t in enumerate(targets)
        }
        schemas[f"L{n}"] = tiny.closed("id", **refs)
    schemas[f"L{count // 2}"]["properties"]["leaf"] = leaf
    return response(REF, **schemas)


def test_schemas_that_all_lead_to_one_another_are_compared_in_seconds() -> None:
    base, candidate = leads(80, 6, TEXT), leads(80, 6, WHOLE)
    assert rules(base, candidate) == {"type-changed"}
    assert rules(base, copy.deepcopy(base)) == set()


def test_a_chain_of_thousands_of_references_is_compared() -> None:
    def chain(leaf: Json) -> Json:
        refs = ({"$ref": f"#/components/schemas/L{n + 1}"} for n in range(1500))
        schemas = {f"L{n}": tiny.closed(next=ref) for n, ref in enumerate(refs)}
        return response(REF, **schemas, L1500=leaf)

    assert rules(chain(TEXT), chain(WHOLE)) == {"type-changed"}
