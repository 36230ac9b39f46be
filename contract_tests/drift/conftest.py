"""What all tests of drift share."""

import json
from pathlib import Path
from typing import Any

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.command import Run
from contract_tests.drift.vendor_site import Site
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


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, base: Any = None, candidate: Any = None) -> int:
        for name, content in (
            ("base", base or tiny.document()),
            ("candidate", candidate or tiny.document()),
        ):
            Path(f"{name}.json").write_text(
                content if isinstance(content, str) else json.dumps(content)
            )
        return command.main(["--base", "base.json", "--against", "candidate.json", *arguments])

    return run


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)
