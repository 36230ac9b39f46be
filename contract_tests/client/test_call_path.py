"""The way of a credit through the code is short enough to be read in one sitting."""

import sys
from itertools import pairwise
from pathlib import Path
from types import FrameType

import propexo_client
from contract_tests.client.support import ACCEPTED, CREDIT, client

PACKAGE = Path(propexo_client.__file__).parent
COUNTED_APART = ("_contract", "_json.py", "testing")
"""What checks a response against the contract, and the clock of tests."""


def test_a_credit_takes_sixty_calls_and_twenty_changes_of_file() -> None:
    propexo, _, _ = client(ACCEPTED)
    propexo.credits.create(**CREDIT)  # the first one loads what the others find loaded
    seen: list[FrameType] = []
    files: list[Path] = []

    def count(frame: FrameType, event: str, _: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event != "call" or PACKAGE not in path.parents or frame in seen:
            return
        seen.append(frame)  # a generator is called once, and resumed after that
        if path.relative_to(PACKAGE).parts[0] not in COUNTED_APART:
            files.append(path)

    sys.setprofile(count)
    try:
        propexo.credits.create(**CREDIT)
    finally:
        sys.setprofile(None)
    assert 40 < len(files) <= 60
    assert sum(here != there for here, there in pairwise(files)) <= 20
