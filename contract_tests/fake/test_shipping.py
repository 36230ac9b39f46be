"""The fake as users get it: fixtures for pytest, any package name, a zip, no further packages."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.support.files import ROOT

PACKAGE = ROOT / "generated_client" / "propexo_client"

POST_A_CREDIT = """
import datetime, sys
from {name}.testing import FakePropexo
from {name} import Environment, Propexo
fake = FakePropexo()
client = Propexo(fake.token, environment=Environment.SANDBOX, transport=fake.transport())
posted = client.credits.create_and_wait(
    integration_id="i", lease_id="l", financial_account_id="f", amount_in_cents=1,
    transaction_date=datetime.date(2026, 1, 15), description="d",
)
assert (fake.posts, fake.booked, posted.contract_violations) == (1, 1, ())
assert not {{"jsonschema_rs", "respx", "pytest", "hypothesis", "propexo_client"}} & set(sys.modules)
"""

TESTS = """
import datetime
import pytest

CREDIT = dict(
    integration_id="i", lease_id="l", financial_account_id="f", amount_in_cents=1,
    transaction_date=datetime.date(2026, 1, 15), description="d",
)

def test_blocking(fake_propexo, propexo):
    propexo.credits.create_and_wait(**CREDIT)
    assert (fake_propexo.posts, fake_propexo.booked) == (1, 1)

@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_asynchronous(fake_propexo, async_propexo, anyio_backend):
    await async_propexo.credits.create_and_wait(**CREDIT)
    assert (fake_propexo.posts, fake_propexo.booked) == (1, 1)
"""


def run(path: Path, *arguments: str) -> str:
    program = f"import sys; sys.path.insert(0, {str(path)!r})\n"
    if arguments[0] == "pytest":
        program += f"import pytest; sys.exit(pytest.main({list(arguments[1:])!r}))"
    else:
        program += arguments[0]
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def renamed(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, tmp_path / "vendored", ignore=ignored)
    return tmp_path


def test_it_works_from_a_zip_under_another_name(renamed: Path) -> None:
    archive = renamed / "vendored.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in (renamed / "vendored").rglob("*"):
            file.write(path, path.relative_to(renamed))
    run(archive, POST_A_CREDIT.format(name="vendored"))


@pytest.mark.slow  # contract_tests/packaging/test_consumer.py runs a whole project with them
def test_the_fixtures_work_in_anybodys_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "test_theirs.py").write_text(TESTS)
    printed = run(
        ROOT / "generated_client",
        "pytest",
        *(
            "-p",
            "propexo_client.pytest_plugin",
            "-p",
            "anyio",
            "-p",
            "no:cacheprovider",
            "-W",
            "error",
        ),
        *("--rootdir", str(tmp_path), "-q", str(tmp_path)),
    )
    assert "2 passed" in printed
