"""The document to judge by: the client's own contract, or the one of `--contract`."""

import json

import pytest

from contract_tests.contract import exchanges as recorded
from contract_tests.contract.exchanges import Exchange
from contract_tests.contract.judge import Judge
from scripts import documents, operations
from scripts.generate import PACKAGE


@pytest.fixture(scope="session")
def judge(request: pytest.FixtureRequest) -> Judge:
    """Judge by the contract, or by the document given with `--contract PATH|URL`."""
    source = request.config.getoption("--contract")
    content = (
        documents.read(source).content
        if source
        else json.loads((PACKAGE / "contract.json").read_bytes())
    )
    return Judge(content, operations.load())


@pytest.fixture(scope="session")
def exchanges() -> list[Exchange]:
    """Every recorded exchange."""
    return recorded.load()
