"""The package's provenance module, loaded by its file.

Importing the package would need generated code and httpx; the pipeline and a build have neither.
"""

import importlib.util
import sys
from typing import TYPE_CHECKING

from .files import ROOT

if TYPE_CHECKING:
    from propexo_client._contract import provenance as provenance
else:
    _FILE = ROOT / "generated_client" / "propexo_client" / "_contract" / "provenance.py"
    _SPEC = importlib.util.spec_from_file_location("propexo_client_provenance", _FILE)
    provenance = importlib.util.module_from_spec(_SPEC)
    sys.modules[_SPEC.name] = provenance
    _SPEC.loader.exec_module(provenance)
