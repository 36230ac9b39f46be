"""A small document with every kind of operation and the oddest names, and what is printed for it.

python -m contract_tests.pipeline.tiny   prints it anew into golden/; look at it before a commit
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from scripts import generate
from scripts.document import generator, guard
from scripts.document.contract import make_contract
from scripts.document.operations import Creates, Operation, Operations
from scripts.document.surface import plan

GOLDEN = Path(__file__).with_name("golden")
Json = dict[str, Any]

OPERATIONS = Operations(
    (
        Operation("get", "/v1/animals/", "list_animals", "animals"),
        Operation("get", "/v1/animals/{animal_id}", "get_animal", "animals"),
        Operation("get", "/v1/animals/{animal_id}/visits/", "visits_of_animal", "animals"),
        Operation(
            "post", "/v1/fees/", "create_fee", "fees", creates=Creates("fees", -1, "due_date")
        ),
        Operation("get", "/v1/fees/{fee_id}", "get_fee", "fees"),
        Operation("put", "/v1/animals/{animal_id}", "update_animal", "animals"),
        Operation("get", "/v1/write-status/{job_id}", "get_write_status", "writes"),
        Operation("post", "/v1/retry-write/{job_id}", "retry_write", "writes"),
    ),
    schemas={"Visit": "visits_of_animal 200.results[]"},
)


def record(**properties: Json) -> Json:
    """Write an object schema."""
    return {"type": "object", "properties": properties}


def text(**more: Any) -> Json:
    """Write the schema of a text."""
    return {"type": "string", **more}


def response(schema: Json) -> Json:
    """Write the responses of an operation that has one."""
    return {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}


def query(name: str, schema: Json, **more: Any) -> Json:
    """Write a parameter of the query."""
    return {"name": name, "in": "query", "schema": schema, **more}


def operation(schema: Json, *parameters: Json, body: Json | None = None, **more: Any) -> Json:
    """Write an operation."""
    details: Json = {"parameters": list(parameters), "responses": response(schema), **more}
    if body is not None:
        details["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return details


ANIMAL = record(
    **{"class": text(), "a-b": text(), "2nd": {"type": ["integer", "null"]}, "id": text()},
    type=text(enum=["CAT", "DOG"], description="What it is."),
    email=text(),
    date=text(),
    str={"type": "boolean"},
    weight={"type": "number"},
    price_in_cents={"type": "number"},
    tags={"type": "array", "items": text()},
    owners={"type": "array", "items": record(name=text(), share={"type": "integer"})},
    extra={"type": "object"},
    either={"anyOf": [text(), {"type": "boolean"}]},
)
VISIT = record(id=text(), day=text())
FEE = record(
    id=text(),
    amount_in_cents={"type": ["number", "null"]},
    lease_id=text(),
    due_date=text(),
)
NEW_FEE = {
    **record(
        amount_in_cents={"type": "integer", "exclusiveMinimum": 0, "description": "The amount."},
        lease_id=text(),
        due_date=text(format="date-time"),
        kind=text(enum=["LATE", "OTHER"], description="Why."),
        day={"type": "integer", "minimum": 1, "exclusiveMaximum": 32},
        memo={"type": ["string", "null"]},
        timeout=text(),
    ),
    "required": ["amount_in_cents", "lease_id", "due_date", "kind", "memo"],
}
CHANGES = record(name=text(), animal_id=text(), owners={"type": "array", "items": record()})
JOB = record(job_id=text())
DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {"title": "Tiny", "version": "1"},
    "components": {},
    "paths": {
        "/v1/animals/": {
            "get": operation(
                record(results={"type": "array", "items": ANIMAL}),
                *(query(name, {"type": ["integer", "null"]}) for name in ("limit", "offset")),
                query("order-by", text()),
                query("type", text(enum=["CAT", "DOG"]), description="Only these."),
                query("from", text(format="date"), required=True),
                query("tags", {"type": "array", "items": text()}),
                query("is_young", {"type": "boolean"}),
                query("least_weight", {"type": "integer", "minimum": 0}),
                query("x_id", text()),
                query("owner_id", text()),
                summary='Animals, "quoted"',
                description="Many \\ of\u202e them.\n\nAnd {{ more }}.",
            )
        },
        "/v1/animals/{animal_id}": {
            "get": operation(record(results=ANIMAL)),
            "put": operation(record(meta=JOB), query("name", text()), body=CHANGES),
        },
        "/v1/animals/{animal_id}/visits/": {
            "get": operation(record(results={"type": "array", "items": VISIT}))
        },
        "/v1/fees/": {"post": operation(record(meta=JOB), body=NEW_FEE)},
        "/v1/fees/{fee_id}": {"get": operation(record(results=FEE))},
        "/v1/write-status/{job_id}": {"get": operation(record(write_status=text()))},
        "/v1/retry-write/{job_id}": {"post": operation(JOB, body=record())},
    },
}


def printed(folder: Path) -> Path:
    """Print the package for the small document."""
    surface = plan(make_contract(DOCUMENT, OPERATIONS), OPERATIONS)
    package = folder / "_generated"
    generate.run_generator(surface, folder, package)
    generator.arrange(surface, package)
    guard.check(package)
    generate.run_ruff(package)
    return package


def texts(folder: Path, suffix: str) -> dict[str, str]:
    """Read every printed module, or every golden one."""
    return {
        path.relative_to(folder).as_posix().removesuffix(suffix): path.read_text(encoding="utf-8")
        for path in folder.rglob(f"*{suffix}")
    }


if __name__ == "__main__":
    shutil.rmtree(GOLDEN, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        for name, content in texts(printed(Path(scratch)), ".py").items():
            place = GOLDEN / f"{name}.txt"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8")
