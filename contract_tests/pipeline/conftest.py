"""What the tests of `make pin` share: a folder, and a server that responds as a test wants."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.loopback import Response, serving
from contract_tests.pipeline.pinning import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def responses() -> dict[str, Response]:
    return {}


@pytest.fixture
def server(responses: dict[str, Response]) -> Iterator[str]:
    with serving(responses) as url:
        yield url
