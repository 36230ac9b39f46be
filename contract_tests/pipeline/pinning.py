"""A small document, and a folder in which its operations are pinned."""

import json
from pathlib import Path
from typing import Any

from scripts import pin

OPERATIONS = """
[operations.create_credit]
endpoint = "POST /v1/resident-credits/"
[operations.get_write_status]
endpoint = "GET /v1/admin/write-status/{root_job_id}"
"""
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        "/v1/resident-credits/": {
            "post": {
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}
                },
                "responses": {"200": {"description": "ok"}},
                "security": [{"bearerAuth": []}],
            },
            "get": {"responses": {"200": {"description": "not ours"}}},
        },
        "/v1/admin/write-status/{id}": {"get": {"responses": {"200": {"description": "ok"}}}},
        "/v1/other/": {"get": {"responses": {"200": {"description": "ok"}}}},
    },
    "components": {
        "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "In": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Deep"}}},
            "Deep": {"type": "string"},
            "Unused": {"type": "string"},
        },
    },
}


class Place:
    """A folder with an operations file and an old pin."""

    def __init__(self, folder: Path) -> None:
        self.pin = folder / "propexo.json"
        self.operations = folder / "operations.toml"
        self.operations.write_text(OPERATIONS)
        self.pin.write_text("the old pin")

    def run(self, *arguments: str) -> int:
        return pin.main(
            ["--operations", str(self.operations), "--output", str(self.pin), *arguments]
        )

    def list_sources(self, *sources: str | list[str]) -> None:
        entries = ([source] if isinstance(source, str) else source for source in sources)
        listed = "".join(f"[[sources]]\nurls = {json.dumps(entry)}\n" for entry in entries)
        self.operations.write_text(listed + OPERATIONS)

    def documents(self) -> dict[str, str]:
        entries = self.record()["operations"].items()
        return {endpoint: entry["document"] for endpoint, entry in entries}

    def pinned(self) -> Any:
        return json.loads(self.pin.read_bytes())

    def record(self) -> Any:
        return json.loads(self.pin.with_name("pin.json").read_bytes())
