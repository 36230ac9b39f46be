"""From the request that a contract describes to the call of the client that should send it."""

import functools
import inspect
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args

from propexo_client import AsyncPropexo, Environment, Propexo
from scripts.document import operations
from scripts.document.operations import Operation, parameter_names

CENTS = "amount_in_cents"
PAGE_SIZE, OFFSET, ORDER = PAGING = "limit", "offset", "order-by"
"""What the client sends with every list; a caller chooses all but the offset."""

_FOLLOWING = {"get_write_status": ("credits", "wait"), "retry_write": ("credits", "retry_write")}
"""Called otherwise than their operation: every group of writes has these two."""


@dataclass(frozen=True)
class Inputs:
    """What one request carries, in the words of the contract."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """One call: `client.<group>.<method>(*args, **kwargs)`."""

    group: str
    method: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    args: tuple[Any, ...] = ()

    def __str__(self) -> str:
        given = [*map(repr, self.args), *(f"{k}={v!r}" for k, v in self.kwargs.items())]
        return f"{self.group}.{self.method}({', '.join(given)})"

    def run(self, client: Propexo) -> Any:
        """Make the call, and read a list to its end."""
        result = self._on(client)
        return list(result) if isinstance(result, Iterator) else result

    async def run_async(self, client: AsyncPropexo) -> Any:
        """Make the same call on the asynchronous client, to its end."""
        result = self._on(client)
        if isinstance(result, AsyncIterator):
            return [row async for row in result]
        return await result if isinstance(result, Awaitable) else result

    def _on(self, client: Propexo | AsyncPropexo) -> Any:
        return getattr(getattr(client, self.group), self.method)(*self.args, **self.kwargs)


def call(operation: Operation, inputs: Inputs, *, dollars: bool = False) -> Call:
    """Make the call that should send `inputs`, its amount in cents or in dollars."""
    kwargs = {
        argument_name(operation, name): _argument(annotation(operation, name), value)
        for name, value in {**inputs.query, **inputs.body}.items()
    }
    if dollars and CENTS in kwargs:
        kwargs["amount"] = Decimal(kwargs.pop(CENTS)).scaleb(-2)
    path = tuple(inputs.path[name] for name in parameter_names(operation.path))
    group, method = _method(operation)
    return Call(group, method, kwargs, path)


def is_argument(operation: Operation, where: str, name: str) -> bool:
    """Whether a caller can say what a field or parameter is to be."""
    return where == "path" or argument_name(operation, name) in _signature(operation)


def argument_name(operation: Operation, name: str) -> str:
    """Say what the client calls a field or a query parameter."""
    wanted = "page_size" if name == PAGE_SIZE else name.replace("-", "_")
    return wanted if wanted in _signature(operation) else f"{wanted}_"


def annotation(operation: Operation, name: str) -> Any:
    """Say which type of argument the client takes for a field or a query parameter."""
    return _signature(operation)[argument_name(operation, name)].annotation


def takes(annotation: Any, kind: type) -> bool:
    """Whether an argument may be of this type."""
    return annotation is kind or kind in get_args(annotation)


@functools.cache
def _signature(operation: Operation) -> Mapping[str, inspect.Parameter]:
    group, method = _method(operation)
    return inspect.signature(getattr(getattr(_client(), group), method), eval_str=True).parameters


@functools.cache
def _client() -> Propexo:
    return Propexo("not-a-token", environment=Environment.SANDBOX)


@functools.cache
def _method(operation: Operation) -> tuple[str, str]:
    if operation.name in _FOLLOWING:
        return _FOLLOWING[operation.name]
    group, verb = operation.group, operation.name.partition("_")[0]
    alike = [
        o
        for o in operations.load().operations
        if o.group == group and o.name.startswith(f"{verb}_")
    ]
    return group, verb if len(alike) == 1 else operation.name


def _argument(kind: Any, value: Any) -> Any:
    if takes(kind, date):
        return moment_or_day(value)
    if takes(kind, bool) and isinstance(value, str):
        return value == "true"  # a flag in a query
    return int(value) if takes(kind, int) else value


def moment_or_day(text: str) -> date:
    """Read a date as it is on the wire."""
    return (
        date.fromisoformat(text) if len(text) == len("2024-01-31") else datetime.fromisoformat(text)
    )
