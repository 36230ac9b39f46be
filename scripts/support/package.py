"""The package's module that verifies a copy, loaded by its file.

Importing the package would need generated code and httpx; the pipeline and a build have neither.
"""

import importlib.util
import sys
from typing import TYPE_CHECKING

from .files import ROOT

if TYPE_CHECKING:
    from propexo_client._contract import verify as verify
else:
    _FILE = ROOT / "generated_client" / "propexo_client" / "_contract" / "verify.py"
    _SPEC = importlib.util.spec_from_file_location("propexo_client_verify", _FILE)
    verify = importlib.util.module_from_spec(_SPEC)
    sys.modules[_SPEC.name] = verify
    _SPEC.loader.exec_module(verify)
