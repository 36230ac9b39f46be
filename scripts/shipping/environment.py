"""An environment with the wheel and what it depends on, and nothing else; made offline.

The dependencies are those of this project's own environment, so that what is shipped is looked at
and tested beside just the versions that requirements.lock pins.
"""

import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from scripts.support.errors import GenerationError


def dependencies(wheel: Path) -> list[Distribution]:
    """List what `wheel` needs, directly or not, as it is installed here; sorted by name."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
    waiting = [line[14:] for line in metadata.splitlines() if line.startswith("Requires-Dist:")]
    found: dict[str, Distribution] = {}
    while waiting:
        requirement = Requirement(waiting.pop())
        if requirement.name in found or not _applies(requirement):
            continue
        found[requirement.name] = distribution(requirement.name)
        waiting += found[requirement.name].requires or []
    return [found[name] for name in sorted(found)]


def install(wheel: Path, environment: Path, interpreter: str = sys.executable) -> Path:
    """Make `environment` with `wheel` and its dependencies, and return its Python.

    Raises `GenerationError` if the interpreter cannot make one.
    """
    command = [interpreter, "-I", "-m", "venv", "--without-pip", str(environment)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise GenerationError(f"{interpreter} cannot make an environment: {made.stderr.strip()}")
    site = next((environment / "lib").glob("python*/site-packages"))
    for needed in dependencies(wheel):
        copy(needed, site)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return environment / "bin" / "python"


def copy(needed: Distribution, site: Path) -> None:
    """Copy an installed distribution into the folder `site`, its metadata too."""
    for top in sorted({path.parts[0] for path in needed.files or ()} - {"..", "__pycache__"}):
        source, target = Path(str(needed.locate_file(top))), site / top
        if source.is_dir():
            shutil.copytree(
                source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
            )
        elif source.is_file():
            shutil.copy(source, target)


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})
