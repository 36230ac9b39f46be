"""From the pin to the effective contract.

The contract keeps every constraint and carries this project's names. What is wrong in the document
is corrected here, with the reason beside each correction.
"""

from typing import Any

from ..support.errors import ConfigurationError, GenerationError, Malformed
from ..support.files import canonical_json
from .names import rename_schemas
from .operations import METHODS, Operation, Operations, parameter_names
from .schemas import ANNOTATIONS, Schema, map_schemas, rewrite, types
from .slices import Content, find
from .usage import describe, described


def make_contract(content: Content, operations: Operations) -> Content:
    """Name, correct and sort a document that has exactly `operations`.

    Raises `ConfigurationError` if one is missing, `Malformed` if schemas cannot be followed.
    """
    try:
        return _contract(content, operations)
    except RecursionError:
        raise Malformed("its schemas lead too deep into one another to be followed") from None


def without_text(contract: Content) -> Content:
    """Drop what only people read: the docstrings of the client have it.

    OpenAPI demands that each response is described, so responses stay as they are.
    """
    shipped: Content = map_schemas(contract, lambda schema: rewrite(schema, _bare))
    shipped["paths"] = {
        path: {
            key: _bare_operation(value) if key in METHODS else value for key, value in item.items()
        }
        for path, item in shipped["paths"].items()
    }
    return {key: value for key, value in shipped.items() if key != "tags"}


def with_usage(document: Content, operations: Operations) -> Operations:
    """Return `operations` with what a client generated from `document` does with them.

    Where none can be generated, nothing is known of it: each field counts as used.
    """
    if any(find(document, operation) is None for operation in operations.operations):
        return operations
    try:
        return described(operations, make_contract(document, operations))
    except (ConfigurationError, GenerationError):
        return operations


def _contract(content: Content, operations: Operations) -> Content:
    result: Content = map_schemas(content, lambda schema: rewrite(schema, _corrected))
    result["paths"] = {}
    for operation in operations.operations:
        published = find(content, operation)
        if published is None:
            raise ConfigurationError(f"{operation.endpoint}: not in the pin; run `make pin` first")
        item = dict(
            map_schemas(content["paths"][published], lambda schema: rewrite(schema, _corrected))
        )
        shared = [_rename_parameter(p, published, operation) for p in item.get("parameters", [])]
        details = _name_operation(item[operation.method], published, operation)
        details["parameters"] = _merge_parameters(shared, details.get("parameters", []))
        target = result["paths"].setdefault(operation.path, {})
        target.update({k: v for k, v in item.items() if k not in (*METHODS, "parameters")})
        target[operation.method] = details
    result["tags"] = [{"name": group} for group in sorted({o.group for o in operations.operations})]
    return describe(rename_schemas(result, operations), operations)


def _bare_operation(details: Content) -> Content:
    bare = {key: value for key, value in _bare(details).items() if key != "tags"}
    bare["parameters"] = [_bare(parameter) for parameter in bare["parameters"]]
    if "requestBody" in bare:
        bare["requestBody"] = _bare(bare["requestBody"])
    return bare


def _bare(described: Schema) -> Schema:
    if not isinstance(described, dict):
        return described
    return {key: value for key, value in described.items() if key not in ANNOTATIONS}


def _corrected(schema: Schema) -> Schema:
    if not isinstance(schema, dict):
        return schema
    # The order of these carries no meaning, and the vendor changes it.
    corrected = dict(schema)
    if "required" in schema:
        corrected["required"] = sorted(schema["required"])
    if isinstance(schema.get("type"), list):
        corrected["type"] = sorted(schema["type"], key=lambda kind: (kind == "null", kind))
    if isinstance(values := schema.get("enum"), list):
        # The vendor repeats values in enums; JSON Schema wants them unique, and so do generators.
        unique = {canonical_json(value): value for value in values}
        # `type: [string, "null"]` beside an enum without null admits no null: surely not meant.
        if "null" in types(schema):
            unique[canonical_json(None)] = None
        corrected["enum"] = [unique[key] for key in sorted(unique)]
    return corrected


def _name_operation(published: Content, path: str, operation: Operation) -> Content:
    details = {**published, "operationId": operation.name, "tags": [operation.group]}
    details["parameters"] = [
        _rename_parameter(parameter, path, operation)
        for parameter in published.get("parameters", [])
    ]
    if "requestBody" in published:
        # No body is marked required, though the server can do nothing without one.
        details["requestBody"] = {**published["requestBody"], "required": True}
    return details


def _rename_parameter(parameter: Content, path: str, operation: Operation) -> Content:
    if parameter.get("in") != "path":
        return parameter
    names = dict(zip(parameter_names(path), parameter_names(operation.path), strict=True))
    # OpenAPI demands `required: true` of path parameters; the vendor has published false.
    return {**parameter, "name": names.get(parameter["name"], parameter["name"]), "required": True}


def _merge_parameters(shared: list[Any], own: list[Any]) -> list[Any]:
    overridden = {(parameter.get("in"), parameter.get("name")) for parameter in own}
    merged = [p for p in shared if (p.get("in"), p.get("name")) not in overridden] + own
    return sorted(merged, key=lambda parameter: (parameter.get("in", ""), parameter["name"]))
