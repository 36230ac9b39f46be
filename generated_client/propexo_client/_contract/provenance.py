"""Where this copy of the client came from.

Two records travel with a copy. `_generated/PROVENANCE.json`: the vendor's document and its hash,
the tools, a hash of every generated file. `MANIFEST.json`, which wheels and vendored copies have:
the version, a hash of every hand-written file and of the provenance.
"""

import hashlib
import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from .verify import CONTRACT_NAME, GENERATED, PROVENANCE_NAME


def read() -> dict[str, Any]:
    """Return the provenance of this very copy.

    Raises `FileNotFoundError` if the copy has none, `ValueError` if it is not JSON.
    """
    provenance: dict[str, Any] = json.loads(
        generated_folder().joinpath(PROVENANCE_NAME).read_bytes()
    )
    return provenance


@cache
def contract_sha256() -> str:
    """Hash the contract that this copy carries. Its first twelve digits name it."""
    contract = generated_folder().joinpath(CONTRACT_NAME).read_bytes()
    return hashlib.sha256(contract).hexdigest()


def package_folder() -> Traversable:
    """Return the folder of this package; it may be inside a zip file."""
    return files(__name__.rsplit(".", 2)[0])


def generated_folder() -> Traversable:
    """Return the folder of generated code; it may lie inside a zip file."""
    return package_folder().joinpath(GENERATED)
