"""The wheel: exact contents, the same bytes every time, and all that a stranger's project needs."""

import json
import shutil
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from contract_tests.packaging.conftest import run_python
from contract_tests.packaging.test_relocation import POST
from propexo_client import __version__
from propexo_client.testing import FakePropexo
from scripts import wheel
from scripts.shipping import environment
from scripts.shipping.manifest import PACKAGE
from scripts.support.errors import GenerationError
from scripts.support.files import sha256

pytestmark = pytest.mark.slow

CONSUMER = """
from datetime import date
from decimal import Decimal
from typing import assert_type

from {name} import (
    AcceptedWrite, AsyncPropexo, Environment, OutcomeUnknown, PostedWrite, Propexo, Request,
)

with Propexo("token", environment=Environment.SANDBOX) as propexo:
    accepted = propexo.credits.create(
        integration_id="i", lease_id="l", financial_account_id="f", amount=Decimal("1.50"),
        transaction_date=date(2026, 1, 15), description="d",
    )
    assert_type(accepted, AcceptedWrite)
    assert_type(propexo.credits.wait(accepted.job_id), PostedWrite)

async def post(propexo: AsyncPropexo) -> str | None:
    posted = await propexo.credits.wait("job")
    assert_type(posted, PostedWrite)
    return posted.created_record_id

def describe(error: OutcomeUnknown) -> Request:
    return error.request
"""
MISTAKE = """
from {name} import Propexo
Propexo("token", environment="https://x.example", timeout="soon").credits.wait(job_id=3)
"""


def names(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    ours = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    info = f"propexo_client-{__version__}.dist-info"
    described = {f"{info}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "licenses/LICENSE")}
    manifest = f"{PACKAGE.name}/MANIFEST.json"
    found = set(names(built)) - {f"{info}/entry_points.txt"}
    assert found == {*ours, manifest, *described}
    for needed in ("py.typed", "_generated/contract.json", "_generated/PROVENANCE.json"):
        assert f"{PACKAGE.name}/{needed}" in found


def test_the_wheel_names_its_version_its_pythons_and_two_dependencies(built: Path) -> None:
    with zipfile.ZipFile(built) as opened:
        info = f"propexo_client-{__version__}.dist-info"
        metadata = opened.read(f"{info}/METADATA").decode().splitlines()
    assert f"Version: {__version__}" in metadata
    assert "Requires-Python: >=3.11" in metadata
    needs = {line.split(" ", 1)[1] for line in metadata if line.startswith("Requires-Dist:")}
    extras = {need for need in needs if "extra ==" in need}
    assert {Requirement(need).name for need in needs - extras} == {"httpx"}
    assert {Requirement(need).name for need in extras} == {"psycopg"}
    for minor in (11, 12, 13, 14):
        assert f"Classifier: Programming Language :: Python :: 3.{minor}" in metadata


def test_the_same_sources_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    again, bill = wheel.build(tmp_path)
    assert again.read_bytes() == built.read_bytes()
    assert bill.read_bytes() == built.with_suffix(".cdx.json").read_bytes()


def test_the_bill_of_materials_lists_what_the_wheel_brings_along(built: Path) -> None:
    bill = json.loads(built.with_suffix(".cdx.json").read_bytes())
    root = bill["metadata"]["component"]
    assert (root["name"], root["version"]) == ("propexo-client", __version__)
    assert root["hashes"] == [{"alg": "SHA-256", "content": sha256(built.read_bytes())}]
    found = {component["name"]: component["version"] for component in bill["components"]}
    assert {"httpx", "httpcore", "anyio", "certifi"} <= set(found)
    lock = Path("requirements.lock").read_text(encoding="utf-8")
    assert [n for n, v in found.items() if f"{n.replace('_', '-')}=={v} " not in lock] == []


def test_a_wheel_that_does_not_verify_is_not_kept(tmp_path: Path) -> None:
    stray = PACKAGE / "stray.pyc"
    stray.write_bytes(b"")
    try:
        with pytest.raises(GenerationError, match="manifest"):
            wheel.build(tmp_path)
    finally:
        stray.unlink()
    assert not list(tmp_path.iterdir())


def test_an_empty_project_with_the_wheel_alone_posts_verifies_and_finds_an_edit(
    consumer: Path, tmp_path: Path
) -> None:
    fake = FakePropexo()
    with fake.serve() as server:
        code = POST.format(name="propexo_client", token=fake.token, url=server.url)
        posted = run_python("-c", code, folder=tmp_path, interpreter=consumer)
    assert (posted.stderr, fake.posts, fake.booked) == ("", 1, 1)
    verify = ("-m", "propexo_client", "verify")
    assert run_python(*verify, folder=tmp_path, interpreter=consumer).returncode == 0
    site = next(consumer.parent.parent.glob("lib/python*/site-packages/propexo_client"))
    edited = site / "errors.py"
    original = edited.read_text()
    edited.write_text(original + "# mine\n")
    found = run_python(*verify, folder=tmp_path, interpreter=consumer)
    edited.write_text(original)
    assert found.returncode == 3
    assert "hand-written file edited: errors.py" in found.stdout


def test_pip_installs_the_wheel(built: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    command = [
        "-m",
        "pip",
        "install",
        "--no-index",
        "--no-deps",
        "--target",
        str(target),
        str(built),
    ]
    done = run_python(*command, folder=tmp_path, PIP_DISABLE_PIP_VERSION_CHECK="1")
    assert done.returncode == 0, done.stderr
    verify = run_python("-m", "propexo_client", "verify", folder=target)
    assert verify.returncode == 0, verify.stdout


@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
@pytest.mark.parametrize("form", ["wheel", "folder"])
def test_a_consumers_project_is_type_checked_strictly(
    checker: str, form: str, consumer: Path, tmp_path: Path, copied: Path
) -> None:
    name = "propexo_client" if form == "wheel" else copied.name
    if form == "wheel":
        shutil.rmtree(copied)
    (tmp_path / "right.py").write_text(CONSUMER.format(name=name))
    (tmp_path / "wrong.py").write_text(MISTAKE.format(name=name))
    if checker == "mypy":
        command = ["mypy", "--strict", "--no-incremental", "--python-executable", str(consumer)]
    else:
        settings = {"typeCheckingMode": "strict", "failOnWarnings": True}
        (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
        command = ["basedpyright", "--pythonpath", str(consumer)]
    right = run_python("-m", *command, "right.py", folder=tmp_path)
    assert right.returncode == 0, right.stdout + right.stderr
    wrong = run_python("-m", *command, "wrong.py", folder=tmp_path)
    assert wrong.returncode == 1
    complaints = [line for line in wrong.stdout.splitlines() if "wrong.py:3" in line]
    assert len(complaints) == 2, wrong.stdout


def test_a_copied_folder_passes_its_projects_strict_mypy(copied: Path, consumer: Path) -> None:
    command = ["mypy", "--strict", "--no-incremental", "--python-executable", str(consumer)]
    tests_only = ["--exclude", "pytest_plugin", copied.name]
    checked = run_python("-m", *command, *tests_only, folder=copied.parent)
    assert checked.returncode == 0, checked.stdout


def interpreters() -> list[str]:
    """Find the other supported Pythons at hand, by trying."""
    found = []
    for minor in (11, 12, 13, 14):
        name = f"python3.{minor}"
        patterns = f".pyenv/versions/3.{minor}.*/bin/{name}", f".local/share/uv/python/*/bin/{name}"
        places = [str(path) for pattern in patterns for path in sorted(Path.home().glob(pattern))]
        for place in [*places, *filter(None, [shutil.which(name)])]:
            tried = subprocess.run([place, "-c", ""], capture_output=True, check=False)
            if tried.returncode == 0:
                found.append(place)
                break
    return [place for place in found if f"3.{sys.version_info.minor}" not in Path(place).name]


OTHERS = interpreters()


@pytest.mark.skipif(not OTHERS, reason="no other supported Python is at hand")
@pytest.mark.parametrize("interpreter", OTHERS, ids=lambda path: Path(path).name)
def test_another_python_posts_a_credit(interpreter: str, built: Path, tmp_path: Path) -> None:
    python = environment.install(built, tmp_path / "venv", interpreter)
    fake = FakePropexo()
    with fake.serve() as server:
        code = POST.format(name="propexo_client", token=fake.token, url=server.url)
        done = run_python("-W", "error", "-c", code, folder=tmp_path, interpreter=python)
    assert (done.stderr, fake.posts, fake.booked) == ("", 1, 1)
    every = textwrap.dedent("""
        import importlib, pkgutil, propexo_client as package
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.endswith(("__main__", "pytest_plugin", ".postgres", ".database")):
                importlib.import_module(module.name)
    """)
    done = run_python("-W", "error", "-c", every, folder=tmp_path, interpreter=python)
    assert done.stderr == ""
