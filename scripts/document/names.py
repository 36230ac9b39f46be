"""Schema names a person would choose, tied to where a schema is used.

`[schemas]` of operations.toml names by place; the records of a group are named after it, what is
listed inside a record after its field, and bodies after their operation; the rest keep the
vendor's name, made legal. An inline schema of the same shape as a named one becomes a reference to
it, so the vendor may extract, inline or rename unnoticed.
"""

import re
from collections.abc import Iterator
from typing import Any

from ..support.errors import ConfigurationError, Malformed
from ..support.files import canonical_json, sha256
from .guard import TAKEN
from .operations import Operation, Operations
from .printed import pascal_case, singular
from .schemas import (
    Schema,
    find_list,
    is_annotation,
    is_list,
    map_schemas,
    map_subschemas,
    subschemas,
)
from .slices import Content, keep, resolve_pointer

PREFIX = "#/components/schemas/"
SET_LIKE = ("required", "enum", "type")


def rename_schemas(document: Content, operations: Operations) -> Content:
    """Give every schema its name. Raises `ConfigurationError` for a place that does not exist."""
    return _Renaming(document, operations).run()


class _Renaming:
    def __init__(self, document: Content, operations: Operations) -> None:
        self.document = document
        self.operations = operations
        self.shapes = _Shapes(document)
        self.by_shape: dict[str, str] = {}
        self.named: dict[str, Schema] = {}
        self.walked: set[str] = set()
        self.taken = TAKEN | {pascal_case(operation.group) for operation in operations.operations}

    def run(self) -> Content:
        placed = {name: self._at(place, name) for name, place in self.operations.schemas.items()}
        self.by_shape = {self.shapes.of(schema): name for name, schema in placed.items()}
        for operation in self._whole_records_first():
            self._place_record(operation, placed)
        for name, schema in placed.items():
            self._add(name, map_subschemas(schema, self._refer))
        paths = map_schemas(self.document["paths"], self._refer)
        for operation in self.operations.operations:
            published = self.document["paths"][operation.path][operation.method]
            renamed = paths[operation.path][operation.method]
            for role, place in _bodies(published):
                self._name_body(pascal_case(operation.name) + role, published, renamed, place)
        for name, schema in self.document["components"].get("schemas", {}).items():
            if self.shapes.of(schema) not in self.by_shape:
                self._add(pascal_case(name), map_subschemas(schema, self._refer))
        components = {**self.document["components"], "schemas": self.named}
        whole = {**self.document, "paths": paths, "components": components}
        return keep(whole, {(o.path, o.method) for o in self.operations.operations})

    def _place_record(self, operation: Operation, placed: dict[str, Schema]) -> None:
        """Name the record that a list or get returns after its group, or else its operation."""
        if operation.method == "get":
            subject = operation.name.partition("_")[2]
            names = [pascal_case(singular(name)) for name in (operation.group, subject)]
            names.append(pascal_case(operation.name) + "Record")
            self._place(self._record_of(operation), names, placed)

    def _whole_records_first(self) -> list[Operation]:
        """Sort within each group: a list can show less of a record, which is named by all of it."""
        groups = list(dict.fromkeys(each.group for each in self.operations.operations))

        def rank(operation: Operation) -> tuple[int, int]:
            record = self._follow(self._record_of(operation))
            return groups.index(operation.group), -len(record.get("properties", {}))

        return sorted(self.operations.operations, key=rank)

    def _record_of(self, operation: Operation) -> Schema:
        results = self._success(operation).get("properties", {}).get("results")
        found = find_list(results, self._follow)
        return self._follow(results) if found is None else found[1]

    def _place(self, schema: Schema, names: list[str], placed: dict[str, Schema]) -> None:
        """Give an object the first name that is free, and then what it lists."""
        schema = self._follow(schema)
        if not schema.get("properties"):
            return
        shape = self.shapes.of(schema)
        if shape not in self.by_shape:
            free = (name for name in names if name not in placed and name not in self.taken)
            name = next(free, None)
            if name is None:
                raise ConfigurationError(
                    f"two records would be called {names[-1]}; name one in [schemas] of"
                    " operations.toml"
                )
            self.by_shape[shape], placed[name] = name, schema
        owner = self.by_shape[shape]
        if owner in self.walked:
            return
        self.walked.add(owner)
        for wire, part in sorted(schema["properties"].items()):
            if is_list(listed := self._follow(part)):
                inner = pascal_case(singular(wire))
                self._place(listed.get("items"), [inner, owner + inner], placed)

    def _follow(self, schema: Schema) -> Content:
        found = self.shapes.follow(schema)
        return found if isinstance(found, dict) else {}

    def _success(self, operation: Operation) -> Content:
        details = self.document["paths"][operation.path][operation.method]
        media = details.get("responses", {}).get("200", {}).get("content", {}).values()
        return self._follow(next((each.get("schema") for each in media), None))

    def _add(self, name: str, schema: Schema) -> None:
        if name in self.named:
            raise ConfigurationError(
                f"two schemas would be called {name}; choose another name in operations.toml"
            )
        self.named[name] = schema

    def _refer(self, schema: Schema) -> Schema:
        name = self.by_shape.get(self.shapes.of(schema))
        if name is not None:
            return {"$ref": PREFIX + name}
        if isinstance(schema, dict) and "$ref" in schema:
            return {**schema, "$ref": PREFIX + pascal_case(schema["$ref"].removeprefix(PREFIX))}
        return map_subschemas(schema, self._refer)

    def _name_body(
        self, name: str, published: Content, renamed: Content, place: tuple[str, ...]
    ) -> None:
        schema = self.shapes.follow(_dig(published, place)["schema"])
        if not isinstance(schema, dict) or "properties" not in schema:
            return
        if self.shapes.of(schema) in self.by_shape:
            return
        if name not in self.named:
            self._add(name, map_subschemas(schema, self._refer))
        _dig(renamed, place)["schema"] = {"$ref": PREFIX + name}

    def _at(self, place: str, name: str) -> Schema:
        operation_name, _, location = place.partition(" ")
        operation = self.operations.named(operation_name)
        status, _, fields = location.partition(".")
        responses = self.document["paths"][operation.path][operation.method]["responses"]
        node = next(
            (m.get("schema") for m in responses.get(status, {}).get("content", {}).values()), None
        )
        for step in re.findall(r"[^.\[\]]+|\[\]", fields):
            node = self.shapes.follow(node)
            if not isinstance(node, dict):
                break
            node = node.get("items") if step == "[]" else node.get("properties", {}).get(step)
        node = self.shapes.follow(node)
        if node is None:
            raise ConfigurationError(
                f"operations.toml [schemas] {name}: the document has nothing at {place!r};"
                " correct or remove the entry"
            )
        return node


class _Shapes:
    """What schemas mean, as hashes: references followed, annotations and order left out."""

    def __init__(self, document: Content) -> None:
        self.document = document
        self.known: dict[int, str] = {}

    def follow(self, schema: Schema) -> Schema:
        seen: list[str] = []
        while isinstance(schema, dict) and "$ref" in schema:
            if schema["$ref"] in seen:
                raise Malformed(f"$ref {schema['$ref']!r} leads back to itself")
            seen.append(schema["$ref"])
            schema = resolve_pointer(self.document, schema["$ref"])
        return schema

    def of(self, schema: Schema) -> str:
        return self._of(schema, ())

    def _of(self, schema: Schema, above: tuple[str, ...]) -> str:
        if isinstance(schema, dict) and "$ref" in schema:
            if schema["$ref"] in above:
                return f"recursive {schema['$ref']}"
            return self._of(
                resolve_pointer(self.document, schema["$ref"]), (*above, schema["$ref"])
            )
        if id(schema) not in self.known:
            self.known[id(schema)] = sha256(canonical_json(self._meaning(schema, above)))
        return self.known[id(schema)]

    def _meaning(self, schema: Schema, above: tuple[str, ...]) -> Any:
        if not isinstance(schema, dict):
            return schema
        children = {path: self._of(child, above) for path, child in subschemas(schema)}
        own = {
            key: sorted(value, key=repr) if key in SET_LIKE and isinstance(value, list) else value
            for key, value in schema.items()
            if not is_annotation(key) and not any(path[0] == key for path in children)
        }
        return [own, sorted(("/".join(path), shape) for path, shape in children.items())]


def _bodies(details: Content) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the role and the place of every body that has a schema."""
    for media in _media(details.get("requestBody", {})):
        yield "Request", ("requestBody", "content", media)
    for status, response in details.get("responses", {}).items():
        for media in _media(response):
            role = "Response" if status == "200" else f"Response{pascal_case(status)}"
            yield role, ("responses", status, "content", media)


def _media(body: Content) -> list[str]:
    return [media for media, value in body.get("content", {}).items() if "schema" in value]


def _dig(node: Content, place: tuple[str, ...]) -> Content:
    for step in place:
        node = node[step]
    return node
