"""Ways from a client to a fake: blocking and not, in process, on a socket, in forked children."""

import asyncio
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeAlias

import pytest

from propexo_client import AsyncPropexo, Environment, Propexo, PropexoError
from propexo_client.testing import FakePropexo, Fault

Run: TypeAlias = Callable[..., Any]

IMPATIENT = 0.3
"""Seconds a client waits for a real server that does not respond."""


class World:
    """A client of `fake`, reached in one of the four ways."""

    def __init__(self, fake: FakePropexo, *, is_async: bool, url: str | None, **options: Any):
        self.fake = fake
        options = {"clock": fake.clock, **options}
        if url is None:
            options = {
                "environment": Environment.SANDBOX,
                "transport": fake.transport(),
                **options,
            }
        else:
            options = {"environment": url, **options}
        self._runner = asyncio.Runner() if is_async else None
        self.client = (AsyncPropexo if is_async else Propexo)(fake.token, **options)

    def call(self, name: str, *args: Any, resource: str = "credits", **kwargs: Any) -> Any:
        """Call a method of a resource, and return its result or the error of ours it raised."""
        method = getattr(getattr(self.client, resource), name)
        try:
            if self._runner is None:
                return method(*args, **kwargs)
            return self._runner.run(_await(method, *args, **kwargs))
        except PropexoError as error:
            return error

    def run(self, flow: Any) -> Any:
        """Run a flow, as the methods of the client do."""
        if self._runner is None:
            return self.client._transport.run(flow)
        return self._runner.run(self.client._transport.run(flow))

    @contextmanager
    def holding_a_connection(self) -> Iterator[None]:
        """Keep one of the client's connections open, and unused, for a while."""
        network: Any = self.client._transport._network
        runner = self._runner
        if runner is None:
            connection = network.link()
            connection.connect(5)
        else:
            connection = runner.run(_connected(network))
        try:
            yield
        finally:
            if runner is None:
                connection.close()
            else:
                runner.run(connection.aclose())

    def close(self) -> None:
        """Close the client."""
        if isinstance(self.client, Propexo):
            self.client.close()
        elif self._runner is not None:
            self._runner.run(self.client.aclose())
            self._runner.close()


class Children(World):
    """The same, but each call is made by a child, forked while a connection is open."""

    def call(self, name: str, *args: Any, resource: str = "credits", **kwargs: Any) -> Any:
        """Call a method in a child, and return what came of it there."""
        with self.holding_a_connection():
            return in_a_child(lambda: self._call_anew(name, *args, resource=resource, **kwargs))

    def _call_anew(self, *args: Any, **kwargs: Any) -> Any:
        if self._runner is not None:  # an event loop is not for two processes
            self._runner = asyncio.Runner()
        return super().call(*args, **kwargs)


def in_a_child(work: Callable[[], Any]) -> Any:
    """Have a forked child do `work`, and return its result."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(work(), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        result = pipe.read()
    os.waitpid(child, 0)
    assert result, "the child has died"
    return pickle.loads(result)


def patience(fault: Fault) -> float:
    """Return the timeout in seconds to meet `fault` with: short where the whole of it passes."""
    return IMPATIENT if "TIMEOUT" in fault.name else 30.0


async def _connected(network: Any) -> Any:
    connection = network.link()
    await connection.connect(5)
    return connection


async def _await(method: Any, *args: Any, **kwargs: Any) -> Any:
    return await method(*args, **kwargs)


@contextmanager
def world(
    fake: FakePropexo, *, is_async: bool = False, url: str | None = None, **options: Any
) -> Iterator[World]:
    """Make a world for the length of a `with` block."""
    made = World(fake, is_async=is_async, url=url, **options)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def in_process(fake: FakePropexo, *, is_async: bool, **options: Any) -> Iterator[World]:
    """Reach `fake` without a socket."""
    with world(fake, is_async=is_async, **options) as made:
        yield made


@contextmanager
def on_loopback(fake: FakePropexo, *, is_async: bool, **options: Any) -> Iterator[World]:
    """Reach `fake` through a real server."""
    with fake.serve() as server, world(fake, is_async=is_async, url=server.url, **options) as made:
        yield made


@contextmanager
def in_children(fake: FakePropexo, *, is_async: bool, **options: Any) -> Iterator[World]:
    """Reach `fake` through a real server, from children forked while the client is in use."""
    with fake.serve() as server:
        made = Children(fake, is_async=is_async, url=server.url, **options)
        try:
            yield made
        finally:
            made.close()


def real(url: str, *, is_async: bool, **options: Any) -> AbstractContextManager[World]:
    """Reach a server that is no fake, in real time."""
    return world(FakePropexo(), is_async=is_async, url=url, clock=None, **options)


FORKS = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
EVERY_PLACE = pytest.mark.parametrize(
    "place",
    [in_process, on_loopback, pytest.param(in_children, marks=[pytest.mark.slow, FORKS])],
)
EVERY_CLIENT = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
