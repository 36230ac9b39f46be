"""How operations are published, which the contract of a copy no longer shows.

The contract has names of ours, requires every body, and is written in another order. What that
hides is recorded in the provenance beside it, so that a copy is compared as the pin would be.
"""

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from .operations import Operation, Operations
from .origins import PROVENANCE
from .references import References, mapping, sequence
from .slices import Content, find

KEY = "published"

_REF = re.compile(r'"\$ref": "(#[^"]*)"')


def record(pin: Content, operations: Operations) -> dict[str, dict[str, str]]:
    """Return what to record of each operation, by its endpoint."""
    references = References(pin, "the pin")
    found: dict[str, dict[str, str]] = {}
    for operation in operations.operations:
        path = find(pin, operation)
        if path is None:
            continue
        item = pin["paths"][path]
        body, _ = references.resolve(item[operation.method].get("requestBody"), path)
        entry = {
            "text": hash_of(text_of(references, path, item, operation.method)),
            "path": path if path != operation.path else "",
            "body": "optional" if body and body.get("required") is not True else "",
        }
        found[operation.endpoint] = {key: value for key, value in entry.items() if value}
    return found


def recall(operations: Operations, contract: Path) -> Operations:
    """Return `operations` with what is recorded beside a contract, if anything is."""
    try:
        recorded = mapping(json.loads(contract.with_name(PROVENANCE).read_bytes()))
    except (OSError, ValueError):
        return operations
    entries = mapping(recorded.get(KEY))
    known = [_recalled(each, mapping(entries.get(each.endpoint))) for each in operations.operations]
    return replace(operations, operations=tuple(known))


def _recalled(operation: Operation, entry: dict[str, Any]) -> Operation:
    return replace(
        operation,
        published=str(entry.get("text", "")),
        published_path=str(entry.get("path", "")),
        body_is_optional=entry.get("body") == "optional",
    )


def text_of(references: References, path: str, item: dict[str, Any], method: str) -> str:
    """Return the text of an operation and of all that it refers to: equal text, no change."""
    document, node = references.document, mapping(item.get(method))
    schemes = mapping(mapping(document.get("components")).get("securitySchemes"))
    security = sequence(node.get("security", document.get("security")))
    used = sorted({name for requirement in security for name in mapping(requirement)})
    servers = next(filter(None, (owner.get("servers") for owner in (node, item, document))), None)
    shared = [item.get("parameters"), servers, security, [schemes.get(name) for name in used]]
    written = [_text([path, node, shared])]
    seen: set[str] = set()
    for text in written:
        for ref in _REF.findall(text):
            if ref not in seen:
                seen.add(ref)
                written.append(ref + _text(references.peek(json.loads(f'"{ref}"'))))
    return "\n".join(written)


def hash_of(text: str) -> str:
    """Hash the text of an operation, short enough to be carried."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
