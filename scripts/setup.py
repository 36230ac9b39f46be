"""Build an environment from a lock, every package checked against its hash.

python -m scripts.setup [docs | crash]

Runs on the system's Python, with its standard library alone. pip installs uv, and uv installs the
rest in a few seconds. Where uv cannot be had, or fails, pip installs everything.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - found out by those who have an older one
    sys.exit("setup: Python 3.11 or newer is needed: make setup PYTHON=python3.11")

import argparse
import os
import re
import subprocess
import tempfile
import time
import venv
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from scripts.support import pip_settings
from scripts.support.files import ROOT
from scripts.support.progress import Progress, Terminal

LOCK = ROOT / "requirements.lock"
ENVIRONMENTS = {
    "dev": (ROOT / ".venv", LOCK),
    "docs": (ROOT / ".build" / "docs", ROOT / "requirements-docs.lock"),
    "crash": (ROOT / ".build" / "crash", ROOT / "requirements-crash.lock"),
}
PIP = [sys.executable, "-m", "pip"]
EXACTLY = ["--require-hashes", "--no-deps", "--requirement"]
FOR_PIP = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_PROGRESS_BAR": "off",
    # These would have pip install elsewhere, or refuse to.
    "PIP_USER": "0",
    "PIP_REQUIRE_VIRTUALENV": "0",
}


class Failed(Exception):
    """What an installer printed last."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the environment, and mark it ready once it is whole."""
    parser = argparse.ArgumentParser(prog="python -m scripts.setup", description=__doc__)
    parser.add_argument("environment", nargs="?", choices=ENVIRONMENTS, default="dev")
    folder, lock = ENVIRONMENTS[parser.parse_args(arguments).environment]
    progress, started = Terminal(), time.monotonic()
    packages = read(lock)
    progress.say(f"setup: {len(packages)} packages into {folder.relative_to(ROOT)}, once")
    try:
        build(folder, packages, progress)
    except Failed as error:
        progress.say(f"{error}\nsetup: failed; fix the cause named above and run it again")
        return 1
    except KeyboardInterrupt:
        progress.say("setup: interrupted; the next run starts afresh")
        return 130
    _make_importable(folder)
    (folder / ".ready").touch()
    progress.say(f"setup: done in {time.monotonic() - started:.1f} s")
    return 0


def read(lock: Path) -> list[str]:
    """Return the entries of a lock: a package each, with its version and hashes."""
    return re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())


def build(folder: Path, packages: Sequence[str], progress: Progress) -> None:
    """Make `folder` an environment with `packages`. Raises `Failed`."""
    try:
        venv.create(folder, clear=True, symlinks=True)
        _by_uv(folder, packages, progress)
    except Failed as error:
        progress.say(f"{error}\nsetup: uv cannot do it here; pip takes about a minute")
        venv.create(folder, clear=True, symlinks=True, with_pip=True)
        _by_pip(folder, packages, progress)


def _by_uv(folder: Path, packages: Sequence[str], progress: Progress) -> None:
    python = str(folder / "bin" / "python")
    only_uv = [entry for entry in read(LOCK) if _is_uv(entry)]
    _install([*PIP, "--python", python, "install", *EXACTLY], only_uv, FOR_PIP, "uv", progress)
    options, environment = pip_settings.for_uv(PIP, os.environ)
    command = [str(folder / "bin" / "uv"), "pip", "install", "--python", python, *options, *EXACTLY]
    _install(command, packages, environment, f"{len(packages)} packages by uv", progress)


def _by_pip(folder: Path, packages: Sequence[str], progress: Progress) -> None:
    # uv is left out: where there is none for this machine, pip would try to compile it.
    chosen = [entry for entry in packages if not _is_uv(entry)]
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", *EXACTLY]
    _install(command, chosen, FOR_PIP, f"{len(chosen)} packages by pip", progress)


def _is_uv(entry: str) -> bool:
    return entry.startswith("uv==")


def _install(
    command: Sequence[str],
    packages: Sequence[str],
    environment: Mapping[str, str],
    what: str,
    progress: Progress,
) -> None:
    """Run an installer on `packages`, showing how long it has been and what it printed last."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        lock, output = Path(place, "requirements.txt"), Path(place, "output")
        lock.write_text("\n".join(packages), encoding="utf-8")
        with output.open("wb") as printed:
            try:
                installer = subprocess.Popen(
                    [*command, str(lock)],
                    stdin=subprocess.DEVNULL,
                    stdout=printed,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **environment},
                )
            except OSError as error:
                raise Failed(f"{command[0]}: {error.strerror}") from None
            while installer.poll() is None:
                seconds = time.monotonic() - started
                progress.update(f"setup: {what}, {seconds:.0f} s. {_tail(output, 1)}")
                with suppress(subprocess.TimeoutExpired):
                    installer.wait(timeout=0.5)
        if installer.returncode:
            raise Failed(_tail(output, 20))


def _tail(output: Path, lines: int) -> str:
    text = output.read_text(encoding="utf-8", errors="replace")
    return "\n".join(line.rstrip() for line in text.splitlines()[-lines:])


def _make_importable(folder: Path) -> None:
    """Put this checkout on the environment's path, so that `import propexo_client` finds it."""
    site = next((folder / "lib").glob("python*/site-packages"))
    path = f"{ROOT / 'generated_client'}\n"
    (site / "propexo_client.pth").write_text(path, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
