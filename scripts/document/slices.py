"""Cutting an OpenAPI document down to some operations and all that they reach."""

import difflib
from collections.abc import Sequence
from typing import Any

from ..support.errors import Malformed, OperationMissing
from .operations import METHODS, Operation, erase_parameters
from .references import References, unescaped

Content = dict[str, Any]

KEPT_AT_ROOT = ("openapi", "info", "jsonSchemaDialect", "servers", "security")


def cut(content: Content, operations: Sequence[Operation], source: str) -> Content:
    """Keep the operations, the components they reach, and what applies to the whole document.

    Raises `OperationMissing`, naming every absent operation and the nearest paths that do exist.
    """
    paths = {operation: find(content, operation) for operation in operations}
    if absent := [operation for operation, path in paths.items() if path is None]:
        raise missing(absent, [(source, content)])
    return keep(content, {(path, o.method) for o, path in paths.items() if path is not None})


def missing(
    operations: Sequence[Operation], documents: Sequence[tuple[str, Content]]
) -> OperationMissing:
    """Make the error that names operations no document has, and the nearest that there are."""
    source = " + ".join(name for name, _ in documents)
    published = [endpoint for _, content in documents for endpoint in _endpoints(content)]
    return OperationMissing("\n".join(_describe(published, o, source) for o in operations))


def find(content: Content, operation: Operation) -> str | None:
    """Find the path under which a document publishes `operation`; parameter names do not matter."""
    for path, item in content["paths"].items():
        if erase_parameters(path) == erase_parameters(operation.path) and operation.method in item:
            return str(path)
    return None


def keep(content: Content, endpoints: set[tuple[str, str]]) -> Content:
    """Keep the (path, method) pairs in `endpoints`, and the components they reach."""
    paths = {
        path: {
            key: value
            for key, value in item.items()
            if key not in METHODS or (path, key) in endpoints
        }
        for path, item in content["paths"].items()
        if any(kept == path for kept, _ in endpoints)
    }
    result = {key: content[key] for key in KEPT_AT_ROOT if key in content}
    result["paths"] = paths
    components = _reach(content, paths)
    for name in _security_schemes(content, paths):
        scheme = content.get("components", {}).get("securitySchemes", {}).get(name)
        if scheme is not None:
            components.setdefault("securitySchemes", {})[name] = scheme
    result["components"] = components
    used = {tag for item in paths.values() for tag in _tags(item)}
    if tags := [tag for tag in content.get("tags", []) if tag.get("name") in used]:
        result["tags"] = tags
    return result


def resolve_pointer(content: Content, reference: str) -> Any:
    """Follow a `#/...` reference inside the document."""
    if not reference.startswith("#/"):
        raise Malformed(f"$ref {reference!r}: only references inside the document can be followed")
    node = References(content, "").peek(reference)
    if node is None:
        raise Malformed(f"$ref {reference!r} points at nothing")
    return node


def references(node: Any) -> list[str]:
    """List every `$ref` below `node`."""
    if isinstance(node, list):
        return [found for item in node for found in references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [found for value in node.values() for found in references(value)]


def _reach(content: Content, paths: Content) -> dict[str, Content]:
    components: dict[str, Content] = {}
    waiting, seen = references(paths), set[str]()
    while waiting:
        reference = waiting.pop()
        if reference in seen:
            continue
        seen.add(reference)
        node = resolve_pointer(content, reference)
        _, section, kind, name, *deeper = reference.split("/")
        if section != "components" or deeper:
            raise Malformed(f"$ref {reference!r}: only references to whole components can be kept")
        components.setdefault(kind, {})[unescaped(name)] = node
        waiting += references(node)
    return components


def _operations_of(item: Content) -> list[Content]:
    return [value for key, value in item.items() if key in METHODS]


def _tags(item: Content) -> list[str]:
    return [tag for operation in _operations_of(item) for tag in operation.get("tags", [])]


def _security_schemes(content: Content, paths: Content) -> list[str]:
    default: list[Content] = content.get("security", [])
    return [
        name
        for item in paths.values()
        for operation in _operations_of(item)
        for requirement in operation.get("security", default)
        for name in requirement
    ]


def _endpoints(content: Content) -> list[str]:
    return [
        f"{method.upper()} {path}"
        for path, item in content["paths"].items()
        for method in item
        if method in METHODS
    ]


def _describe(published: list[str], operation: Operation, source: str) -> str:
    nearest = sorted(
        published,
        key=lambda text: difflib.SequenceMatcher(None, text, operation.endpoint).ratio(),
        reverse=True,
    )[:3]
    hint = "; nearest: " + ", ".join(nearest) if nearest else ""
    return f"{source}: has no {operation.endpoint}{hint}"
