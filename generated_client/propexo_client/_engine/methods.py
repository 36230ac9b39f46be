"""From flows to methods: each flow is written once and offered twice, blocking and awaitable.

class Credits(Resource[CreditFlows]):
    create = blocking(CreditFlows.create)

class AsyncCredits(AsyncResource[CreditFlows]):
    create = awaitable(CreditFlows.create)
"""

import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, get_args, get_type_hints

from ..records import Record
from .flow import Flow
from .http import AsyncTransport, SyncTransport
from .pages import Pages

F = TypeVar("F")
F_co = TypeVar("F_co", covariant=True)
P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=Record)


class Resource(Generic[F_co]):
    """A group of flows, run blocking."""

    def __init__(self, flows: F_co, transport: SyncTransport) -> None:
        self._flows = flows
        self._transport = transport


class AsyncResource(Generic[F_co]):
    """A group of flows, run asynchronously."""

    def __init__(self, flows: F_co, transport: AsyncTransport) -> None:
        self._flows = flows
        self._transport = transport


def blocking(
    flow: Callable[Concatenate[F, P], Flow[T]],
) -> Callable[Concatenate[Resource[F], P], T]:
    """Offer a flow as a method that blocks until the flow ends."""

    @wraps(flow)
    def method(self: Resource[F], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._transport.run(flow(self._flows, *args, **kwargs))

    return _described(method, flow)


def awaitable(
    flow: Callable[Concatenate[F, P], Flow[T]],
) -> Callable[Concatenate[AsyncResource[F], P], Coroutine[Any, Any, T]]:
    """Offer a flow as a coroutine method."""

    @wraps(flow)
    async def method(self: AsyncResource[F], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._transport.run(flow(self._flows, *args, **kwargs))

    return _described(method, flow)


def iterating(
    pages: Callable[Concatenate[F, P], Pages[R]],
) -> Callable[Concatenate[Resource[F], P], Iterator[R]]:
    """Offer pages as a method that returns a lazy iterator over their rows."""

    @wraps(pages)
    def method(self: Resource[F], /, *args: P.args, **kwargs: P.kwargs) -> Iterator[R]:
        return _rows(pages(self._flows, *args, **kwargs), self._transport)

    return _described(method, pages, Iterator)


def async_iterating(
    pages: Callable[Concatenate[F, P], Pages[R]],
) -> Callable[Concatenate[AsyncResource[F], P], AsyncIterator[R]]:
    """Offer pages as a method that returns a lazy asynchronous iterator over their rows."""

    @wraps(pages)
    def method(self: AsyncResource[F], /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[R]:
        return _rows_async(pages(self._flows, *args, **kwargs), self._transport)

    return _described(method, pages, AsyncIterator)


def immediate(
    call: Callable[Concatenate[F, P], T],
) -> Callable[Concatenate[Resource[F] | AsyncResource[F], P], T]:
    """Offer a plain call, which neither sends nor waits, on both kinds of resource."""

    @wraps(call)
    def method(self: Resource[F] | AsyncResource[F], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return call(self._flows, *args, **kwargs)

    return _described(method, call)


def _rows(pages: Pages[R], transport: SyncTransport) -> Iterator[R]:
    while not pages.finished:
        yield from transport.run(pages.turn())


async def _rows_async(pages: Pages[R], transport: AsyncTransport) -> AsyncIterator[R]:
    while not pages.finished:
        for row in await transport.run(pages.turn()):
            yield row


M = TypeVar("M", bound=Callable[..., Any])


def _described(method: M, flow: Callable[..., Any], wrapped_in: Any = None) -> M:
    """Give `method` the signature a caller sees: fields one by one, and the flow's result."""
    signature = inspect.signature(flow)
    shown: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            shown += _fields(*get_args(parameter.annotation))
        else:
            shown.append(parameter)
    result = (get_args(signature.return_annotation) or (signature.return_annotation,))[-1]
    vars(method)["__signature__"] = signature.replace(
        parameters=shown, return_annotation=wrapped_in[result] if wrapped_in else result
    )
    return method


def _fields(kind: type) -> list[inspect.Parameter]:
    required: frozenset[str] = kind.__required_keys__  # type: ignore[attr-defined]
    return [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if name in required else None,
            annotation=hint if name in required else hint | None,
        )
        for name, hint in get_type_hints(kind).items()
    ]
