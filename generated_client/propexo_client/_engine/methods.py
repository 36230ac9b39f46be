"""From flows to methods: what every generated group inherits, blocking and awaitable.

A generated method checks its arguments by making a request, and has the flow for it run.
"""

import inspect
from collections.abc import Callable
from difflib import get_close_matches
from functools import wraps
from typing import Any, Generic, TypeVar, cast

from ..errors import InvalidArgumentType
from ..messages import Request
from ..results import AcceptedWrite, PostedWrite, ReadBack
from .http import AsyncTransport, SyncTransport
from .listing import AsyncListing, Listing
from .pages import Pages
from .read_back import ReadBackFlows
from .records import Record
from .writes import FOLLOW_SECONDS, POLL_SECONDS, WriteFlows

F = TypeVar("F")
W = TypeVar("W", bound=WriteFlows)
L = TypeVar("L", bound=ReadBackFlows[Any])
M = TypeVar("M", bound=Callable[..., Any])
R = TypeVar("R", bound=Record)
T = TypeVar("T")


def named_arguments(method: M) -> M:
    """Turn a call that Python refuses into an `InvalidArgumentType` that names the argument.

    Type checkers and editors see the method itself.
    """

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except TypeError as error:
            # The method's own frame is missing only when it was never entered.
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise
            refusal = InvalidArgumentType(_refusal(method, args, kwargs))
        raise refusal

    if inspect.iscoroutinefunction(method):

        @wraps(method)
        async def call_async(*args: Any, **kwargs: Any) -> Any:
            return await call(*args, **kwargs)

        return cast(M, call_async)
    return cast(M, call)


def _refusal(method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    owner = type(args[0]).__name__ if args else method.__qualname__.rpartition(".")[0]
    name = f"{owner}.{method.__name__}"
    _, *parameters = inspect.signature(method).parameters.values()
    known = [parameter.name for parameter in parameters]
    for given in kwargs:
        if given not in known:
            near = get_close_matches(given, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; it takes {', '.join(known)}"
            return f"{given}: {name}() takes no such argument{hint}"
    positional = [each for each in parameters if each.kind is not each.KEYWORD_ONLY]
    if len(args) - 1 > len(positional):
        return f"{name}(): pass arguments by name, as in {known[0]}=..."
    given_names = {*kwargs, *(each.name for each in positional[: len(args) - 1])}
    missing = [
        each.name
        for each in parameters
        if each.default is each.empty and each.name not in given_names
    ]
    if missing:
        return f"{', '.join(missing)}: {name}() needs {'it' if len(missing) == 1 else 'them'}"
    return f"{name}(): an argument was given twice"


class Resource(Generic[F]):
    """A group of flows, run blocking."""

    def __init__(self, flows: F, transport: SyncTransport) -> None:
        self._flows = flows
        self._transport = transport
        self._run = transport.run

    def _listing(self, pages: Pages[R]) -> Listing[R]:
        return Listing(pages, self._transport)


class AsyncResource(Generic[F]):
    """A group of flows, run asynchronously."""

    def __init__(self, flows: F, transport: AsyncTransport) -> None:
        self._flows = flows
        self._transport = transport
        self._run = transport.run

    def _listing(self, pages: Pages[R]) -> AsyncListing[R]:
        return AsyncListing(pages, self._transport)


class WriteResource(Resource[W]):
    """What every kind of write can do once it is accepted."""

    @named_arguments
    def wait(
        self, job_id: str, *, timeout: float = FOLLOW_SECONDS, poll_interval: float = POLL_SECONDS
    ) -> PostedWrite:
        """Follow a write to its end. The job id alone is enough, now or in another process.

        Raises `WriteFailed`, `WritePartiallyFailed`, or `StillPending` when the job has not
        verifiably ended by then; never anything that invites a second post. Sends `GET
        /v1/admin/write-status/{job_id}`.

        Args:
            job_id: The id that `create` returned.
            timeout: Most seconds to follow the job; 0 looks once.
            poll_interval: Seconds before the second look; later pauses grow.

        """
        return self._run(self._flows.wait(job_id, timeout=timeout, poll_interval=poll_interval))

    @named_arguments
    def retry_write(self, job_id: str, *, timeout: float | None = None) -> AcceptedWrite:
        """Have Propexo run a failed job again; follow the new job id that comes back.

        Only for jobs that ended in FAILURE. This moves money as a post does, and ends in the same
        outcomes. Sends `POST /v1/admin/retry-write/{job_id}`.

        Args:
            job_id: The id of the job that failed.
            timeout: Most seconds the call may take; the client's own if left out.

        """
        return self._run(self._flows.retry_write(job_id, timeout=timeout))


class AsyncWriteResource(AsyncResource[W]):
    """What every kind of write can do once it is accepted, awaitable."""

    @named_arguments
    async def wait(
        self, job_id: str, *, timeout: float = FOLLOW_SECONDS, poll_interval: float = POLL_SECONDS
    ) -> PostedWrite:
        """Follow a write to its end. The job id alone is enough, now or in another process.

        Raises `WriteFailed`, `WritePartiallyFailed`, or `StillPending` when the job has not
        verifiably ended by then; never anything that invites a second post. Sends `GET
        /v1/admin/write-status/{job_id}`.

        Args:
            job_id: The id that `create` returned.
            timeout: Most seconds to follow the job; 0 looks once.
            poll_interval: Seconds before the second look; later pauses grow.

        """
        return await self._run(
            self._flows.wait(job_id, timeout=timeout, poll_interval=poll_interval)
        )

    @named_arguments
    async def retry_write(self, job_id: str, *, timeout: float | None = None) -> AcceptedWrite:
        """Have Propexo run a failed job again; follow the new job id that comes back.

        Only for jobs that ended in FAILURE. This moves money as a post does, and ends in the same
        outcomes. Sends `POST /v1/admin/retry-write/{job_id}`.

        Args:
            job_id: The id of the job that failed.
            timeout: Most seconds the call may take; the client's own if left out.

        """
        return await self._run(self._flows.retry_write(job_id, timeout=timeout))


class LedgerResource(WriteResource[L], Generic[L, R]):
    """A kind of write that can be read back from the ledger."""

    @named_arguments
    def read_back(
        self, *, created_record_id: str | None, request: Request, timeout: float = 0.0
    ) -> ReadBack[R]:
        """Find the record of a posted write; check its amount, lease and date against `request`.

        Args:
            created_record_id: From the result of `wait`.
            request: What was posted: `.request` of an accepted write, or from `prepare`.
            timeout: Seconds to look again while the record is not there; 0 looks once.

        """
        return self._run(
            self._flows.read_back(
                created_record_id=created_record_id, request=request, timeout=timeout
            )
        )


class AsyncLedgerResource(AsyncWriteResource[L], Generic[L, R]):
    """A kind of write that can be read back from the ledger, awaitable."""

    @named_arguments
    async def read_back(
        self, *, created_record_id: str | None, request: Request, timeout: float = 0.0
    ) -> ReadBack[R]:
        """Find the record of a posted write; check its amount, lease and date against `request`.

        Args:
            created_record_id: From the result of `wait`.
            request: What was posted: `.request` of an accepted write, or from `prepare`.
            timeout: Seconds to look again while the record is not there; 0 looks once.

        """
        return await self._run(
            self._flows.read_back(
                created_record_id=created_record_id, request=request, timeout=timeout
            )
        )
