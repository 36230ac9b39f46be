"""Build `.venv` from requirements.lock, every package checked against its hash.

Runs on the system's Python, with its standard library alone.
"""

import re
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
MINIMUM = (3, 11)


def main() -> int:
    """Make the environment, and mark it ready once it is whole."""
    if sys.version_info < MINIMUM:
        wanted = ".".join(map(str, MINIMUM))
        print(f"setup: Python {wanted} or newer is needed: make setup PYTHON=python{wanted}")
        return 2
    count = len(re.findall(r"^[\w.-]+==", LOCK.read_text(encoding="utf-8"), re.MULTILINE))
    print(f"setup: {count} packages into {FOLDER.name}, once; half a minute or so", flush=True)
    venv.create(FOLDER, clear=True, with_pip=True)
    if not _install(count):
        print("setup: failed; mend the cause named above and run it again")
        return 1
    _make_importable()
    (FOLDER / ".ready").touch()
    return 0


def _install(count: int) -> bool:
    command = [_python(), "-m", "pip", "install", "--require-hashes", "--no-deps",
               "--disable-pip-version-check", "--progress-bar", "off", "-r", str(LOCK)]  # fmt: skip
    last: list[str] = []
    collected = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        for line in pip.stdout or ():
            last = [*last[-20:], line]
            if line.startswith("Collecting"):
                collected += 1
                _show(f"setup: {collected} of {count}: {line.split()[1]}")
            elif line.startswith("Installing"):
                _show("setup: unpacking")
    _show("")
    if pip.returncode:
        print("".join(last))
    return pip.returncode == 0


def _show(line: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\x1b[K{line}", end="", flush=True)


def _python() -> str:
    return str(FOLDER / "bin" / "python")


def _make_importable() -> None:
    """Put this checkout on the environment's path, so that `import propexo_client` finds it."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    where = subprocess.run([_python(), "-c", code], capture_output=True, text=True, check=True)
    path_file = Path(where.stdout.strip()) / "propexo_client.pth"
    path_file.write_text(f"{ROOT / 'generated_client'}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
