"""Connections of their own for all requests, at most so many at a time.

Nothing is pooled: a socket that a process or an event loop opened is never seen by another, and no
response can be taken for that of another request.
"""

import os

import anyio
import httpcore
import httpx
from anyio.lowlevel import RunVar

from .clock import Clock
from .connections import AsyncConnection, Places, SyncConnection
from .route import Route
from .stand_in import AsyncStandIn, SyncStandIn


class SyncSockets:
    """Makes the connections of a blocking client: at most so many at a time in each process."""

    def __init__(self, route: Route, most: int) -> None:
        self._route = route
        self._most = most
        self._places, self._process = Places(most), os.getpid()

    def link(self) -> SyncConnection | SyncStandIn:
        """Make a connection that is not open yet."""
        if _is_mocked():
            http = httpx.Client(verify=self._route.tls or False, trust_env=False)
            return SyncStandIn(http, Clock(), own=True)
        if self._process != os.getpid():  # a lock may have been held at the moment of the fork
            self._places, self._process = Places(self._most), os.getpid()
        return SyncConnection(self._route, self._places)

    def close(self) -> None:
        """Do nothing: no connection is kept."""


class AsyncSockets:
    """Makes those of an asynchronous client: at most so many at a time in each event loop."""

    def __init__(self, route: Route, most: int) -> None:
        self._route = route
        self._most = most
        self._places = RunVar[anyio.CapacityLimiter]("places")

    def link(self) -> AsyncConnection | AsyncStandIn:
        """Make a connection that is not open yet."""
        if _is_mocked():
            http = httpx.AsyncClient(verify=self._route.tls or False, trust_env=False)
            return AsyncStandIn(http, Clock(), own=True)
        places = self._places.get(None)
        if places is None:
            places = anyio.CapacityLimiter(self._most)
            self._places.set(places)
        return AsyncConnection(self._route, places)

    async def aclose(self) -> None:
        """Do nothing: no connection is kept."""


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
