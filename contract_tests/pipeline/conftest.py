"""What the tests of `make pin` share: a folder, and a server that responds as a test wants."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.loopback import Answer, serving
from contract_tests.pipeline.pinning import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def answers() -> dict[str, Answer]:
    return {}


@pytest.fixture
def server(answers: dict[str, Answer]) -> Iterator[str]:
    with serving(answers) as url:
        yield url
