"""The folder works under any name, anywhere, beside any other copy of itself."""

import ast
import shutil
from pathlib import Path

import pytest

from contract_tests.packaging.conftest import run_python
from propexo_client.testing import FakePropexo
from scripts import vendor
from scripts.shipping.manifest import PACKAGE

POST = """
import sys
from datetime import date
from {name} import Propexo

with Propexo("{token}", environment="{url}") as propexo:
    posted = propexo.credits.create_and_wait(
        integration_id="intg_1",
        lease_id="lease_1",
        financial_account_id="finacct_1",
        amount_in_cents=15_000,
        transaction_date=date(2026, 1, 15),
        description="January rent credit",
        poll_interval=0.01,
    )
print(posted.created_record_id)
"""


def imports(module: Path) -> set[str]:
    """Name the modules that `module` imports absolutely."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return names


def test_no_module_names_its_own_package_or_asks_what_is_installed() -> None:
    modules = list(PACKAGE.rglob("*.py"))
    assert len(modules) > 50
    for module in modules:
        assert "importlib.metadata" not in imports(module), module
        assert PACKAGE.name not in {name.split(".")[0] for name in imports(module)}, module


@pytest.mark.parametrize("how", ["folder", pytest.param("zip", marks=pytest.mark.slow)])
def test_a_renamed_copy_posts_a_credit(how: str, copied: Path, tmp_path: Path) -> None:
    place = tmp_path
    if how == "zip":
        place = Path(shutil.make_archive(str(tmp_path / "app"), "zip", tmp_path, copied.name))
        shutil.rmtree(copied)
    fake = FakePropexo()
    with fake.serve() as server:
        code = POST.format(name=copied.name, token=fake.token, url=server.url)
        done = run_python("-c", code, folder=tmp_path, PYTHONPATH=str(place))
    assert done.stderr == ""
    assert done.stdout.strip()
    assert (fake.posts, fake.booked) == (1, 1)


def test_two_copies_in_one_process_share_nothing(tmp_path: Path) -> None:
    for name in ("one", "two"):
        vendor.vendor(tmp_path, name)
    code = """
import sys, logging, one, two
import one._contract.provenance, two._contract.provenance
assert one.Propexo is not two.Propexo
assert not issubclass(one.OutcomeUnknown, two.PropexoError)
assert one._contract.provenance.package_folder() != two._contract.provenance.package_folder()
import one._engine.exchange, two._engine.exchange
assert one._engine.exchange.logger.name == "one._engine.exchange"
assert two._engine.exchange.logger.name == "two._engine.exchange"
assert not [name for name in sys.modules if name.split(".")[0] == "propexo_client"]
"""
    assert run_python("-c", code, folder=tmp_path).stderr == ""


def test_a_copy_beside_an_installed_one_never_loads_that(copied: Path, tmp_path: Path) -> None:
    installed = tmp_path / "site" / "propexo_client"
    installed.mkdir(parents=True)
    (installed / "__init__.py").write_text("raise SystemExit('the installed one was loaded')")
    name = copied.name
    code = f"import {name}.credits, {name}._contract.provenance as p; p.read()"
    done = run_python("-c", code, folder=tmp_path, PYTHONPATH=str(installed.parent))
    assert done.stderr == ""


@pytest.mark.slow
def test_loggers_are_named_after_their_modules(copied: Path, tmp_path: Path) -> None:
    code = f"""
import logging, pkgutil, importlib, {copied.name} as package
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.endswith(("__main__", "pytest_plugin")):
        importlib.import_module(module.name)
names = [n for n in logging.root.manager.loggerDict if "propexo" in n]
print(*(n for n in names if n.split(".")[0] != package.__name__))
"""
    done = run_python("-c", code, folder=tmp_path)
    assert (done.stdout.strip(), done.stderr) == ("", "")
