"""Post credits to Rentvine ledgers through Propexo, never twice and never lost.

Three words say what became of a post: *not sent* (`NotSent`: post again), *rejected* (`Rejected`:
mend it, then post again), *unknown* (`OutcomeUnknown`: never post again before reconciling).

Importing this package loads nothing else; each name is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__ as __version__

if TYPE_CHECKING:
    from .client import AsyncPropexo as AsyncPropexo
    from .client import Propexo as Propexo
    from .environment import Environment as Environment
    from .errors import AlreadyPosted as AlreadyPosted
    from .errors import ClientClosed as ClientClosed
    from .errors import Forbidden as Forbidden
    from .errors import IdempotencyError as IdempotencyError
    from .errors import InvalidArgument as InvalidArgument
    from .errors import InvalidArgumentType as InvalidArgumentType
    from .errors import JournalRefused as JournalRefused
    from .errors import JournalUnavailable as JournalUnavailable
    from .errors import KeyInProgress as KeyInProgress
    from .errors import KeyReused as KeyReused
    from .errors import NotFound as NotFound
    from .errors import NotSent as NotSent
    from .errors import OutcomeUnknown as OutcomeUnknown
    from .errors import PropexoError as PropexoError
    from .errors import RateLimited as RateLimited
    from .errors import ReadFailed as ReadFailed
    from .errors import Rejected as Rejected
    from .errors import RequestError as RequestError
    from .errors import StillPending as StillPending
    from .errors import Unauthorized as Unauthorized
    from .errors import WriteFailed as WriteFailed
    from .errors import WritePartiallyFailed as WritePartiallyFailed
    from .messages import Request as Request
    from .messages import Response as Response
    from .records import Charge as Charge
    from .records import FinancialAccount as FinancialAccount
    from .records import Payment as Payment
    from .records import RecurringCharge as RecurringCharge
    from .results import AcceptedWrite as AcceptedWrite
    from .results import Mismatch as Mismatch
    from .results import PostedWrite as PostedWrite
    from .results import ReadBack as ReadBack

_MODULES = ("errors", "environment", "results", "records", "client")

__all__ = [
    "AcceptedWrite",
    "AlreadyPosted",
    "AsyncPropexo",
    "Charge",
    "ClientClosed",
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
    "Mismatch",
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
    "RecurringCharge",
    "Rejected",
    "Request",
    "RequestError",
    "Response",
    "StillPending",
    "Unauthorized",
    "WriteFailed",
    "WritePartiallyFailed",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, from the lightest module that has it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    for module in _MODULES:
        loaded = import_module(f".{module}", __name__)
        if hasattr(loaded, name):
            globals()[name] = getattr(loaded, name)
            break
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
