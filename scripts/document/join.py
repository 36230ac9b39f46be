"""Putting slices of several OpenAPI documents together; each operation keeps its meaning."""

from typing import Any

from ..support.errors import DocumentError
from .operations import METHODS
from .references import step
from .slices import KEPT_AT_ROOT, Content, references

# What an operation inherits from the root of its document, unless it says otherwise.
_INHERITED = ("security", "servers")


def join(parts: list[Content]) -> Content:
    """Put slices together. What applies to a whole document is taken from the first that has it.

    A component that means something else in a later slice gets a name of its own there. Raises
    `DocumentError` where that cannot be done: security schemes, and different OpenAPI versions.
    """
    if len(parts) == 1:
        return parts[0]
    result: Content = {"paths": {}, "components": {}}
    for part in parts:
        _check_version(result, part)
        for key in KEPT_AT_ROOT:
            if key in part:
                result.setdefault(key, part[key])
        _add(result, _with_own_names(_with_inherited(part, result), result["components"]))
    return result


def _check_version(result: Content, part: Content) -> None:
    versions = [str(document.get("openapi", "")).split(".")[:2] for document in (result, part)]
    if "openapi" in result and versions[0] != versions[1]:
        first, second = (".".join(version) for version in versions)
        raise DocumentError(
            f"the documents are of OpenAPI {first} and {second}; name one of them with FROM="
        )


def _with_inherited(part: Content, result: Content) -> Content:
    inherited = {
        key: part.get(key, []) for key in _INHERITED if part.get(key, []) != result.get(key, [])
    }
    if not inherited:
        return part
    paths = {
        path: {
            key: {**inherited, **value} if key in METHODS else value for key, value in item.items()
        }
        for path, item in part["paths"].items()
    }
    return {**part, "paths": paths}


def _with_own_names(part: Content, taken: dict[str, Content]) -> Content:
    """Rename the components of `part` that `taken` has under the same name with another meaning."""
    names = {
        (kind, name): _free_name(name, part["components"][kind], taken[kind])
        for kind, name in _clashes(part["components"], taken)
    }
    if not names:
        return part
    schemes = [name for kind, name in names if kind == "securitySchemes"]
    if schemes:
        raise DocumentError(f"the documents disagree on the security scheme {', '.join(schemes)}")
    moved = {_reference(kind, old): _reference(kind, new) for (kind, old), new in names.items()}
    result: Content = _repoint(part, moved)
    for kind, components in result["components"].items():
        result["components"][kind] = {
            names.get((kind, name), name): value for name, value in components.items()
        }
    return result


def _clashes(components: dict[str, Content], taken: dict[str, Content]) -> set[tuple[str, str]]:
    found = {
        (kind, name)
        for kind, values in components.items()
        for name, value in values.items()
        if name in taken.get(kind, {}) and taken[kind][name] != value
    }
    while True:
        # Equal text that refers to a component which is renamed means something else, too.
        moved = {_reference(kind, name) for kind, name in found}
        more = {
            (kind, name)
            for kind, values in components.items()
            for name, value in values.items()
            if name in taken.get(kind, {}) and moved.intersection(references(value))
        }
        if more <= found:
            return found
        found |= more


def _free_name(name: str, *taken: Content) -> str:
    number = 2
    while any(f"{name}-{number}" in names for names in taken):
        number += 1
    return f"{name}-{number}"


def _reference(kind: str, name: str) -> str:
    return step("#/components", kind, name)


def _repoint(node: Any, moved: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_repoint(item, moved) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: moved.get(value, value)
        if key == "$ref" and isinstance(value, str)
        else _repoint(value, moved)
        for key, value in node.items()
    }


def _add(result: Content, part: Content) -> None:
    for path, item in part["paths"].items():
        target = result["paths"].setdefault(path, {})
        for key, value in item.items():
            if target.setdefault(key, value) != value:
                raise DocumentError(f"the documents disagree on what all of {path} share: {key}")
    for kind, components in part["components"].items():
        result["components"].setdefault(kind, {}).update(components)
    if new := [tag for tag in part.get("tags", []) if tag not in result.get("tags", [])]:
        result["tags"] = result.get("tags", []) + new
