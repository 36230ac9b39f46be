"""Opening connections: each request has its own.

Nothing is pooled: a socket that a process or an event loop opened is never seen by another, and no
response can be taken for that of another request.
"""

import threading
import time
from functools import partial

import anyio
import httpcore
import httpx
from anyio.lowlevel import RunVar

from . import wire
from .clock import Clock
from .connections import AsyncConnection, SyncConnection, faults
from .process import PerProcess
from .route import Route
from .stand_in import AsyncStandIn, SyncStandIn

_ALL_IN_USE = "all connections of this client are in use"


class SyncSockets:
    """Opens the connections of a blocking client: at most so many at a time in each process."""

    def __init__(self, route: Route, most: int) -> None:
        self._route = route
        self._places = PerProcess(lambda: threading.Semaphore(most))

    def connect(self, seconds: float) -> SyncConnection | SyncStandIn:
        """Open a connection. Raises `Broken`, also when that takes longer than `seconds`."""
        if _is_mocked():
            http = httpx.Client(verify=self._route.tls or False, trust_env=False)
            return SyncStandIn(http, Clock(), seconds, own=True)
        with faults():
            return self._connect(time.monotonic() + seconds)

    def close(self) -> None:
        """Do nothing: no connection is kept."""

    def _connect(self, until: float) -> SyncConnection:
        places = self._places.get()
        if not places.acquire(timeout=max(until - time.monotonic(), 0)):
            raise httpcore.PoolTimeout(_ALL_IN_USE)
        connection = SyncConnection(places.release)
        try:
            connection.perform(wire.reach(self._route), until)
        except BaseException:
            connection.close()
            raise
        connection.speaking = False
        return connection


class AsyncSockets:
    """Opens those of an asynchronous client: at most so many at a time in each event loop."""

    def __init__(self, route: Route, most: int) -> None:
        self._route = route
        self._most = most
        self._places = RunVar[anyio.CapacityLimiter]("places")

    async def connect(self, seconds: float) -> AsyncConnection | AsyncStandIn:
        """Open a connection. Raises `Broken`, also when that takes longer than `seconds`."""
        if _is_mocked():
            http = httpx.AsyncClient(verify=self._route.tls or False, trust_env=False)
            return AsyncStandIn(http, Clock(), seconds, own=True)
        with faults():
            return await self._connect(time.monotonic() + seconds)

    async def aclose(self) -> None:
        """Do nothing: no connection is kept."""

    async def _connect(self, until: float) -> AsyncConnection:
        connection = await self._take_place(until - time.monotonic())
        try:
            await connection.perform(wire.reach(self._route), until)
        except BaseException:
            await connection.aclose()
            raise
        connection.speaking = False
        return connection

    async def _take_place(self, seconds: float) -> AsyncConnection:
        places = self._places.get(None)
        if places is None:
            places = anyio.CapacityLimiter(self._most)
            self._places.set(places)
        borrower = object()
        with anyio.move_on_after(seconds):
            await places.acquire_on_behalf_of(borrower)
            return AsyncConnection(partial(places.release_on_behalf_of, borrower))
        raise httpcore.PoolTimeout(_ALL_IN_USE)


def _is_mocked() -> bool:
    """Whether a test has replaced a function by which httpx sends, as respx and pytest-httpx do.

    A connection of our own would never call it.
    """
    return not all(
        function.__module__.startswith(("httpx.", "httpcore."))
        for function in (
            httpcore.ConnectionPool.handle_request,
            httpcore.AsyncConnectionPool.handle_async_request,
            httpx.HTTPTransport.handle_request,
            httpx.AsyncHTTPTransport.handle_async_request,
            httpx.Client._transport_for_url,  # pyright: ignore[reportPrivateUsage]
            httpx.AsyncClient._transport_for_url,  # pyright: ignore[reportPrivateUsage]
        )
    )
