"""The contract as jsonschema-rs understands it, to hold the package's own checks against."""

import functools
import json
from typing import Any

import jsonschema_rs

from propexo_client._contract import checks
from scripts.document.schemas import map_schemas, rewrite
from scripts.generate import GENERATED

DOCUMENT = json.loads((GENERATED / "contract.json").read_bytes())


def schema_of(operation: str, part: str) -> Any:
    """Find a schema; `part` is "request" or a status."""
    endpoint = checks.endpoints()[operation]
    details = DOCUMENT["paths"][endpoint.path][endpoint.method.lower()]
    content = details["requestBody"] if part == "request" else details["responses"][part]
    return content["content"]["application/json"]["schema"]


def close(schema: Any) -> Any:
    """Admit no undocumented keys."""
    closable = isinstance(schema, dict) and "properties" in schema
    if not closable or "additionalProperties" in schema:
        return schema
    return {**schema, "additionalProperties": False}


@functools.cache
def validator(operation: str, part: str) -> jsonschema_rs.Draft202012Validator:
    """Make a validator; of requests a strict one, which refuses undocumented keys."""
    closed = part == "request"
    document = map_schemas(DOCUMENT, lambda s: rewrite(s, close)) if closed else DOCUMENT
    schema = schema_of(operation, part)
    root = rewrite(schema, close) if closed else schema
    return jsonschema_rs.Draft202012Validator(
        {**root, "components": document["components"]}, validate_formats=True
    )
