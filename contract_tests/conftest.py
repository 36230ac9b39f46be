"""What every test may use, and the document to judge by."""

import pytest

from contract_tests import conformance
from contract_tests.contract import exchanges as composed
from contract_tests.contract.exchanges import Exchange
from contract_tests.contract.judge import Judge
from scripts.document import reader
from scripts.document.slices import Content
from scripts.generate import GENERATED
from scripts.support.errors import PipelineError

collect_ignore = ["consumer"]
"""A project of its own, which a test runs as its owner would."""

DRAWN = ("requests", "responses")
"""What tests note with `record_property`, as a pair of the operation and how many."""

CONTRACT = pytest.StashKey[Content]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--contract`."""
    parser.addoption(
        "--contract",
        metavar="PATH|URL",
        help="judge what the client sends and reads by this OpenAPI document",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read the document before any test runs."""
    source = config.getoption("--contract")
    try:
        config.stash[CONTRACT] = reader.read(source or str(GENERATED / "contract.json")).content
    except PipelineError as error:
        raise pytest.UsageError(f"--contract: {error}") from None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many examples were drawn, and by which seed they can be drawn again."""
    reports = terminalreporter.getreports("passed")
    noted = [note for report in reports for note in report.user_properties]
    for kind in DRAWN:
        counts = [count for name, (_, count) in noted if name == kind]
        if counts:
            terminalreporter.write_line(
                f"{kind} drawn: {sum(counts)} for {len(counts)} operations, {min(counts)} or more"
                f" for each, by seed {terminalreporter.config.getoption('--hypothesis-seed')}"
            )


@pytest.fixture(scope="session")
def judge(request: pytest.FixtureRequest) -> Judge:
    """Judge by the client's own contract, or by the document of `--contract`."""
    return Judge(request.config.stash[CONTRACT])


@pytest.fixture(scope="session")
def own() -> Judge:
    """Judge by the client's own contract, whatever `--contract` says."""
    return Judge(conformance.contract())


@pytest.fixture(scope="session")
def exchanges() -> list[Exchange]:
    """Every exchange composed from the documentation."""
    return composed.load()


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio."""
    return "asyncio"
