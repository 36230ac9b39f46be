"""`MANIFEST.json`: what a copy of the package was when it was shipped. Standard library alone."""

import re
from pathlib import Path
from typing import Any

from scripts.support.errors import GenerationError
from scripts.support.files import ROOT, canonical_json, sha256
from scripts.support.package import verify

PACKAGE = ROOT / "generated_client" / "propexo_client"


def compose(package: Path = PACKAGE) -> bytes:
    """Record the files of `package`. Raises `GenerationError` if its generated code was edited."""
    generated = verify.verify(package).generated
    if generated is None:
        raise GenerationError(f"{package}: has no readable provenance; run `make client`")
    if stray := generated.paths:
        raise GenerationError(
            f"{', '.join(stray)}: not as generated, so not to be shipped; run `make client`"
        )
    return canonical_json(facts(package, version(package)))


def facts(package: Path, version: str) -> dict[str, Any]:
    """Record the hand-written files of `package` and its provenance."""
    hashes = {
        path: digest
        for path, digest in verify.hash_all(package).items()
        if path == verify.PROVENANCE
        or (path != verify.MANIFEST_NAME and not verify.is_generated(path))
    }
    return {"version": version, "files": hashes, "tree_sha256": verify.hash_tree(hashes)}


def version(package: Path = PACKAGE) -> str:
    """Read `__version__` without importing anything. A copy without one is "unknown"."""
    for place in ("_version.py", "__init__.py"):  # copies of 0.1 have it in `__init__.py`
        file = package / place
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if found := re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE):
            return found[1]
    return "unknown"


def contract_sha256(package: Path = PACKAGE) -> str:
    """Hash the contract that `package` carries."""
    return sha256((package / verify.GENERATED / verify.CONTRACT_NAME).read_bytes())
