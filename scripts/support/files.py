"""Files as this project writes them: canonical JSON, and never half a file."""

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def sha256(data: bytes) -> str:
    """Hash bytes, as lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def canonical_json(value: Any) -> bytes:
    """Write `value` as JSON with sorted keys, so that equal values are equal bytes."""
    return _json(value, indent=2)


def compact_json(value: Any, levels: int = 0) -> bytes:
    """Write `value` as canonical JSON without needless bytes.

    What lies at most `levels` deep has a line of its own, so that a line number means something.
    """
    return (_compact(value, levels) + "\n").encode()


def _compact(value: Any, levels: int) -> str:
    if not levels or not isinstance(value, dict) or not value:
        return _json(value, separators=(",", ":")).decode().rstrip()
    lines = (
        f"{json.dumps(key, ensure_ascii=False)}:{_compact(value[key], levels - 1)}"
        for key in sorted(value)
    )
    return "{\n" + ",\n".join(lines) + "\n}"


def _json(value: Any, **layout: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, **layout)
    return (text + "\n").encode()


def write_atomically(path: Path, data: bytes) -> bool:
    """Put `data` at `path` by renaming a finished file over it; equal bytes leave it alone.

    A pipe or a device, such as /dev/stdout, is written into, and stays what it is. Returns whether
    anything was written.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return True
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


def swap(new: Path, target: Path, replaced: Path) -> None:
    """Put the folder `new` in the place of `target`, kept as `replaced`; all on one disk."""
    shutil.rmtree(replaced, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(replaced)
    try:
        new.rename(target)
    except BaseException:
        if replaced.exists():
            replaced.rename(target)
        raise
