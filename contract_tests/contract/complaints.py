"""What is wrong with a request or a response: operation, side, field, and both documents' words."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Complaint:
    """One departure. `before` is what our contract says of the field, `after` what is judged by."""

    operation: str
    side: str
    field: str
    problem: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.side, self.field)))
        lines = [": ".join(filter(None, (self.operation, where, self.problem)))]
        if self.before != self.after:
            lines += [f"    before: {self.before}", f"    after:  {self.after}"]
        elif self.after:
            lines += [f"    contract: {self.after}"]
        return "\n".join(lines)


def refuse(complaints: Iterable[object], context: str = "") -> None:
    """Fail the test with every complaint whole, and once."""
    lines = list(dict.fromkeys(map(str, complaints)))
    if lines:
        pytest.fail("\n".join([*lines, context] if context else lines), pytrace=False)
