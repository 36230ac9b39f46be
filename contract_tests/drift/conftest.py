"""What all tests of drift share."""

import json

import pytest

from scripts.document.contract import with_usage
from scripts.document.operations import Operations
from scripts.document.slices import Content
from scripts.drift import __main__ as command

KNOWN: dict[tuple[str, str], Operations] = {}


@pytest.fixture(autouse=True)
def described_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find out once what the client does with a document: most tests have the same, the pin."""

    def found_once(document: Content, operations: Operations) -> Operations:
        key = json.dumps(document), repr(operations)
        if key not in KNOWN:
            KNOWN[key] = with_usage(document, operations)
        return KNOWN[key]

    monkeypatch.setattr(command, "with_usage", found_once)
