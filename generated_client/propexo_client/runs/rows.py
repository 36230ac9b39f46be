"""One row of a credit run: a credit, checked before the first one is posted."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .._contract import checks
from .._engine.exchange import Session
from .._generated.api.credits import CommonCredits
from ..credits import CreditFlows
from ..errors import InvalidArgument, one_line
from ..journal import State
from ..journal.claims import check_key
from ..journal.events import SENDABLE
from ..messages import Request

OPERATION: Final = "create_resident_credit"

_MOST_SHOWN = 20
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a row: where, what stands there, why, and the remedy."""

    place: str
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        shown = f" {one_line(repr(self.value))}" if self.value else ""
        return f"{self.place}: {self.column}{shown}: {self.reason}"


class BadRows(InvalidArgument):
    """Rows cannot be posted as they are, so that none is. `problems` has all that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        shown = [str(problem) for problem in self.problems[:_MOST_SHOWN]]
        more = len(self.problems) - len(shown)
        last = [f"... and {more} more"] if more else []
        count = f"{len(self.problems)} problem{'s' * (len(self.problems) > 1)}"
        super().__init__("\n".join([*shown, *last, f"{count}; nothing was posted"]))


@dataclass(slots=True)
class Row:
    """One credit. `place` is where it stands: the line of a file, the number of an item.

    `state` is what the journal last said of its key, None where it was never used, and `job_id`
    the job that decides it; `record` is the charge by which the ledger was seen to show it. The
    rest is what is asked for, as it is sent.
    """

    place: int
    key: str
    integration_id: str
    lease_id: str
    financial_account_id: str
    amount_in_cents: int
    transaction_date: str
    description: str
    state: State | None = None
    job_id: str | None = None
    record: str | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The content, as it is sent, before any mark."""
        return {name: getattr(self, name) for name in _FIELDS}

    @property
    def is_to_send(self) -> bool:
        """Whether it is still to be posted, as the journal was last read."""
        return self.state is None or self.state in SENDABLE

    @property
    def twin_key(self) -> tuple[str, int, str]:
        """Lease, cents and day: two credits that share them may be one, entered twice."""
        return self.lease_id, self.amount_in_cents, self.transaction_date

    def request(self, timeout: float) -> Request:
        """Make the request that posts it, within so many seconds."""
        endpoint = checks.endpoints()[OPERATION]
        return Request.of(
            OPERATION, endpoint.method, endpoint.path, timeout=timeout, body=self.fields
        )


class _Checks(CommonCredits):
    """The client's own check of a credit, without a client."""

    _flows = CreditFlows(Session(timeout=1.0))


_prepare = _Checks().prepare
_FIELDS = (
    "integration_id",
    "lease_id",
    "financial_account_id",
    "amount_in_cents",
    "transaction_date",
    "description",
)
_REPEATED = ("integration_id", "financial_account_id", "transaction_date")
"""What many rows share, so that it is kept once."""


def checked(place: int, credit: Mapping[str, Any], name: str = "credit") -> Row | Problem:
    """Check one credit: `key`, and the arguments that `credits.create` takes for it."""
    fields = dict(credit)
    column = ""
    try:
        key = check_key(fields.pop("key", None))
        column = "description"
        _one_line_of_text(fields.get("description"))
        column = ""
        body = _prepare(**fields).body
    except InvalidArgument as error:
        column, _, reason = str(error).partition(": ") if not column else (column, "", str(error))
        column = column.replace("idempotency_key", "key")
        value = credit.get(column)
        return Problem(f"{name}:{place}", column, "" if value is None else str(value), reason)
    body |= {each: sys.intern(body[each]) for each in _REPEATED}
    return Row(place, key, **body)


def numbered(source: Iterable[Mapping[str, Any]]) -> Iterator[Row | Problem]:
    """Check credits that come from anywhere; they are numbered from 1."""
    for number, credit in enumerate(source, 1):
        yield checked(number, credit)


def _one_line_of_text(description: object) -> None:
    if isinstance(description, str) and _CONTROL.search(description):
        raise InvalidArgument("contains a line break or another control character; remove it")
