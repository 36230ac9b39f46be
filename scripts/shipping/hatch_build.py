"""Puts MANIFEST.json into every wheel, whoever builds it."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManifestHook(BuildHookInterface[Any]):
    """The build hook that pyproject.toml names."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the manifest aside and have it packed. An editable install is not a copy."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path[:0] = [str(root), str(root / "generated_client")]
        from scripts.shipping import manifest

        aside = root / ".build" / "MANIFEST.json"
        aside.parent.mkdir(exist_ok=True)
        aside.write_bytes(manifest.compose())
        build_data["force_include"][str(aside)] = "propexo_client/MANIFEST.json"
