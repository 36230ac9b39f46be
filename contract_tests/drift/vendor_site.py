"""Reference pages of a vendor's site, written from the pin, and a drift check that reads them."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts.document import operations, origins
from scripts.drift.__main__ import main
from scripts.support.files import ROOT

Json = dict[str, Any]
PIN = ROOT / "openapi" / "propexo.json"
KNOWN = origins.beside(PIN)
UNPUBLISHED = [
    each
    for each in operations.load().operations
    if (origin := KNOWN.of(each)) and origin.is_unpublished
]
CREDIT = "create-resident-credit-rentvine.md"
ALL = len(operations.load().operations)


def body(document: Json, path: str, method: str) -> Json:
    """Find the schema of an operation's body."""
    details = document["paths"][path][method]
    schema: Json = details["requestBody"]["content"]["application/json"]["schema"]
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def type_of(schema: Json, name: str) -> str:
    if "anyOf" in schema:
        return f"V1PostInput{name.title().replace('_', '')}"
    return "enum" if "enum" in schema else str(schema["type"])


def described(schema: Json) -> str:
    listed = ", ".join(f'"{value}"' for value in schema.get("enum", ()))
    return f"Allowed values: {listed}" if listed else str(schema.get("description", ""))


def page(method: str, path: str, schema: Json, *, ending: bool = True) -> str:
    """Write a page in the form in which the vendor's site serves it."""
    fields = [
        f"- `{name}` ({type_of(found, name)},"
        f" {'required' if name in schema['required'] else 'optional'}) - {described(found)}"
        for name, found in schema["properties"].items()
    ]
    lines = [
        "> For clean Markdown of any page, append .md to the page URL.",
        "",
        "# Create: Rentvine",
        "",
        f"{method.upper()} https://api.propexo.com{path}",
        "Content-Type: application/json",
        "",
        "Writes through `POST /leases/\\{leaseID}/x`. | a | - `no` (string, required) - field |",
        "",
        "Reference: https://docs.propexo.com/api-reference/x",
        "",
        "## Authentication",
        "- `Authorization` header (Bearer token, required)",
        "",
        "## Servers",
        "- `https://api.propexo.com` (Production)",
        "",
        "## Request",
        "",
        "### Body (application/json)",
        "",
        "This endpoint expects a `_v1_input`.",
        *fields,
    ]
    return "\n".join([*lines, *(["", "## Response", "", "200: Accepted"] if ending else [])]) + "\n"


class Site:
    """A candidate document without the unpublished operations, and their pages in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pin: Json = json.loads(PIN.read_bytes())
        self.document = copy.deepcopy(self.pin)
        (folder / "pages").mkdir()
        for each in UNPUBLISHED:
            del self.document["paths"][each.path]
            address = KNOWN.of(each)
            assert address
            assert address.page
            name = f"{address.page.rpartition('/')[2]}.md"
            self.write(name, page(each.method, each.path, body(self.pin, each.path, each.method)))

    def write(self, name: str, text: str) -> None:
        (self.folder / "pages" / name).write_text(text)

    def credit(self, change: Callable[[Json], object], **options: Any) -> None:
        path = "/v1/resident-credits/rentvine/"
        schema = copy.deepcopy(body(self.pin, path, "post"))
        change(schema)
        self.write(CREDIT, page("post", path, schema, **options))

    def drift(self, *arguments: str) -> tuple[int, Json]:
        candidate, report = self.folder / "theirs.json", self.folder / "report.json"
        candidate.write_text(json.dumps(self.document))
        code = main(["--against", str(candidate), f"--report=json={report}", *arguments])
        return code, json.loads(report.read_bytes())

    def by_page(self) -> tuple[int, Json]:
        return self.drift("--pages", str(self.folder / "pages"))


def rules(report: Json) -> list[tuple[str, str]]:
    return [(f["rule"], f["client_severity"]) for f in report["findings"]]
