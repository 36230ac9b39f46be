"""The operations of an OpenAPI document, each resolved into its contract."""

import re
from dataclasses import dataclass
from typing import Any

from ...document import published
from ...document.operations import METHODS, Operation, erase_parameters, parameter_names
from ...document.references import References, mapping, sequence, step
from ...document.schemas import is_annotation
from ..shape.parts import text
from ..shape.shape import Shapes
from .contract import (
    Body,
    Contract,
    Credential,
    Header,
    Media,
    Parameter,
    Requirement,
    Response,
)

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_ANY_TEXT = {"type": "string"}  # what a part of the path is that no parameter describes
_IGNORED_HEADERS = ("accept", "content-type", "authorization")
_KNOWN = (
    "parameters", "requestBody", "responses", "security", "servers", "deprecated", "tags",
    "operationId",
)  # fmt: skip
_OPEN = re.compile(r'"\$ref": "(?!#)|"discriminator": \{')


@dataclass(frozen=True)
class Entry:
    """Where an operation is in a document: its path item, and what is said of its method."""

    path: str
    method: str
    item: dict[str, Any]
    item_pointer: str
    node: dict[str, Any]
    pointer: str


class Document:
    """A document's operations."""

    def __init__(self, content: dict[str, Any], name: str) -> None:
        """Index the paths; operations are resolved when asked for."""
        self.content = content
        self.references = References(content, name)
        self.requests = Shapes(self.references, "readOnly")
        self.responses = Shapes(self.references, "writeOnly")
        self.paths: dict[str, list[str]] = {}
        for path in mapping(content.get("paths")):
            if isinstance(path, str) and path.startswith("/"):
                self.paths.setdefault(_loose(path), []).append(path)

    def find(self, operation: Operation) -> Entry | None:
        """Find an operation whatever its parameters are called and however its path ends."""
        exact, identity = operation.path, operation.identity[1]
        for path in sorted(
            self.paths.get(_loose(exact), ()),
            key=lambda path: (path != exact, erase_parameters(path) != identity),
        ):
            start = step("/paths", path)
            item, pointer = self.references.resolve(self.content["paths"][path], start)
            method, node = operation.method, item.get(operation.method)
            if isinstance(node, dict):
                return Entry(path, method, item, pointer, node, step(pointer, method))
        return None

    def methods(self, operation: Operation) -> list[str]:
        """List the methods that the operation's path does have, for when the operation is gone."""
        paths = self.paths.get(_loose(operation.path), ())
        found = [mapping(self.content["paths"][path]) for path in paths]
        return [method.upper() for item in found for method in METHODS if method in item]

    def written(self, entry: Entry) -> str:
        """Return the text of all that is effective at an operation: equal text, no change."""
        return published.text_of(self.references, entry.path, entry.item, entry.method)

    def contract(self, entry: Entry) -> Contract:
        """Resolve an operation. Raises `NotOpenAPI` if a reference leads nowhere."""
        node = entry.node
        return Contract(
            path=entry.path,
            pointer=entry.pointer,
            parameters=self._parameters(entry),
            body=self._body(entry),
            responses=self._responses(entry),
            security=self._security(node.get("security", self.content.get("security"))),
            servers=self._servers(entry),
            deprecated=node.get("deprecated") is True,
            sunset=str(node.get("x-sunset", "")),
            leftovers={
                key: text(value)
                for key, value in node.items()
                if key not in _KNOWN and not is_annotation(key)
            },
        )

    def _parameters(self, entry: Entry) -> dict[tuple[str, str], Parameter]:
        positions = {name: str(index) for index, name in enumerate(parameter_names(entry.path))}
        found: dict[tuple[str, str], Parameter] = {}
        for name, key in positions.items():
            undescribed = {"in": "path", "name": name, "schema": _ANY_TEXT}
            found["path", key] = self._parameter(undescribed, entry.pointer)
        for owner, start in ((entry.item, entry.item_pointer), (entry.node, entry.pointer)):
            for index, raw in enumerate(sequence(owner.get("parameters"))):
                node, pointer = self.references.resolve(raw, step(start, "parameters", index))
                location, key = str(node.get("in")), str(node.get("name"))
                if location == "header" and (key := key.lower()) in _IGNORED_HEADERS:
                    continue
                if location == "path":
                    key = positions.get(key, key)
                found[location, key] = self._parameter(node, pointer)
        return found

    def _parameter(self, node: dict[str, Any], pointer: str) -> Parameter:
        location = str(node.get("in"))
        style = str(node.get("style", _STYLES.get(location, "")))
        explode = node.get("explode", style == "form")
        content = mapping(node.get("content"))
        place = (node.get("schema"), step(pointer, "schema"))
        for media_type, media in content.items():
            place = (mapping(media).get("schema"), step(pointer, "content", media_type, "schema"))
        return Parameter(
            location=location,
            name=str(node.get("name")),
            pointer=pointer,
            required=node.get("required") is True or location == "path",
            shape=self.requests.at(place),
            serialisation=(
                f"style {style}",
                f"explode {text(explode)}",
                *(["allowReserved"] if node.get("allowReserved") is True else []),
                *content,
            ),
            deprecated=node.get("deprecated") is True,
        )

    def _body(self, entry: Entry) -> Body | None:
        if "requestBody" not in entry.node:
            return None
        start = step(entry.pointer, "requestBody")
        node, pointer = self.references.resolve(entry.node["requestBody"], start)
        content = self._content(node, pointer, self.requests)
        return Body(pointer, required=node.get("required") is True, content=content)

    def _content(self, node: dict[str, Any], pointer: str, shapes: Shapes) -> dict[str, Media]:
        content: dict[str, Media] = {}
        for name, raw in mapping(node.get("content")).items():
            start = step(pointer, "content", name)
            media, place = self.references.resolve(raw, start)
            shape = shapes.at((media.get("schema"), step(place, "schema")))
            content[_media_type(name)] = Media(start, shape, text(media.get("encoding")))
        return content

    def _responses(self, entry: Entry) -> dict[str, Response]:
        found: dict[str, Response] = {}
        for status, raw in mapping(entry.node.get("responses")).items():
            if str(status).startswith("x-"):
                continue
            start = step(entry.pointer, "responses", status)
            node, pointer = self.references.resolve(raw, start)
            headers: dict[str, Header] = {}
            for name, header in mapping(node.get("headers")).items():
                said, place = self.references.resolve(header, step(pointer, "headers", name))
                shape = self.responses.at((said.get("schema"), step(place, "schema")))
                headers[str(name).lower()] = Header(place, said.get("required") is True, shape)
            content = self._content(node, pointer, self.responses)
            key = str(status).upper() if status != "default" else status
            found[key] = Response(pointer, headers, content)
        return found

    def _security(self, requirements: Any) -> frozenset[Requirement]:
        schemes = mapping(mapping(self.content.get("components")).get("securitySchemes"))
        found: set[Requirement] = set()
        for requirement in sequence(requirements) or [{}]:
            credentials: list[Credential] = []
            for name, scopes in mapping(requirement).items():
                place = step("/components/securitySchemes", name)
                scheme, _ = self.references.resolve(schemes.get(name, {}), place)
                credentials.append(Credential.of(scheme, scopes))
            found.add(frozenset(credentials))
        return frozenset(found)

    def _servers(self, entry: Entry) -> frozenset[str]:
        owners = (entry.node, entry.item, self.content)
        written = next(filter(None, (sequence(o.get("servers")) for o in owners)), [{"url": "/"}])
        return frozenset(map(_server, map(mapping, written)))


def path_of(content: dict[str, Any], operation: Operation) -> str | None:
    """Find the path under which a document has an operation, as `Document.find` does."""
    entry = Document(content, "").find(operation)
    return entry.path if entry else None


def is_open(written: str) -> bool:
    """Whether the text of an operation leaves out schemas that it depends on.

    These are in other documents, or selected by a discriminator.
    """
    return _OPEN.search(written) is not None


def _loose(path: str) -> str:
    return erase_parameters(path).rstrip("/") or "/"


def _media_type(name: str) -> str:
    essence, *parameters = (piece.strip().lower() for piece in name.split(";"))
    return "; ".join([essence, *(p for p in parameters if p and not p.startswith("charset="))])


def _server(server: dict[str, Any]) -> str:
    url = str(server.get("url", "/"))
    for name, variable in mapping(server.get("variables")).items():
        url = url.replace("{" + name + "}", str(mapping(variable).get("default", "")))
    return url.rstrip("/")
