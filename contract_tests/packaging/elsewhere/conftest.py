"""Projects that copied the client, and what their CI installs."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from scripts import vendor
from scripts.support.files import ROOT

LOCK = ROOT / "requirements-drift.lock"
COMMAND = "propexo-drift"
Json = dict[str, Any]


def needed() -> list[str]:
    """Name the packages of the drift check's own lock."""
    return re.findall(r"^([a-z0-9-]+)==", LOCK.read_text(), re.MULTILINE)


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `pip install --target` leaves it: the packages of the lock, and no others."""
    folder = tmp_path_factory.mktemp("libraries")
    for name in needed():
        for file in metadata.files(name) or ():
            top = file.parts[0]
            source = (
                Path(str(file.locate())).parents[len(file.parts) - 2]
                if len(file.parts) > 1
                else None
            )
            place = folder / top
            if top != ".." and not place.exists():
                place.symlink_to(source or Path(str(file.locate())))
    return folder


@pytest.fixture(scope="session")
def command(libraries: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as pip builds it from a git address, and installed by pip."""
    folder = tmp_path_factory.mktemp("command")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run(
        [*build, folder / "dist"], cwd=ROOT / "scripts" / "drift", check=True, capture_output=True
    )
    (wheel,) = (folder / "dist").glob("propexo_drift-*.whl")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "--no-index", "--no-deps", "--target", folder / "site", wheel], check=True
    )
    (folder / "site" / "libraries.pth").write_text(f"{libraries}\n")
    return folder / "site" / "bin" / COMMAND


@dataclass
class Project:
    """Another project's repository: a copy of the client, and a `scripts` package of its own."""

    folder: Path

    def write(self, name: str, content: Json | str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))

    @property
    def contract(self) -> Json:
        found: Json = json.loads(
            (self.folder / "billing_propexo/_generated/contract.json").read_bytes()
        )
        return found

    def without(self, name: str) -> Json:
        """The contract's document, with a field of the write's job gone."""
        document = self.contract
        del document["components"]["schemas"]["WriteJob"]["properties"][name]
        return document


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "repository"
    folder.mkdir()
    vendor.vendor(folder, "billing_propexo")
    found = Project(folder)
    found.write("scripts/__init__.py", "raise SystemExit('the scripts of another project')")
    return found
