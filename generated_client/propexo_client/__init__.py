"""Post credits to Rentvine ledgers through Propexo, never twice and never lost.

Three words say what became of a post: *not sent* (`NotSent`: post again), *rejected* (`Rejected`:
mend it, then post again), *unknown* (`OutcomeUnknown`: never post again before reconciling).

Importing this package loads nothing else; each name is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import AsyncPropexo as AsyncPropexo
    from .client import Environment as Environment
    from .client import Propexo as Propexo
    from .errors import ClientClosed as ClientClosed
    from .errors import Forbidden as Forbidden
    from .errors import InvalidArgument as InvalidArgument
    from .errors import InvalidArgumentType as InvalidArgumentType
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
    from .records import Charge as Charge
    from .records import FinancialAccount as FinancialAccount
    from .records import Payment as Payment
    from .records import RecurringCharge as RecurringCharge
    from .results import AcceptedWrite as AcceptedWrite
    from .results import Mismatch as Mismatch
    from .results import PostedWrite as PostedWrite
    from .results import ReadBack as ReadBack
    from .wire import Request as Request
    from .wire import Response as Response

__version__ = "0.1.0"

_MODULES = {
    "client": ("AsyncPropexo", "Environment", "Propexo"),
    "errors": (
        "ClientClosed",
        "Forbidden",
        "InvalidArgument",
        "InvalidArgumentType",
        "NotFound",
        "NotSent",
        "OutcomeUnknown",
        "PropexoError",
        "RateLimited",
        "ReadFailed",
        "Rejected",
        "RequestError",
        "StillPending",
        "Unauthorized",
        "WriteFailed",
        "WritePartiallyFailed",
    ),
    "records": ("Charge", "FinancialAccount", "Payment", "RecurringCharge"),
    "results": ("AcceptedWrite", "Mismatch", "PostedWrite", "ReadBack"),
    "wire": ("Request", "Response"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """Load a public name from its module when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
