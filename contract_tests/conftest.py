"""What every test may use."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio."""
    return "asyncio"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--contract`."""
    parser.addoption(
        "--contract",
        metavar="PATH|URL",
        help="judge what the client sends and reads by this OpenAPI document",
    )
