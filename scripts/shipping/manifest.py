"""`MANIFEST.json`: what a copy of the package was when it was shipped. Standard library alone."""

import re
from pathlib import Path

from scripts.support.errors import GenerationError
from scripts.support.files import ROOT, canonical_json
from scripts.support.package import provenance

PACKAGE = ROOT / "generated_client" / "propexo_client"


def compose(package: Path = PACKAGE) -> bytes:
    """Record the files of `package`. Raises `GenerationError` if its generated code was edited."""
    generated = provenance.verify(package).generated
    if generated is None:
        raise GenerationError(f"{package}: has no readable provenance; run `make client`")
    if stray := (*generated.edited, *generated.missing, *generated.added):
        raise GenerationError(
            f"{', '.join(stray)}: not as generated, so not to be shipped; run `make client`"
        )
    return canonical_json(provenance.manifest(package, version(package)))


def version(package: Path = PACKAGE) -> str:
    """Read `__version__` without importing anything. A copy without one is "unknown"."""
    for place in ("_version.py", "__init__.py"):  # copies of 0.1 have it in `__init__.py`
        file = package / place
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if found := re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE):
            return found[1]
    return "unknown"
