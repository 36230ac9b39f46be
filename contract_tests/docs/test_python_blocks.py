"""Every Python block of every page runs as printed, against the fake."""

import contextlib
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import respx

from contract_tests.docs.pages import Block, blocks, for_an_engine
from contract_tests.packaging.conftest import run_python
from propexo_client import OutcomeUnknown
from propexo_client.journal import Journal
from propexo_client.testing import FakePropexo, Fault
from scripts import vendor
from scripts.support.files import ROOT

PROMISED = re.compile(r"^ *print\(.*\)  # (.+)$", re.M)
BLOCKS = [block for block in blocks("python") if not for_an_engine(block)]
SCRIPTS = [block for block in BLOCKS if "def test_" not in block.text]
TESTS = [block for block in BLOCKS if "def test_" in block.text]
PAGES = sorted({block.page for block in SCRIPTS})


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakePropexo]:
    """The fake, in place of whatever httpx would connect to, and a journal where pages have one."""
    fake = FakePropexo()
    monkeypatch.chdir(tmp_path)
    Journal.init("credits.journal", environment="sandbox", ephemeral=True)
    monkeypatch.setenv("PROPEXO_TOKEN", fake.token)
    monkeypatch.setenv("PROPEXO_ENVIRONMENT", "sandbox")
    with respx.mock(assert_all_called=False) as router:
        router.route().mock(side_effect=fake.respond)
        yield fake


def run(block: Block, names: dict[str, Any]) -> str:
    """Run a block, and return what it printed. Errors point at its line of the page."""
    code = compile("\n" * block.line + block.text, str(block.page), "exec")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, names)
    return printed.getvalue()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
@pytest.mark.usefixtures("fake")
def test_a_page_runs_from_top_to_bottom_and_prints_what_it_says(page: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in SCRIPTS:
        if block.page == page:
            printed = run(block, names).splitlines()
            assert printed == PROMISED.findall(block.text), str(block)


def test_the_workers_for_engines_are_python_and_are_run_by_the_crash_tests() -> None:
    shown = [block for block in blocks("python") if for_an_engine(block)]
    assert [block.page.name for block in shown] == ["job-queues.md"] * 2
    for block in shown:
        compile(block.text, str(block.page), "exec")


def test_the_credit_of_the_readme_is_posted_once(fake: FakePropexo) -> None:
    names: dict[str, Any] = {}
    run(SCRIPTS[0], names)
    assert SCRIPTS[0].page == ROOT / "README.md"
    assert (fake.posts, fake.booked) == (1, 1)
    assert names["found"].record.is_credit


def test_the_credit_of_the_readme_is_posted_once_even_if_the_response_is_lost(
    fake: FakePropexo,
) -> None:
    fake.fail_next(Fault.RESET_AFTER_BOOKING)
    with pytest.raises(OutcomeUnknown):
        run(SCRIPTS[0], {})
    assert (fake.posts, fake.booked) == (1, 1)


@pytest.mark.slow
def test_the_tests_shown_pass_in_the_project_they_are_shown_for(tmp_path: Path) -> None:
    assert TESTS
    for name in ("consumer/refunds.py", "consumer/conftest.py", "docs/worker.py"):
        shutil.copy(ROOT / "contract_tests" / name, tmp_path)
    vendor.vendor(tmp_path, "propexo_client")
    for number, block in enumerate(TESTS):
        (tmp_path / f"test_{number}.py").write_text(block.text)
    done: subprocess.CompletedProcess[str] = run_python(
        *("-m", "pytest", "-q", "-W", "error", "-pno:cacheprovider"),
        folder=tmp_path,
        interpreter=sys.executable,
        PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{sum(block.text.count('def test_') for block in TESTS)} passed" in done.stdout
