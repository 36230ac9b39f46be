"""Which statuses and enum values of the writes our contract documents, and no exchange shows."""

from collections.abc import Iterator
from typing import Any

from contract_tests.contract.exchanges import Exchange
from contract_tests.contract.judge import Judge
from contract_tests.contract.understanding import STATUS
from scripts.document.schemas import Schema, subschemas
from scripts.document.slices import Content, resolve_pointer


def uncovered(judge: Judge, exchanges: list[Exchange]) -> list[str]:
    """List what is documented of posting, and of following a job, but shown by no exchange."""
    shown = {(exchange.operation, str(exchange.status)) for exchange in exchanges}
    texts = {text for exchange in exchanges for text in _leaves(exchange.body)}
    complaints = []
    for operation in judge.operations.operations:
        published = judge.published(operation.name)
        if published is None or (operation.method == "get" and operation.name != STATUS):
            continue
        for status, bodies in published.responses().items():
            if (operation.name, status) not in shown:
                complaints.append(f"{operation.endpoint}: no exchange shows status {status}")
            for schema in bodies.values():
                for place, value in _walk(judge.content, schema, "", ()):
                    if value not in texts:
                        complaints.append(
                            f"{operation.endpoint}: no exchange shows {value!r} at {status}{place}"
                        )
    return complaints


def _walk(
    content: Content, schema: Schema, place: str, above: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        if schema["$ref"] not in above:
            target = resolve_pointer(content, schema["$ref"])
            yield from _walk(content, target, place, (*above, schema["$ref"]))
        return
    for value in schema.get("enum", []):
        yield place, value
    for (*_, step), child in subschemas(schema):
        yield from _walk(content, child, f"{place}.{step}", above)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
