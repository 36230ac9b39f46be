"""The package in the two forms that others get: a wheel, and a copied folder."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import vendor, wheel
from scripts.shipping import environment

WITHOUT_COMMAND_LINE = Path(__file__).parent / "without_command_line"
"""Hides click, as in most environments: httpx then loads in half the time."""

Python = Callable[..., subprocess.CompletedProcess[str]]


def run_python(
    *arguments: str, folder: Path, interpreter: Path | str = sys.executable, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run Python in `folder`, with nothing of this checkout on its path."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    paths = [variables.pop("PYTHONPATH", ""), str(WITHOUT_COMMAND_LINE)]
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return subprocess.run(
        [str(interpreter), "-B", *arguments],
        cwd=folder,
        env={**inherited, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy made by `make vendor`, under another name."""
    vendor.vendor(tmp_path, "billing_propexo")
    return tmp_path / "billing_propexo"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `make wheel` builds; its bill of materials lies beside it."""
    return wheel.build(tmp_path_factory.mktemp("dist"))[0]


@pytest.fixture(scope="session")
def consumer(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel, httpx, and what those need."""
    return environment.install(built, tmp_path_factory.mktemp("consumer") / "venv")
