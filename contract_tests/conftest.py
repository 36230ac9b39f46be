"""What every test may use, and the document to judge by."""

import pytest

from contract_tests.contract import exchanges as recorded
from contract_tests.contract.exchanges import Exchange
from contract_tests.contract.judge import Judge
from scripts.document import operations, reader
from scripts.document.slices import Content
from scripts.generate import PACKAGE
from scripts.support.errors import PipelineError

collect_ignore = ["consumer"]
"""A project of its own, which a test runs as its owner would."""

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
        config.stash[CONTRACT] = reader.read(source or str(PACKAGE / "contract.json")).content
    except PipelineError as error:
        raise pytest.UsageError(f"--contract: {error}") from None


@pytest.fixture(scope="session")
def judge(request: pytest.FixtureRequest) -> Judge:
    """Judge by the client's own contract, or by the document of `--contract`."""
    return Judge(request.config.stash[CONTRACT], operations.load())


@pytest.fixture(scope="session")
def exchanges() -> list[Exchange]:
    """Every recorded exchange."""
    return recorded.load()


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio."""
    return "asyncio"
