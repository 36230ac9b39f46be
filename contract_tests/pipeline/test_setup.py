"""`make setup`: packages by hash, by uv or else by pip, from where pip is configured to look."""

import ast
import base64
import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts import setup
from scripts.support import pip_settings
from scripts.support.files import ROOT
from scripts.support.progress import Terminal

UV = Path(sys.executable).with_name("uv")


def translated(listed: str, **environment: str) -> tuple[list[str], dict[str, str]]:
    """Return what uv is given where pip lists its settings as `listed`."""
    pip = [sys.executable, "-S", "-c", f"print({listed!r})"]
    options, given = pip_settings.for_uv(pip, environment)
    del given["UV_INDEX_STRATEGY"]
    return options, given


@pytest.mark.parametrize(
    ("listed", "variables"),
    [
        ("global.index-url='https://a.example/simple'", {"UV_DEFAULT_INDEX": "https://a.example/simple"}),
        ("global.extra-index-url='\\nfile:///b\\nfile:///c'", {"UV_INDEX": "file:///b file:///c"}),
        ("global.find-links='/d https://e.example'", {"UV_FIND_LINKS": "/d,https://e.example"}),
        ("global.trusted-host='f\\ng'", {"UV_INSECURE_HOST": "f g"}),
        (":env:.default-timeout='180'", {"UV_HTTP_TIMEOUT": "180"}),
        ("global.cert='/h.pem'", {"SSL_CERT_FILE": "/h.pem"}),
        ("global.client-cert='/i.pem'", {"SSL_CLIENT_CERT": "/i.pem"}),
        ("global.cert=\"/it's.pem\"", {"SSL_CERT_FILE": "/it's.pem"}),
        ("global.index-url=''", {}),
        ("wheel.index-url='https://other-command.example'", {}),
        ("nonsense", {}),
    ],
)  # fmt: skip
def test_a_setting_of_pip_reaches_uv(listed: str, variables: dict[str, str]) -> None:
    assert translated(listed) == ([], variables)


def test_the_environment_goes_before_the_install_section_and_that_before_the_global_one() -> None:
    lines = [
        "global.index-url='global'", "install.index-url='install'", ":env:.index-url='environment'",
    ]  # fmt: skip
    for last in (1, 2, 3):
        _, given = translated("\n".join(lines[:last]))
        assert given["UV_DEFAULT_INDEX"] == lines[last - 1].partition("=")[2].strip("'")


@pytest.mark.parametrize(
    ("value", "options"), [("1", ["--no-index"]), ("true", ["--no-index"]), ("0", [])]
)
def test_an_index_that_pip_must_not_ask_uv_must_not_ask(value: str, options: list[str]) -> None:
    assert translated(f":env:.no-index='{value}'") == (options, {})


def test_what_is_set_for_uv_itself_stays() -> None:
    _, given = translated("global.index-url='pip'", UV_INDEX_URL="uv")
    assert given == {"UV_INDEX_URL": "uv"}
    _, given = translated("global.index-url='pip'", UV_DEFAULT_INDEX="uv")
    assert given == {"UV_DEFAULT_INDEX": "uv"}


def test_a_proxy_of_pip_goes_before_that_of_the_environment() -> None:
    _, given = translated("global.proxy='http://pip.example'", HTTPS_PROXY="http://all.example")
    assert given["HTTPS_PROXY"] == given["https_proxy"] == "http://pip.example"


def test_certificates_that_pip_finds_by_itself_reach_uv() -> None:
    _, given = translated("", REQUESTS_CA_BUNDLE="/j.pem")
    assert given["SSL_CERT_FILE"] == "/j.pem"
    _, given = translated("global.cert='/k.pem'", REQUESTS_CA_BUNDLE="/j.pem")
    assert given["SSL_CERT_FILE"] == "/k.pem"


def test_pip_lists_its_settings_as_they_are_read_here(tmp_path: Path) -> None:
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nextra-index-url =\n    https://l.example\n    https://m.example\n")
    environment = {
        "PIP_CONFIG_FILE": str(file), "PIP_INDEX_URL": "https://n.example", "HOME": str(tmp_path),
    }  # fmt: skip
    _, given = pip_settings.for_uv([sys.executable, "-m", "pip"], environment)
    assert given["UV_INDEX"] == "https://l.example https://m.example"
    assert given["UV_DEFAULT_INDEX"] == "https://n.example"


def test_a_lock_may_hold_two_versions_of_a_package_for_two_pythons(tmp_path: Path) -> None:
    entries = [f"a=={n} ; python_version {sign} '3.12' \\\n    --hash=sha256:{n}"
               for n, sign in ((1, "<"), (2, ">="))]  # fmt: skip
    lock = tmp_path / "lock"
    lock.write_text("\n".join(entries) + "\n")
    assert setup.read(lock) == entries


class Shelf:
    """A folder of wheels, which is all that pip is configured to take packages from."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        folder.mkdir()
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
        monkeypatch.setenv("UV_NO_CACHE", "1")

    def add(self, name: str, path: str, text: str) -> str:
        """Put a wheel of one file there, and return its entry for a lock."""
        about = f"{name}-1.0.dist-info"
        files = {
            path: text,
            f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
            f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{each},sha256={_digest(files[each])},\n" for each in files)
        wheel = self.folder / f"{name}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for each, content in {
                **files,
                f"{about}/RECORD": f"{record}{about}/RECORD,,\n",
            }.items():
                entry = zipfile.ZipInfo(each)
                entry.external_attr = 0o100755 << 16
                archive.writestr(entry, content)
        return f"{name}==1.0 \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"

    def add_uv(self, script: str) -> str:
        return self.add("uv", "uv-1.0.data/scripts/uv", script)


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return Shelf(tmp_path / "shelf", monkeypatch)


def build(shelf: Shelf, uv: str, monkeypatch: pytest.MonkeyPatch, *, swapped: bool = False) -> str:
    """Build an environment with one package, and return what that package says."""
    packages = [shelf.add_uv(uv), shelf.add("pebble", "pebble.py", "WORD = 'hi'\n")]
    lock = shelf.folder / "lock"
    lock.write_text("\n".join(packages) + "\n")
    if swapped:
        shelf.add("pebble", "pebble.py", "WORD = 'another'\n")
    monkeypatch.setattr(setup, "LOCK", lock)
    folder = shelf.folder / "environment"
    setup.build(folder, packages, Terminal())
    command = [str(folder / "bin" / "python"), "-c", "import pebble; print(pebble.WORD)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.slow
def test_uv_installs_from_where_pip_is_configured_to(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = shelf.folder / "ran"
    assert build(shelf, f'#!/bin/sh\ntouch {ran}\nexec {UV} "$@"\n', monkeypatch) == "hi"
    assert ran.exists()


@pytest.mark.slow
@pytest.mark.parametrize("uv", ["#!/bin/sh\nexit 2\n", "no program"])
def test_where_uv_fails_pip_installs(
    uv: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build(shelf, uv, monkeypatch) == "hi"


@pytest.mark.slow
def test_a_package_of_another_hash_is_refused(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(setup.Failed, match=r"(?i)hash"):
        build(shelf, f'#!/bin/sh\nexec {UV} "$@"\n', monkeypatch, swapped=True)


def test_an_older_python_is_told_which_one_is_needed() -> None:
    code = "import sys; sys.version_info = (3, 10); import scripts.setup"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "setup: Python 3.11 or newer is needed: make setup PYTHON=python3.11\n"
    ast.parse(Path(setup.__file__).read_text(encoding="utf-8"), feature_version=(3, 8))
