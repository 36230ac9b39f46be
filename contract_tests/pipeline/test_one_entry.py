"""One entry in operations.toml adds an operation whole; here in a copy of this checkout."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract_tests import upstream
from scripts.pin import DEFAULT_PIN
from scripts.support.files import ROOT

COPIED = ("openapi", "scripts", "generated_client", "contract_tests", "pyproject.toml")
BUILDING = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "integration_id": {"type": "string"},
        "created_at": {"type": "string"},
        "name": {"type": ["string", "null"]},
        "opened_on": {"type": ["string", "null"]},
        "is_active": {"type": ["boolean", "null"]},
        "rent_in_cents": {"type": ["number", "null"]},
        "units": {
            "type": "array",
            "items": {"type": "object", "properties": {"unit_number": {"type": "string"}}},
        },
    },
    "required": ["id", "integration_id", "name", "opened_on", "is_active", "units"],
}
META = {"type": "object", "properties": {"hasMore": {"type": "boolean"}}}


def operation(schema: Any, *parameters: Any) -> Any:
    body = {"type": "object", "properties": {"meta": META, "results": schema}}
    body["required"] = ["meta", "results"]
    return {
        "parameters": list(parameters),
        "responses": {
            "200": {"description": "ok", "content": {"application/json": {"schema": body}}}
        },
    }


def query(name: str, schema: Any) -> Any:
    return {"name": name, "in": "query", "schema": schema}


PATHS = {
    "/v1/buildings/": {
        "get": operation(
            {"type": "array", "items": BUILDING},
            query("limit", {"type": ["integer", "null"], "minimum": 0, "maximum": 250}),
            query("offset", {"type": ["integer", "null"], "minimum": 0}),
            query("order-by", {"type": "string", "default": "created_at:desc"}),
            query("integration_id", {"type": "string"}),
            query("is_active", {"type": "boolean"}),
            query("unit_number", {"type": "string"}),
        )
    },
    "/v1/buildings/{id}": {
        "get": operation(
            BUILDING,
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
        )
    },
}
ENTRY = """
[operations.list_buildings]
endpoint = "GET /v1/buildings/"
group = "buildings"

[operations.get_building]
endpoint = "GET /v1/buildings/{building_id}"
group = "buildings"
"""
CALLS = """
import anyio, inspect
from propexo_client import AsyncPropexo, Environment, Propexo
from propexo_client.testing import FakePropexo
from propexo_client.types import AsyncBuildings, Building, Buildings

fake = FakePropexo()
made = fake.add("Building", name="Tower", is_active=True, rent_in_cents=-5,
                units=[{"unit_number": "4B"}])
fake.add("Building", name="Annex", is_active=False)
options = dict(environment=Environment.SANDBOX, transport=fake.transport(), clock=fake.clock)

with Propexo(fake.token, **options) as propexo:
    assert isinstance(propexo.buildings, Buildings)
    building = propexo.buildings.get(made["id"])
    assert isinstance(building, Building) and building.raw == made
    assert (building.name, building.rent_in_cents) == ("Tower", -5)
    assert building.units[0].unit_number == "4B"
    names = lambda **filters: [each.name for each in propexo.buildings.list(**filters)]
    assert names() == ["Tower", "Annex"]
    assert names(is_active=True) == names(unit_number="4B") == ["Tower"]
    assert "integration_id: " in inspect.getdoc(Buildings.list)

async def main():
    async with AsyncPropexo(fake.token, **options) as propexo:
        assert isinstance(propexo.buildings, AsyncBuildings)
        assert await propexo.buildings.get(made["id"]) == building
        assert [each.name async for each in propexo.buildings.list()] == ["Tower", "Annex"]

anyio.run(main)
"""


class Tree:
    """A copy of this checkout, in which commands can be run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in COPIED:
            copy: Any = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            ignored = {"ignore": shutil.ignore_patterns("__pycache__")}
            copy(ROOT / name, folder / name, **(ignored if (ROOT / name).is_dir() else {}))

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join(map(str, (self.folder, self.folder / "generated_client")))
        return subprocess.run(
            [sys.executable, "-B", *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *arguments: str) -> str:
        done = self.python(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def grow(self, entry: str, document: Path) -> None:
        """Do what a person does: write the entry, then `make pin client`."""
        with (self.folder / "openapi" / "operations.toml").open("a") as file:
            file.write(entry)
        self.run("-m", "scripts.pin", "--from", str(document))
        self.run("-m", "scripts.generate")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    folder = tmp_path_factory.mktemp("grown")
    document = folder / "document.json"
    published = json.loads(DEFAULT_PIN.read_bytes())
    published["paths"] |= PATHS
    document.write_text(json.dumps(published))
    tree = Tree(folder)
    tree.grow(ENTRY, document)
    return tree


@pytest.mark.slow
def test_both_clients_the_fake_and_drift_know_the_operations(tree: Tree) -> None:
    """One test, as the tree they share is dear to make."""
    tree.run("-c", CALLS)
    changed = json.loads((tree.folder / "openapi" / "propexo.json").read_text())
    listing = changed["paths"]["/v1/buildings/"]["get"]
    listing["parameters"] = [p for p in listing["parameters"] if p["name"] != "unit_number"]
    candidate = tree.folder / "candidate.json"
    candidate.write_text(json.dumps(changed))
    done = tree.python("-m", "scripts.drift", "--candidate", str(candidate))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "unit_number" in done.stdout


@pytest.mark.slow
def test_the_contract_suite_judges_the_operations(tree: Tree) -> None:
    said = tree.run(
        "-m", "pytest", "-n", "0", "contract_tests/contract",
        "-k", "list_buildings or get_building",
    )  # fmt: skip
    assert "for 2 operations" in said


@pytest.mark.slow
@upstream.needs_upstream
def test_an_entry_is_enough_for_an_operation_of_the_vendors_own_document(tmp_path: Path) -> None:
    document = tmp_path / "vendor.yml"
    document.write_bytes(upstream.raw())
    tree = Tree(tmp_path)
    entry = "\n".join(
        f'[operations.{name}]\nendpoint = "GET {path}"\ngroup = "owners"\n'
        for name, path in (
            ("list_owners", "/v1/owners/"),
            ("get_owner", "/v1/owners/{owner_id}"),
        )
    )
    tree.grow(f"\n{entry}", document)
    said = tree.run(
        "-c",
        "from propexo_client.testing import FakePropexo\n"
        "from propexo_client import Environment, Propexo\n"
        "fake = FakePropexo()\n"
        "made = fake.add('Owner')\n"
        "client = Propexo(fake.token, environment=Environment.SANDBOX,"
        " transport=fake.transport())\n"
        "assert client.owners.get(made['id']).raw == made\n"
        "print([each.id for each in client.owners.list()])\n",
    )
    assert "owner_000001" in said
