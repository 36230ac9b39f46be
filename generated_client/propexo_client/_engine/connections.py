"""Connections on real sockets: each for one request, and all of it before a deadline.

They carry out the operations of `wire`, one blocking, one awaitable.
"""

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import cast
from weakref import WeakSet

import anyio
import h11
import httpcore
import httpx

from . import wire
from .arrival import Arrival, Broken, TooLarge
from .route import Route
from .wire import Dial, Operation, Operations, Read, StartTls, Write

_FAULTS = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    h11.ProtocolError,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    OSError,
    zlib.error,
    TooLarge,
)
"""What a network can raise. Anything else is somebody's interruption, or a mistake of ours."""

_QUOTING = (httpcore.ProtocolError, h11.ProtocolError, zlib.error)

_BACKEND: httpcore.NetworkBackend = httpcore.SyncBackend()
_ASYNC_BACKEND = cast(httpcore.AsyncNetworkBackend, httpcore.AnyIOBackend())

_PIECE = 16 * 1024
_BUFFER = 64 * 1024
_GLANCE = 0.001
_ALL_IN_USE = "all connections of this client are in use"


@contextmanager
def faults() -> Generator[None]:
    """Raise what a network raises as `Broken`."""
    try:
        yield
    except _FAULTS as error:
        raise Broken(error, quoting=isinstance(error, _QUOTING)) from None


class Connection:
    """One connection. `speaking` as soon as the first byte of a request may have left."""

    def __init__(self, route: Route) -> None:
        self.speaking = False
        self._route = route
        self._until = 0.0

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.TimeoutException("the time for the call is over")
        return left


class Places:
    """So many connections may be open at a time. Safe to share between threads.

    Connections are counted by who they are, so none can be counted twice or for ever: giving back
    may be repeated, and whatever an interruption makes disappear holds no place.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._change = threading.Condition()
        self._holders = WeakSet[Connection]()

    def take(self, holder: Connection, seconds: float) -> None:
        """Take a place; wait for it if all are taken. Raises `PoolTimeout`."""
        with self._change:
            if not self._change.wait_for(lambda: len(self._holders) < self._most, max(seconds, 0)):
                raise httpcore.PoolTimeout(_ALL_IN_USE)
            self._holders.add(holder)

    def give_back(self, holder: Connection) -> None:
        """Give a place back, if `holder` has one."""
        with self._change:
            self._change.notify()
            self._holders.discard(holder)


class SyncConnection(Connection):
    """A connection that blocks. While it is open, it holds one of `places`."""

    _stream: httpcore.NetworkStream | None = None

    def __init__(self, route: Route, places: Places) -> None:
        super().__init__(route)
        self._places = places

    def connect(self, seconds: float) -> None:
        """Reach the server. Raises `Broken`, also when that takes longer than `seconds`."""
        until = time.monotonic() + seconds
        with faults():
            self._places.take(self, seconds)
            self.perform(wire.reach(self._route), until)
        self.speaking = False

    def exchange(self, request: httpx.Request, arrival: Arrival, seconds: float) -> None:
        """Send `request`, take in the response within this many seconds, and close.

        Raises `Broken`.
        """
        try:
            with faults():
                self.perform(wire.exchange(request, arrival), time.monotonic() + seconds)
        finally:
            self.close()

    def perform(self, operations: Operations[None], until: float) -> None:
        """Carry out operations; `until` is a moment of `time.monotonic`."""
        self._until = until
        came: object = None
        with suppress(StopIteration):
            while True:
                came = self._do(operations.send(came))

    def close(self) -> None:
        """Close the socket at once, and give the place of the connection back."""
        try:
            if self._stream is not None:
                self._stream.close()
        finally:
            self._places.give_back(self)

    def _do(self, operation: Operation) -> object:
        if isinstance(operation, Dial):
            self._stream = self._dial(operation)
            return None
        assert self._stream is not None
        if isinstance(operation, Read):
            return self._stream.read(_BUFFER, self._left())
        if isinstance(operation, Write):
            self._write(self._stream, operation.data)
        elif isinstance(operation, StartTls):
            self._stream = self._stream.start_tls(operation.context, operation.host, self._left())
        else:
            return _is_silent(self._stream)
        return None

    def _dial(self, to: Dial) -> httpcore.NetworkStream:
        """Try each address of a host in turn, and give each its share of the time."""
        found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        failure: Exception = httpcore.ConnectError("the host has no address")
        for tried, address in enumerate(addresses):
            share = self._left() / (len(addresses) - tried)
            try:
                return _BACKEND.connect_tcp(address, to.port, share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _write(self, stream: httpcore.NetworkStream, data: bytes) -> None:
        self._left()  # raises while nothing has been sent
        self.speaking = True
        with suppress(httpcore.WriteError):  # a server that refuses early may still say why
            for start in range(0, len(data), _PIECE):
                stream.write(data[start : start + _PIECE], self._left())


class AsyncConnection(Connection):
    """A connection that is awaited, on asyncio or trio. While it is open, it holds a place."""

    _stream: httpcore.AsyncNetworkStream | None = None

    def __init__(self, route: Route, places: anyio.CapacityLimiter) -> None:
        super().__init__(route)
        self._places = places

    async def connect(self, seconds: float) -> None:
        """Reach the server. Raises `Broken`, also when that takes longer than `seconds`."""
        until = time.monotonic() + seconds
        with faults():
            with anyio.move_on_after(seconds) as waiting:
                await self._places.acquire_on_behalf_of(self)
            if waiting.cancelled_caught:
                raise httpcore.PoolTimeout(_ALL_IN_USE)
            await self.perform(wire.reach(self._route), until)
        self.speaking = False

    async def exchange(self, request: httpx.Request, arrival: Arrival, seconds: float) -> None:
        """Send `request`, take in the response within this many seconds, and close.

        Raises `Broken`.
        """
        try:
            with faults():
                await self.perform(wire.exchange(request, arrival), time.monotonic() + seconds)
        finally:
            await self.aclose()

    async def perform(self, operations: Operations[None], until: float) -> None:
        """Carry out operations; `until` is a moment of `time.monotonic`."""
        self._until = until
        came: object = None
        with suppress(StopIteration):
            while True:
                came = await self._do(operations.send(came))

    async def aclose(self) -> None:
        """Close the socket, even in a task that is cancelled, and give its place back."""
        try:
            if self._stream is not None:
                with anyio.CancelScope(shield=True):
                    await self._stream.aclose()
        finally:
            with suppress(RuntimeError):  # it holds none
                self._places.release_on_behalf_of(self)

    async def _do(self, operation: Operation) -> object:
        if isinstance(operation, Dial):
            host, port = operation.host, operation.port
            # In one line: Python 3.12 can interrupt a call of several before it is assigned.
            self._stream = await _ASYNC_BACKEND.connect_tcp(host, port, self._left())
            return None
        assert self._stream is not None
        if isinstance(operation, Read):
            return await self._stream.read(_BUFFER, self._left())
        if isinstance(operation, Write):
            left = self._left()
            self.speaking = True
            with suppress(httpcore.WriteError):
                await self._stream.write(operation.data, left)
        elif isinstance(operation, StartTls):
            context, host = operation.context, operation.host
            self._stream = await self._stream.start_tls(context, host, self._left())
        else:
            return await _is_silent_async(self._stream)
        return None


def _is_silent(stream: httpcore.NetworkStream) -> bool:
    if isinstance(stream.get_extra_info("ssl_object"), ssl.SSLObject):
        # TLS inside the TLS of a proxy: only the stream knows both
        try:
            stream.read(1, _GLANCE)
        except httpcore.ReadTimeout:
            return True
        return False
    connected = stream.get_extra_info("socket")
    connected.settimeout(0)
    try:
        connected.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    return False


async def _is_silent_async(stream: httpcore.AsyncNetworkStream) -> bool:
    encrypted = stream.get_extra_info("ssl_object")
    if encrypted is not None:
        try:
            encrypted.read(1)
        except ssl.SSLWantReadError:
            pass
        else:
            return False
    if not stream.get_extra_info("is_readable"):
        return True
    if encrypted is None:
        return False
    try:  # session tickets of TLS 1.3 make the socket readable, too
        await stream.read(1, _GLANCE)
    except httpcore.ReadTimeout:
        return True
    return False
