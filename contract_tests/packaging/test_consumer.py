"""A consumer's project runs its own tests, with the package beside it in any form it ships in."""

import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest

from contract_tests.packaging.conftest import run_python
from scripts import vendor
from scripts.shipping import environment
from scripts.support.files import ROOT

PROJECT = ROOT / "contract_tests" / "consumer"
FOREIGN = ("schemathesis", "hypothesispytest", "respx", "anyio")
OURS = """
import sys

FAKE = "{name}.testing" in sys.modules

def test_the_fake_is_not_loaded_before_a_fixture_is_asked_for():
    assert not FAKE

def test_the_fixtures_are_of_this_copy(propexo, async_propexo, fake_propexo):
    modules = {{type(each).__module__ for each in (propexo, async_propexo, fake_propexo)}}
    assert modules == {{"{name}.client", "{name}.testing.fake"}}
"""


def project(folder: Path, name: str) -> Path:
    """Copy the consumer's project, written for a package that is called `name`."""
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for module in folder.glob("*.py"):
        module.write_text(module.read_text().replace("propexo_client", name))
    (folder / "test_ours.py").write_text(OURS.format(name=name))
    return folder


def install(folder: Path) -> None:
    """Put a copy into `folder` as an installer does: with the entry points of the wheel."""
    vendor.vendor(folder, "propexo_client")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    lines = [f"{name} = {value}" for name, value in declared["pytest11"].items()]
    info = folder / "propexo_client-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: propexo-client\nVersion: 0\n")
    (info / "entry_points.txt").write_text("\n".join(["[pytest11]", *lines, ""]))


def run_tests(
    folder: Path, *, interpreter: Path | str = sys.executable, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the project's tests, warnings as errors, without the plugins of this checkout."""
    without = [f"-pno:{plugin}" for plugin in FOREIGN]
    arguments = ["-m", "pytest", "-q", "-rN", "-W", "error", "-pno:cacheprovider", *without]
    return run_python(*arguments, folder=folder, interpreter=interpreter, **variables)


@pytest.mark.parametrize(
    "name", [pytest.param("propexo_client", marks=pytest.mark.slow), "billing_propexo"]
)
def test_a_copied_folder_brings_its_fixtures_in_one_line(name: str, tmp_path: Path) -> None:
    folder = project(tmp_path / "theirs", name)
    vendor.vendor(folder, name)
    done = run_tests(folder, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert "11 passed" in done.stdout, done.stdout + done.stderr


def test_an_installed_package_brings_its_fixtures_by_itself(tmp_path: Path) -> None:
    folder = project(tmp_path / "theirs", "propexo_client")
    (folder / "conftest.py").unlink()
    install(folder)
    done = run_tests(folder)
    assert "11 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.slow
def test_the_line_does_no_harm_where_the_package_is_installed(tmp_path: Path) -> None:
    folder = project(tmp_path / "theirs", "propexo_client")
    install(folder)
    done = run_tests(folder)
    assert "11 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.slow
def test_a_copy_with_the_line_goes_before_an_installed_package(tmp_path: Path) -> None:
    folder = project(tmp_path / "theirs", "billing_propexo")
    vendor.vendor(folder, "billing_propexo")
    install(folder)
    done = run_tests(folder)
    assert "11 passed" in done.stdout, done.stdout + done.stderr


TWO_COPIES = """
def test_each_copy_has_fixtures_of_its_own(
    alpha_propexo_fake, alpha_propexo_client, alpha_propexo_async_client, lib_beta_propexo_client,
    lib_beta_propexo_fake
):
    assert type(alpha_propexo_fake).__module__ == "alpha_propexo.testing.fake"
    assert type(alpha_propexo_client).__module__ == "alpha_propexo.client"
    assert type(alpha_propexo_async_client).__module__ == "alpha_propexo.client"
    assert type(lib_beta_propexo_client).__module__ == "lib.beta_propexo.client"
    list(lib_beta_propexo_client.charges.list(lease_id="lease_1"))
    assert (len(lib_beta_propexo_fake.requests), len(alpha_propexo_fake.requests)) == (1, 0)

def test_a_shared_name(propexo):
    pass

def test_another_shared_name(fake_propexo):
    pass

def test_the_third_shared_name(async_propexo):
    pass
"""


@pytest.mark.parametrize("installed", [pytest.param(False, marks=pytest.mark.slow), True])
def test_two_copies_bring_fixtures_of_their_own_and_the_shared_names_are_refused(
    installed: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "theirs"
    (folder / "lib").mkdir(parents=True)
    vendor.vendor(folder, "alpha_propexo")
    vendor.vendor(folder / "lib", "beta_propexo")
    if installed:
        install(folder)
    plugins = ["alpha_propexo.pytest_plugin", "lib.beta_propexo.pytest_plugin"]
    (folder / "conftest.py").write_text(f"pytest_plugins = {plugins}")
    (folder / "test_two.py").write_text(TWO_COPIES)
    done = run_tests(folder, **({} if installed else {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}))
    assert "1 passed, 3 errors" in done.stdout, done.stdout + done.stderr
    assert (
        done.stdout.count(
            "alpha_propexo and lib.beta_propexo both provide this fixture; use"
            " alpha_propexo_client or lib_beta_propexo_client, and the same with _async_client,"
            " _fake and _journal\n"
        )
        == 3
    )


@pytest.mark.slow
def test_the_wheel_brings_its_fixtures_and_satisfies_strict_mypy(
    built: Path, tmp_path: Path
) -> None:
    python = environment.install(built, tmp_path / "venv")
    site = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    for name in ("pytest", "pluggy", "iniconfig", "packaging", "pygments"):
        environment.copy(distribution(name), site)
    folder = project(tmp_path / "theirs", "propexo_client")
    (folder / "conftest.py").unlink()
    done = run_tests(folder, interpreter=python)
    assert "11 passed" in done.stdout, done.stdout + done.stderr
    command = ["mypy", "--strict", "--no-incremental", "--python-executable", str(python)]
    checked = run_python("-m", *command, "refunds.py", "test_refunds.py", folder=folder)
    assert checked.returncode == 0, checked.stdout
