"""How often to kill, by which seed, and the figures that a run prints."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from contract_tests.crash.vendor import ALL_TROUBLES, Vendor
from contract_tests.journal.servers import NoServer, postgres
from propexo_client.journal import Journal
from propexo_client.journal.postgres import PostgresJournal

KILLS = int(os.environ.get("KILLS") or 500)
"""SIGKILLs of workers with keys, over all settings; as many a setting hit the naive way."""

SEED = int(os.environ.get("SEED") or 1)
FIGURES = "figures"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured, a line for each test that measured something."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    for name, value in (note for report in reports for note in report.user_properties):
        if name == FIGURES:
            terminalreporter.write_line(value[1])


@pytest.fixture
def figures(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Callable[[str], None]:
    """Note a line to be printed at the end."""
    name = request.node.name
    return lambda line: record_property(FIGURES, (name, line))


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """Serve a vendor that makes trouble."""
    vendor = Vendor(SEED, ALL_TROUBLES)
    with vendor.listening():
        yield vendor


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """Start PostgreSQL, or skip where there is none."""
    try:
        with postgres() as url:
            yield url
    except NoServer as error:
        pytest.skip(str(error))


@pytest.fixture(params=["file", "postgres"])
def places(request: pytest.FixtureRequest, vendor: Vendor, tmp_path: Path) -> tuple[str, ...]:
    """Make a journal for the vendor, and give its names: a file has two."""
    if request.param == "file":
        first, second = tmp_path / "credits.journal", tmp_path / "other.name"
        Journal.init(first, environment=vendor.url, ephemeral=True)
        second.hardlink_to(first)
        return str(first), str(second)
    url: str = request.getfixturevalue("database")
    schema = f"crash_{tmp_path.name}".lower().replace("[", "_").replace("]", "")[:60]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
    place = f"{url}&options=-csearch_path%3D{schema}"
    PostgresJournal.init(place, environment=vendor.url)
    return (place,)
