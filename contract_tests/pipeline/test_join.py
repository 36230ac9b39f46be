"""Slices of several documents put together: every operation means what it meant in its own."""

import copy
from typing import Any

import pytest

from scripts.document import slices
from scripts.document.join import join
from scripts.support.errors import DocumentError


def document(path: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A document of one operation whose response is `Outer`, which holds `Inner`."""
    outer = {"$ref": "#/components/schemas/Outer"}
    media = {"application/json": {"schema": outer}}
    operation = {"responses": {"200": {"description": "ok", "content": media}}}
    return {
        "openapi": "3.1.0",
        "paths": {path: {"get": operation}},
        "components": {
            "schemas": {
                "Outer": {"properties": {"inner": {"$ref": "#/components/schemas/Inner"}}},
                "Inner": schema,
            }
        },
        **more,
    }


def meaning(joined: dict[str, Any], path: str) -> Any:
    """Resolve the response of an operation."""

    def resolve(node: Any) -> Any:
        if isinstance(node, dict) and "$ref" in node:
            return resolve(slices.resolve_pointer(joined, node["$ref"]))
        if isinstance(node, dict):
            return {key: resolve(value) for key, value in node.items()}
        return node

    return resolve(joined["paths"][path]["get"]["responses"]["200"]["content"])


def test_components_that_say_the_same_are_kept_once() -> None:
    parts = [document("/a", {"type": "string"}), document("/b", {"type": "string"})]
    joined = join(parts)
    assert sorted(joined["components"]["schemas"]) == ["Inner", "Outer"]
    assert sorted(joined["paths"]) == ["/a", "/b"]


def test_a_component_of_another_meaning_gets_a_name_of_its_own_and_so_does_what_refers_to_it() -> (
    None
):
    parts = [document("/a", {"type": "string"}), document("/b", {"type": "integer"})]
    before = copy.deepcopy(parts)
    joined = join(parts)
    assert sorted(joined["components"]["schemas"]) == ["Inner", "Inner-2", "Outer", "Outer-2"]
    for path, part in zip(("/a", "/b"), before, strict=True):
        assert meaning(joined, path) == meaning(part, path)
    assert parts == before


def test_a_third_meaning_gets_a_third_name() -> None:
    kinds = ("string", "integer", "boolean")
    joined = join([document(f"/{kind}", {"type": kind}) for kind in kinds])
    assert len(joined["components"]["schemas"]) == 6
    for kind in kinds:
        assert kind in str(meaning(joined, f"/{kind}"))


def test_components_that_refer_to_each_other_are_renamed_together() -> None:
    loop = {"properties": {"outer": {"$ref": "#/components/schemas/Outer"}}}
    joined = join([document("/a", {**loop, "type": "object"}), document("/b", loop)])
    schemas = joined["components"]["schemas"]
    assert schemas["Inner-2"]["properties"]["outer"] == {"$ref": "#/components/schemas/Outer-2"}
    assert schemas["Outer-2"]["properties"]["inner"] == {"$ref": "#/components/schemas/Inner-2"}


def test_security_and_servers_of_a_later_document_stay_with_its_operations() -> None:
    first = document("/a", {}, security=[{"bearer": []}], servers=[{"url": "https://one"}])
    other = document("/b", {}, security=[{"key": []}], servers=[{"url": "https://two"}])
    same = document("/c", {}, security=[{"bearer": []}], servers=[{"url": "https://one"}])
    open_ = document("/d", {}, servers=[{"url": "https://one"}])
    joined = join([first, other, same, open_])
    operations = {path: item["get"] for path, item in joined["paths"].items()}
    assert joined["security"] == [{"bearer": []}]
    assert operations["/b"]["security"] == [{"key": []}]
    assert operations["/b"]["servers"] == [{"url": "https://two"}]
    assert "security" not in operations["/c"]
    assert operations["/d"]["security"] == []


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (document("/b", {}, openapi="3.0.3"), "OpenAPI 3.1 and 3.0"),
        (document("/a", {}), ""),
        (
            {
                **document("/b", {}),
                "components": {"securitySchemes": {"bearer": {"type": "apiKey"}}},
            },
            "security scheme bearer",
        ),
    ],
)
def test_what_cannot_be_put_together_is_refused(other: dict[str, Any], says: str) -> None:
    first = document("/a", {})
    first["components"]["securitySchemes"] = {"bearer": {"type": "http"}}
    if not says:
        assert join([first, other])["paths"] == first["paths"]
        return
    with pytest.raises(DocumentError, match=says):
        join([first, other])
