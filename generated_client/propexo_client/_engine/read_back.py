"""Reading a posted write back, and comparing what the ledger shows with what was sent."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from ..errors import InvalidArgument, InvalidArgumentType, NotFound
from ..messages import Request
from ..results import Mismatch, ReadBack, State
from .flow import Flow, Sleep
from .records import Record
from .values import possible_days, seconds
from .writes import WriteFlows

R = TypeVar("R", bound=Record)

_PAUSE = 2.0


@dataclass(frozen=True)
class Comparison(Generic[R]):
    """How the record that `operation` creates shows what was sent.

    `sign` is what the amount is multiplied with on its way to the ledger, `date_field` the field
    that holds the day.
    """

    operation: str
    sign: int
    date_field: str

    def compare(self, record: R, record_id: str, request: Request) -> ReadBack[R]:
        """Check id, amount, lease and date of `record` against what was asked for and sent."""
        sent = request.body
        wanted = {
            "id": record_id,
            "amount_in_cents": self.sign * sent["amount_in_cents"],
            "lease_id": sent["lease_id"],
            self.date_field: sent[self.date_field],
        }
        found = {name: getattr(record, name) for name in wanted}
        unchecked = tuple(name for name, value in found.items() if value in (None, ""))
        mismatches = tuple(
            Mismatch(name, wanted[name], value)
            for name, value in found.items()
            if name not in unchecked and not self._agree(name, wanted[name], value)
        )
        state: State = "mismatch" if mismatches else "incomplete" if unchecked else "confirmed"
        return ReadBack(state=state, record=record, mismatches=mismatches, unchecked=unchecked)

    def _agree(self, name: str, wanted: object, value: object) -> bool:
        if name != self.date_field:
            return wanted == value
        return same_day(str(wanted), str(value))


def same_day(sent: str, read: str) -> bool:
    """Whether a date that was read can be the day of the date that was sent."""
    try:
        return date.fromisoformat(read[:10]) in possible_days(sent)
    except ValueError:
        return False


class ReadBackFlows(WriteFlows, Generic[R]):
    """A kind of write that can be read back as a record."""

    _comparison: Comparison[R]

    def read_back(
        self, *, created_record_id: str | None, request: Request, timeout: float = 0.0
    ) -> Flow[ReadBack[R]]:
        """Find the record of a posted write; check its amount, lease and date against `request`.

        `created_record_id` comes from `wait`; `request` is what was posted. Looks again for up to
        `timeout` seconds while the record is not there (0: look once, within the client's own
        timeout). Source: Propexo's reference, "Check the status of a write operation".
        """
        seconds("timeout", timeout, zero=True)
        deadline = self._session.deadline(timeout or self._session.timeout)
        self._of_this_kind(request)
        if created_record_id is None:
            return ReadBack(state="no_record_id")
        last_look = timeout == 0
        while (left := self._session.left(deadline)) > 0:
            try:
                record = yield from self._read(created_record_id, left)
            except NotFound:
                left = self._session.left(deadline)
                if last_look:
                    break
                longest = left - min(_PAUSE, left / 2)
                last_look = longest <= _PAUSE
                yield Sleep(max(0.0, min(_PAUSE, longest)))
            else:
                return self._comparison.compare(record, created_record_id, request)
        return ReadBack(state="not_found")

    def _of_this_kind(self, request: object) -> Request:
        if not isinstance(request, Request):
            raise InvalidArgumentType(
                f"request: pass that of a result or an error, or one from prepare, "
                f"not {type(request).__name__}"
            )
        if request.operation != self._comparison.operation:
            raise InvalidArgument(
                f"request: is that of {request.operation}, not of {self._comparison.operation}"
            )
        return request

    @abstractmethod
    def _read(self, record_id: str, timeout: float) -> Flow[R]:
        """Read the record with this id, within `timeout` seconds."""
