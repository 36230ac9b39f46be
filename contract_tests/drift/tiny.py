"""Documents of one operation, small enough to read, and a red and a green pair for every rule.

`levels` are those of the severity table for a request, a success response and an error response: B breaking,
W warning, C compatible, K cosmetic, `-` where the rule cannot occur. A red pair must give the rule; a green pair
writes the same thing differently, or changes something else, and must not.
"""

# ruff: noqa: E501 (tables: one row, one line)

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ENDPOINT = "POST /things/"
Json = dict[str, Any]

TEXT: Json = {"type": "string"}
WHOLE: Json = {"type": "integer"}
NOTHING: Json = {}
CLOSED: Json = {"additionalProperties": False}


def closed(*names: str, required: tuple[str, ...] = (), **properties: Any) -> Json:
    """Return an object schema with text properties called `names`, and the given ones."""
    members = dict.fromkeys(names, TEXT) | properties
    return {"type": "object", "properties": members, "required": list(required)}


def document(request: Any = TEXT, response: Any = TEXT, error: Any = TEXT, **extra: Any) -> Json:
    """Return a document whose body, success and error each hold one property called `field`."""

    def media(field: Any) -> Json:
        schema = {"type": "object", "properties": {"field": field}}
        return {"application/json": {"schema": schema}}

    operation = {
        "parameters": [{"in": "query", "name": "limit", "schema": {"type": "integer"}}],
        "requestBody": {"content": media(request)},
        "responses": {
            "200": {"description": "ok", "content": media(response)},
            "400": {"description": "no", "content": media(error)},
        },
        "security": [{"bearerAuth": []}],
    }
    return copy.deepcopy(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "servers": [{"url": "https://api.example.com"}],
            "paths": {"/things/": {"post": operation}},
            "components": {"securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}}},
            **extra,
        }
    )


def operation(content: Json) -> Json:
    """Return the operation of a tiny document."""
    found: Json = content["paths"]["/things/"]["post"]
    return found


@dataclass(frozen=True)
class SchemaCase:
    """A rule about schemas, shown on the property called `field`."""

    rule: str
    levels: str
    base: Any
    red: Any
    green: Any


def _enum(*values: str) -> Json:
    return {"type": "string", "enum": list(values)}


_DATES = [{"type": "string", "format": "date-time"}, {"type": "string", "pattern": r"^\d{4}$"}]
_BY_KIND = [closed("kind", "a"), closed("kind", "b")]


def _discriminated(**forms: int) -> Json:
    """Return alternatives that are distinguished by the given values of `kind`."""
    names = [f"#/components/schemas/Kind{index}" for index in range(2)]
    mapping = {value: names[index] for value, index in forms.items()}
    discriminator = {"propertyName": "kind", "mapping": mapping}
    return {"oneOf": [{"$ref": name} for name in names], "discriminator": discriminator}


SCHEMA_CASES = (
    SchemaCase("property-removed", "BBB", closed("a", "b", required=("b",)), closed("a"), {"allOf": [closed("a"), closed("b", required=("b",))]}),
    SchemaCase("optional-property-removed", "BWW", closed("a", "bcd"), closed("a"), {"allOf": [closed("a"), closed("bcd")]}),
    SchemaCase("property-renamed", "BBB", closed("job_id"), closed("root_job_id"), closed("job_id") | {"title": "job"}),
    SchemaCase("property-added", "CCC", closed("a"), closed("a", "b"), closed("a") | {"required": []}),
    SchemaCase("required-property-added", "BCC", closed("a"), closed("a", "b", required=("b",)), closed("a", "b")),
    SchemaCase("property-became-required", "BCC", closed("a"), closed("a", required=("a",)), closed("a", description=TEXT)),
    SchemaCase("property-became-optional", "CBW", closed("a", required=("a",)), closed("a"), {"allOf": [closed("a"), {"required": ["a"]}]}),
    SchemaCase("null-added", "CBW", TEXT, {"type": ["string", "null"]}, {"anyOf": [TEXT]}),
    SchemaCase("null-removed", "BCC", {"type": ["string", "null"]}, TEXT, {"anyOf": [TEXT, {"type": "null"}]}),
    SchemaCase("type-changed", "BBB", WHOLE, TEXT, {"type": ["integer"]}),
    SchemaCase("type-widened", "CBW", WHOLE, {"type": "number"}, {"allOf": [WHOLE, {"type": "number"}]}),
    SchemaCase("type-narrowed", "BCC", {"type": "number"}, WHOLE, {"type": ["number", "integer"]}),
    SchemaCase("variants-widened", "CBW", {"anyOf": _DATES}, TEXT, {"anyOf": _DATES[::-1]}),
    SchemaCase("variants-narrowed", "BCC", TEXT, {"anyOf": _DATES}, {"anyOf": [TEXT, _DATES[0]]}),
    SchemaCase("variants-changed", "BBB", {"anyOf": _DATES}, {"anyOf": [WHOLE, {"type": "boolean"}, TEXT | {"minLength": 9}]}, {"oneOf": _DATES[:1], "anyOf": _DATES}),
    SchemaCase("enum-value-added", "CBW", _enum("A"), _enum("A", "B"), {"type": "string", "const": "A"}),
    SchemaCase("enum-value-removed", "BCC", _enum("A", "B"), _enum("A"), _enum("B", "A", "A")),
    SchemaCase("enum-introduced", "BWK", TEXT, _enum("A"), TEXT | {"examples": ["A"]}),
    SchemaCase("enum-dropped", "CBW", _enum("A"), TEXT, {"const": "A"}),
    SchemaCase("bound-tightened", "BCK", WHOLE | {"maximum": 9}, WHOLE | {"maximum": 8}, WHOLE | {"exclusiveMaximum": 10}),
    SchemaCase("bound-loosened", "CWK", WHOLE | {"exclusiveMinimum": 0}, WHOLE | {"minimum": 0}, WHOLE | {"minimum": 1}),
    SchemaCase("size-tightened", "BCK", TEXT, TEXT | {"maxLength": 20}, TEXT | {"minLength": 0}),
    SchemaCase("size-loosened", "CWK", {"type": "array", "minItems": 2}, {"type": "array", "minItems": 1}, {"type": "array", "minItems": 2, "items": {}}),
    SchemaCase("pattern-tightened", "BCK", TEXT, TEXT | {"pattern": "^a"}, TEXT | {"title": "^a"}),
    SchemaCase("pattern-loosened", "CWK", TEXT | {"pattern": "^a"}, TEXT, {"allOf": [TEXT, {"pattern": "^a"}]}),
    SchemaCase("pattern-changed", "BWK", TEXT | {"pattern": "^a"}, TEXT | {"pattern": "^b"}, TEXT | {"pattern": "^a", "example": "b"}),
    SchemaCase("format-tightened", "BCK", TEXT, TEXT | {"format": "uuid"}, TEXT | {"description": "uuid"}),
    SchemaCase("format-loosened", "CWK", WHOLE | {"format": "int32"}, WHOLE | {"format": "int64"}, {"allOf": [WHOLE, {"format": "int32"}]}),
    SchemaCase("format-changed", "BBK", TEXT | {"format": "date"}, TEXT | {"format": "date-time"}, {"$ref": "#/components/schemas/Day"}),
    SchemaCase("constraint-tightened", "BCK", WHOLE, WHOLE | {"multipleOf": 5}, WHOLE | {"multipleOf": 1}),
    SchemaCase("constraint-loosened", "CWK", {"type": "array", "uniqueItems": True}, {"type": "array"}, {"type": "array", "uniqueItems": True, "maxItems": 9}),
    SchemaCase("constraint-changed", "BBW", WHOLE | {"multipleOf": 5}, WHOLE | {"multipleOf": 7}, {"allOf": [WHOLE, {"multipleOf": 5}]}),
    SchemaCase("impossible", "BBB", WHOLE, WHOLE | {"minimum": 9, "maximum": 3}, WHOLE | {"minimum": 3, "maximum": 9}),
    SchemaCase("extras-closed", "BCK", closed("a"), closed("a") | {"additionalProperties": False}, closed("a") | {"additionalProperties": True}),
    SchemaCase("extras-opened", "CWK", closed("a") | {"additionalProperties": False}, closed("a") | {"additionalProperties": {}}, closed("a") | {"additionalProperties": {"not": {}}}),
    SchemaCase("closed-property-added", "-WK", closed("a") | CLOSED, closed("a", "b") | CLOSED, {"allOf": [closed("a") | CLOSED]}),
    SchemaCase("default-changed", "WCK", WHOLE | {"default": 1}, WHOLE | {"default": 2}, WHOLE | {"default": 1.0}),
    SchemaCase("field-deprecated", "WWK", TEXT, TEXT | {"deprecated": True}, TEXT | {"deprecated": False}),
    SchemaCase("field-undeprecated", "CCK", TEXT | {"deprecated": True}, TEXT, {"allOf": [TEXT], "deprecated": True}),
    SchemaCase("discriminator-changed", "WWW", {"oneOf": _BY_KIND, "discriminator": {"propertyName": "kind"}}, {"oneOf": _BY_KIND, "discriminator": {"propertyName": "sort"}}, {"oneOf": _BY_KIND[::-1], "discriminator": {"propertyName": "kind"}}),
    SchemaCase("discriminator-value-added", "CBW", _discriminated(a=0, b=1), _discriminated(a=0, b=1, c=1), _discriminated(b=1, a=0)),
    SchemaCase("discriminator-value-removed", "BCC", _discriminated(a=0, b=1, c=1), _discriminated(a=0, b=1), _discriminated(c=1, b=1, a=0)),
    SchemaCase("content-encoding-changed", "BBW", TEXT, TEXT | {"contentEncoding": "base64"}, TEXT | {"description": "base64"}),
    SchemaCase("unknown-keyword-changed", "WWW", TEXT | {"frobnicate": 1}, TEXT | {"frobnicate": 2}, TEXT | {"frobnicate": 1, "x-frobnicate": 2}),
)  # fmt: skip


@dataclass(frozen=True)
class OperationCase:
    """A rule about anything else, shown by changing a tiny document in place."""

    rule: str
    level: str
    red: Callable[[Json], object]
    green: Callable[[Json], object]
    before: Callable[[Json], object] = lambda _: None


def _parameter(**keywords: Any) -> Callable[[Json], None]:
    return lambda content: operation(content)["parameters"][0].update(keywords)


def _more(**keywords: Any) -> Callable[[Json], None]:
    parameter = {"in": "query", "name": "sort", "schema": TEXT, **keywords}
    return lambda content: operation(content)["parameters"].append(parameter)


def _update(**keywords: Any) -> Callable[[Json], None]:
    return lambda content: operation(content).update(keywords)


def _pop(*path: str) -> Callable[[Json], None]:
    def apply(content: Json) -> None:
        node = operation(content)
        for name in path[:-1]:
            node = node[name]
        node.pop(path[-1])

    return apply


def _media(owner: Callable[[Json], Json], *names: str) -> Callable[[Json], None]:
    def apply(content: Json) -> None:
        media = owner(content)["content"]
        schema = media.pop("application/json")
        media.update(dict.fromkeys(names, schema))

    return apply


def _body(content: Json) -> Json:
    body: Json = operation(content)["requestBody"]
    return body


def _success(content: Json) -> Json:
    success: Json = operation(content)["responses"]["200"]
    return success


def _header(*names: str, **keywords: Any) -> Callable[[Json], None]:
    header = {"schema": TEXT, **keywords}
    return lambda content: _success(content).update(headers=dict.fromkeys(names, header))


def _move(path: str) -> Callable[[Json], None]:
    return lambda content: content["paths"].update({path: content["paths"].pop("/things/")})


def _servers(*urls: str) -> Callable[[Json], None]:
    return lambda content: content.update(servers=[{"url": url} for url in urls])


def _nothing(_: Json) -> None:
    pass


def _scheme(**keywords: str) -> Callable[[Json], None]:
    return lambda content: content["components"]["securitySchemes"]["bearerAuth"].update(keywords)


def _hoist(content: Json) -> None:
    content["security"] = operation(content).pop("security")


def _rename_scheme(content: Json) -> None:
    schemes = content["components"]["securitySchemes"]
    schemes["token"] = schemes.pop("bearerAuth")
    operation(content)["security"] = [{"token": []}]


def _to_path_level(content: Json) -> None:
    content["paths"]["/things/"]["parameters"] = operation(content).pop("parameters")


def _multipart(**encoding: Any) -> Callable[[Json], None]:
    media = {"schema": TEXT, "encoding": encoding}
    return lambda content: _body(content).update(content={"multipart/form-data": media})


_OK = {"description": "ok"}
_BODY = {"content": {"application/json": {"schema": TEXT}}}
_BOTH = ("application/json", "text/csv")

OPERATION_CASES = (
    OperationCase("operation-removed", "B", lambda d: d["paths"]["/things/"].pop("post"), lambda d: d["paths"].update({"/other": {}})),
    OperationCase("operation-added", "C", lambda d: d["paths"]["/things/"].update(post={"responses": {}}), _nothing, before=lambda d: d["paths"]["/things/"].pop("post")),
    OperationCase("path-slash-changed", "B", _move("/things"), _update(summary="/things")),
    OperationCase("path-parameter-renamed", "K", _nothing, _nothing),
    OperationCase("operation-deprecated", "W", _update(deprecated=True), _update(deprecated=False)),
    OperationCase("operation-undeprecated", "C", _update(deprecated=False), _nothing, before=_update(deprecated=True)),
    OperationCase("security-changed", "B", _scheme(scheme="basic"), _rename_scheme),
    OperationCase("security-alternative-added", "C", lambda d: operation(d)["security"].append({}), _hoist),
    OperationCase("security-loosened", "C", _update(security=[]), _hoist),
    OperationCase("server-removed", "B", _servers("https://api.example.org"), _servers("https://api.example.com/")),
    OperationCase("server-added", "K", _servers("https://api.example.com", "https://eu.example.com"), _servers("https://api.example.com/")),
    OperationCase("text-or-layout-changed", "K", _update(summary="text"), lambda d: d["info"].update(version="2")),
    OperationCase("public-name-removed", "W", _nothing, _nothing),
    OperationCase("not-comparable", "B", _nothing, _nothing),
    OperationCase("body-removed", "B", _pop("requestBody"), lambda d: _body(d).update(description="text")),
    OperationCase("body-added", "C", _update(requestBody=_BODY), _nothing, before=_pop("requestBody")),
    OperationCase("required-body-added", "B", _update(requestBody={**_BODY, "required": True}), _update(requestBody=_BODY), before=_pop("requestBody")),
    OperationCase("body-became-required", "B", lambda d: _body(d).update(required=True), lambda d: _body(d).update(required=False)),
    OperationCase("body-became-optional", "C", lambda d: _body(d).update(required=False), _nothing, before=lambda d: _body(d).update(required=True)),
    OperationCase("media-type-removed", "B", _media(_success, "text/csv"), _media(_success, "Application/JSON; charset=utf-8")),
    OperationCase("media-type-added", "C", _media(_success, *_BOTH), _media(_success, "application/json")),
    OperationCase("media-type-encoding-changed", "B", _multipart(field={"contentType": "text/csv"}), _multipart(), before=_multipart()),
    OperationCase("parameter-added", "C", _more(), _to_path_level),
    OperationCase("required-parameter-added", "B", _more(required=True), _more()),
    OperationCase("parameter-removed", "B", _pop("parameters"), _to_path_level),
    OperationCase("parameter-became-required", "B", _parameter(required=True), _parameter(required=False)),
    OperationCase("parameter-became-optional", "C", _parameter(required=False), _to_path_level, before=_parameter(required=True)),
    OperationCase("parameter-serialisation-changed", "B", _parameter(explode=False), _parameter(style="form", explode=True)),
    OperationCase("status-removed", "B", _pop("responses", "200"), lambda d: _success(d).update(description="fine")),
    OperationCase("status-added", "W", lambda d: operation(d)["responses"].update({"202": _OK}), lambda d: operation(d)["responses"].update({"x-note": _OK})),
    OperationCase("header-removed", "B", _header(), _header("X-LIMIT"), before=_header("x-limit")),
    OperationCase("header-added", "C", _header("x-limit"), _header()),
    OperationCase("header-became-optional", "B", _header("x-limit"), _header("x-limit", required=True, description="text"), before=_header("x-limit", required=True)),
    OperationCase("header-became-required", "C", _header("x-limit", required=True), _header("X-Limit"), before=_header("x-limit")),
)  # fmt: skip
