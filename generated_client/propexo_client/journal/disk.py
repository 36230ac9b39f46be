"""What a journal file needs from the operating system: its place, locks, and durable writes."""

import os
import re
import struct
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, TypeAlias

fcntl: Any = None if sys.platform == "win32" else import_module("fcntl")

Place: TypeAlias = Literal["durable", "ephemeral", "network"]

_MOUNTS = Path("/proc/self/mountinfo")
_EPHEMERAL = {"aufs", "overlay", "ramfs", "rootfs", "tmpfs"}
_NETWORK = {
    "9p", "afs", "beegfs", "ceph", "cifs", "fuse", "glusterfs", "gpfs", "lustre", "nfs", "nfs4",
    "prl_fs", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
}  # fmt: skip
_GET_INODE_VERSION = 0x80087601
_LONGEST_NAP = 0.01


def place_of(path: Path) -> tuple[Place, str]:
    """Say what keeps the file at `path`, and the type of its file system.

    "network": other machines may write it, and locks may not reach them. "ephemeral": it ends with
    the container or the machine. Only Linux says what it is.
    """
    kind = _file_system(path)
    if kind in _NETWORK or kind.startswith("fuse."):
        return "network", kind
    return ("ephemeral" if kind in _EPHEMERAL else "durable"), kind


def _file_system(path: Path) -> str:
    """Find the type of the mount that `path` is on: the longest, and of equals the last."""
    try:
        lines = _MOUNTS.read_text().splitlines()
    except OSError:
        return "unknown"
    real = os.path.realpath(path)
    longest, kind = "", "unknown"
    for line in lines:
        before, _, after = line.partition(" - ")
        point = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), before.split(" ")[4])
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(longest):
            longest, kind = point, after.split(" ")[0]
    return kind


def identity(fd: int) -> str:
    """Distinguish this file from every copy of it.

    Its inode number alone does not: a file system gives that of a deleted file to the next one.
    """
    try:
        generation = fcntl.ioctl(fd, _GET_INODE_VERSION, bytes(8))
    except OSError:
        generation = bytes(8)
    return f"{os.fstat(fd).st_ino}.{struct.unpack('q', generation)[0]}"


def lock(fd: int, *, exclusive: bool, until: float) -> None:
    """Lock a file against every other opening of it. Raises `TimeoutError` at `until`, monotonic.

    `flock` cannot wait for a limited time, and whoever holds the lock may be stopped.
    """
    how = (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB
    nap = 0.0001
    while True:
        try:
            fcntl.flock(fd, how)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise TimeoutError("another process holds the lock") from None
            time.sleep(nap)
            nap = min(nap * 2, _LONGEST_NAP)


def unlock(fd: int) -> None:
    """Unlock a file, whoever has inherited its descriptor."""
    fcntl.flock(fd, fcntl.LOCK_UN)


def sync(fd: int) -> None:
    """Return once the data are on the disk."""
    if sys.platform == "darwin":
        fcntl.fcntl(fd, fcntl.F_FULLFSYNC)  # fsync leaves them in the drive's cache there
    else:
        os.fdatasync(fd)


def sync_folder(path: Path) -> None:
    """Return once the names in a folder are on the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
