"""Copies of the client that are older, edited or damaged."""

import json
from pathlib import Path

from propexo_client import __version__
from propexo_client._contract import provenance, verify
from scripts.shipping import manifest
from scripts.support.files import canonical_json

CONTRACT = provenance.contract_sha256()[:12]
CONTRACT_FILE = Path("_generated", "contract.json")
RECORD = Path("_generated", "PROVENANCE.json")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


def age(copy: Path, *, edit_contract: bool = False) -> None:
    """Make a copy look like one of an older release, its records in order."""
    init = copy / "_version.py"
    init.write_text(init.read_text().replace(__version__, "0.0.9"))
    (copy / "retired.py").write_text("")
    if edit_contract:
        contract = json.loads((copy / CONTRACT_FILE).read_bytes())
        request = contract["components"]["schemas"]["CreateResidentCreditRequest"]
        request["properties"]["amount_in_cents"]["maximum"] = 100
        replace_contract(copy, canonical_json(contract))
    settle(copy)
    assert verify.verify(copy).intact


def replace_contract(copy: Path, contract: bytes) -> None:
    (copy / CONTRACT_FILE).write_bytes(contract)
    record = json.loads((copy / RECORD).read_bytes())
    record["files"] = verify.hash_files(copy / "_generated")
    (copy / RECORD).write_bytes(canonical_json(record))


def settle(copy: Path) -> None:
    """Make the manifest of a copy say what is in it."""
    facts = manifest.facts(copy, "0.0.9")
    (copy / "MANIFEST.json").write_bytes(canonical_json(facts))
