"""What a write gives back on its way: accepted, posted, read back."""

from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from .messages import Request, Response

R = TypeVar("R")
State: TypeAlias = Literal["confirmed", "mismatch", "incomplete", "no_record_id", "not_found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedWrite:
    """Propexo has queued the write; it is not booked yet. Keep `job_id`: it is all `wait` needs.

    With an idempotency key, `attempt` counts how often the key was sent, `replayed` says that an
    earlier call did it, and `recorded` whether the job is in the journal; a replay has no response.
    `contract_violations` lists where the response departs from the documented shape. `response` is
    what arrived, `raw` its body as parsed JSON.
    Source: Propexo's reference, "Create Resident Credit: Rentvine".
    """

    job_id: str
    request: Request
    response: Response | None = None
    idempotency_key: str | None = None
    attempt: int = 1
    replayed: bool = False
    recorded: bool = False
    contract_violations: tuple[str, ...] = ()
    raw: Any = field(default=None, repr=False)

    @property
    def request_id(self) -> str | None:
        """What the server calls this exchange, for a support ticket; None if it did not say."""
        return None if self.response is None else self.response.request_id


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedWrite:
    """The job ended in SUCCESS: the property-management system has booked the write.

    `job_id` is None for a key that is posted without a known job: a person said so, or its mark is
    on the ledger. `replayed` says that an earlier call with the key did it.
    `created_record_id` may be None, and may belong to another kind of record than expected:
    `read_back` checks. `request` is what was posted, or None when the job was followed by its id
    alone; `response` is the one that said so. Source: Propexo's reference, "Check the
    status of a write operation".
    """

    job_id: str | None
    created_record_id: str | None
    request: Request | None = None
    response: Response | None = None
    idempotency_key: str | None = None
    replayed: bool = False
    errors: tuple[str, ...] = ()
    contract_violations: tuple[str, ...] = ()
    raw: Any = field(default=None, repr=False)

    @property
    def request_id(self) -> str | None:
        """What the server calls this exchange, for a support ticket; None if it did not say."""
        return None if self.response is None else self.response.request_id


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One field that reads back other than it was sent."""

    field: str
    expected: object
    actual: object


@dataclass(frozen=True, kw_only=True)
class ReadBack(Generic[R]):
    """What the ledger shows of a posted write.

    `state` is "confirmed" when amount, lease and date were all found as sent; "mismatch" when one
    of them differs; "incomplete" when the record leaves one of them empty (`unchecked`);
    "no_record_id" when the job named no record; "not_found" when the record it named cannot be
    read here: not yet synchronized, or of another kind. None of them means that you may post again.
    """

    state: State
    record: R | None = None
    mismatches: tuple[Mismatch, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def confirmed(self) -> bool:
        """Whether the record was found and amount, lease and date are as sent."""
        return self.state == "confirmed"
