"""Post credits to Rentvine ledgers through Propexo, never twice and never lost.

Three words say what became of a post: *not sent* (`NotSent`: post again), *rejected* (`Rejected`:
fix it, then post again), *unknown* (`OutcomeUnknown`: never post again before reconciling).
"""

from ._engine.listing import AsyncListing, Listing
from ._engine.records import Record
from ._generated.models.charge import Charge
from ._generated.models.financial_account import FinancialAccount
from ._generated.models.payment import Payment
from ._generated.models.recurring_charge import RecurringCharge
from ._version import __version__
from .client import AsyncPropexo, Propexo
from .credits import AsyncCredits, Credits
from .environment import Environment
from .errors import (
    AlreadyPosted,
    ClientClosed,
    Forbidden,
    IdempotencyError,
    InvalidArgument,
    InvalidArgumentType,
    JournalRefused,
    JournalUnavailable,
    KeyInProgress,
    KeyReused,
    NoMatch,
    NotFound,
    NotSent,
    OutcomeUnknown,
    PropexoError,
    RateLimited,
    ReadFailed,
    Rejected,
    RequestError,
    SeveralMatches,
    StillPending,
    Unauthorized,
    WriteFailed,
    WritePartiallyFailed,
)
from .messages import Request, Response
from .results import AcceptedWrite, Mismatch, PostedWrite, ReadBack

__all__ = [
    "AcceptedWrite",
    "AlreadyPosted",
    "AsyncCredits",
    "AsyncListing",
    "AsyncPropexo",
    "Charge",
    "ClientClosed",
    "Credits",
    "Environment",
    "FinancialAccount",
    "Forbidden",
    "IdempotencyError",
    "InvalidArgument",
    "InvalidArgumentType",
    "JournalRefused",
    "JournalUnavailable",
    "KeyInProgress",
    "KeyReused",
    "Listing",
    "Mismatch",
    "NoMatch",
    "NotFound",
    "NotSent",
    "OutcomeUnknown",
    "Payment",
    "PostedWrite",
    "Propexo",
    "PropexoError",
    "RateLimited",
    "ReadBack",
    "ReadFailed",
    "Record",
    "RecurringCharge",
    "Rejected",
    "Request",
    "RequestError",
    "Response",
    "SeveralMatches",
    "StillPending",
    "Unauthorized",
    "WriteFailed",
    "WritePartiallyFailed",
    "__version__",
]
