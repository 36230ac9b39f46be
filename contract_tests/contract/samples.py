"""Responses drawn by schemathesis: everything that a document allows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import schemathesis
from hypothesis import Phase, given, seed, settings, strategies
from schemathesis import GenerationMode

from contract_tests.contract.generation import DRAWING
from contract_tests.contract.judge import close
from contract_tests.contract.published import Published
from scripts.document import slices
from scripts.document.schemas import Schema
from scripts.document.slices import Content

T = TypeVar("T")

_ROWS = 2

_STANDING_FOR = {
    "1XX": (),
    "2XX": (200, 201),
    "3XX": (302,),
    "4XX": (400, 404, 409, 422, 429),
    "5XX": (500, 503),
    "DEFAULT": (200, 400, 409, 429, 500),
}
"""Statuses to try where a document names a range of them, or none."""


@dataclass(frozen=True)
class Kind:
    """One documented kind of response: the statuses it may have, and the schema of its body."""

    entry: str
    statuses: tuple[int, ...]
    media: str
    schema: Schema


def kinds(published: Published) -> Iterator[Kind]:
    """Yield every kind of response that a document allows for an operation."""
    documented = published.responses()
    for entry, bodies in documented.items():
        statuses = tuple(_statuses(entry, documented))
        for media, schema in (bodies or {"": {}}).items():
            if statuses:
                yield Kind(entry, statuses, media, schema)


def contents(document: Content, kind: Kind) -> strategies.SearchStrategy[bytes]:
    """Draw contents for one kind of response."""
    if not kind.media.endswith("json"):
        return strategies.sampled_from([b"", b"<html>"] if kind.media else [b""])
    return bodies(document, kind.schema).map(lambda body: json.dumps(body).encode())


def bodies(document: Content, schema: Schema) -> strategies.SearchStrategy[object]:
    """Borrow schemathesis's generator of requests: the schema becomes that of a request body."""
    content = {"application/json": {"schema": schema}}
    post = {
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "ok"}},
    }
    alone = slices.keep({**document, "paths": {"/": {"post": post}}}, {("/", "post")})
    borrowed = schemathesis.openapi.from_dict(close(_with_short_lists(alone)))
    drawn: strategies.SearchStrategy[object] = (
        borrowed["/"]["POST"]
        .as_strategy(generation_mode=GenerationMode.POSITIVE)
        .map(lambda case: case.body)
    )
    return drawn


def draw(strategy: strategies.SearchStrategy[T], count: int) -> list[T]:
    """Draw the same examples every time."""
    drawn: list[T] = []

    @seed(1)
    @settings(DRAWING, max_examples=count, phases=[Phase.generate])
    @given(strategy)
    def collect(value: T) -> None:
        drawn.append(value)

    collect()
    return drawn


def _with_short_lists(node: Any) -> Any:
    """Let lists end early where a document sets no limit: ten rows test what two do."""
    if isinstance(node, list):
        return [_with_short_lists(item) for item in node]
    if not isinstance(node, dict):
        return node
    limited = {key: _with_short_lists(value) for key, value in node.items()}
    is_unlimited = node.get("type") == "array" and not node.keys() & {"minItems", "maxItems"}
    return {**limited, "maxItems": _ROWS} if is_unlimited else limited


def _statuses(entry: str, documented: dict[str, dict[str, Schema]]) -> Iterator[int]:
    if entry.isdigit():
        yield int(entry)
        return
    has_success = any(name.startswith("2") for name in documented)
    for status in _STANDING_FOR.get(entry.upper(), ()):
        # A default beside a success speaks of errors.
        if str(status) not in documented and not (
            status < 300 and has_success and entry == "default"
        ):
            yield status
