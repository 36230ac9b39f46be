"""What stands in for the network in tests: a transport of the caller's, or a mocked httpx."""

import zlib
from collections.abc import Generator
from contextlib import contextmanager

import httpx

from .arrival import Arrival, Broken, TooLarge
from .clock import Clock

_FAULTS = (httpx.HTTPError, httpx.StreamError, OSError, zlib.error, TooLarge)
_QUOTING = (httpx.ProtocolError, httpx.DecodingError, zlib.error)
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class SyncStandIns:
    """The network of a client that was given a transport."""

    def __init__(self, transport: httpx.BaseTransport, clock: Clock) -> None:
        self._http = httpx.Client(transport=transport)
        self._clock = clock

    def link(self) -> "SyncStandIn":
        """Take the place of a connection."""
        return SyncStandIn(self._http, self._clock, own=False)

    def close(self) -> None:
        """Close the transport."""
        self._http.close()


class AsyncStandIns:
    """The same, awaited."""

    def __init__(self, transport: httpx.AsyncBaseTransport, clock: Clock) -> None:
        self._http = httpx.AsyncClient(transport=transport)
        self._clock = clock

    def link(self) -> "AsyncStandIn":
        """Take the place of a connection."""
        return AsyncStandIn(self._http, self._clock, own=False)

    async def aclose(self) -> None:
        """Close the transport."""
        await self._http.aclose()


class _StandIn:
    """Takes the place of a connection, which is made only when the request is sent."""

    def __init__(self, clock: Clock) -> None:
        self.speaking = False
        self._clock = clock
        self._seconds = 0.0

    @contextmanager
    def _faults(self, request: httpx.Request, arrival: Arrival, seconds: float) -> Generator[None]:
        self.speaking = True
        connecting = min(self._seconds, seconds)
        phases = {"connect": connecting, "pool": connecting, "read": seconds, "write": seconds}
        request.extensions["timeout"] = phases
        try:
            yield
        except _FAULTS as error:
            self.speaking = arrival.begun or not isinstance(error, _NEVER_LEFT)
            raise Broken(error, quoting=isinstance(error, _QUOTING)) from None


class SyncStandIn(_StandIn):
    """Sends one request through `http`; closes it afterwards if it is `own`."""

    def __init__(self, http: httpx.Client, clock: Clock, *, own: bool) -> None:
        super().__init__(clock)
        self._http = http
        self._own = own

    def connect(self, seconds: float) -> None:
        """Remember how many seconds connecting may take, later."""
        self._seconds = seconds

    def exchange(self, request: httpx.Request, arrival: Arrival, seconds: float) -> None:
        """Send `request` and take in the response. Raises `Broken`."""
        until = self._clock.monotonic() + seconds
        with self._faults(request, arrival, seconds):
            response = self._http.send(request, stream=True)
            try:
                arrival.begin(response.status_code, response.headers.raw)
                assert isinstance(response.stream, httpx.SyncByteStream)
                for chunk in response.stream:
                    arrival.add(chunk)
                    if self._clock.monotonic() > until:
                        raise httpx.ReadTimeout("the time for the call is over")
            finally:
                response.close()
                if self._own:
                    self._http.close()

    def close(self) -> None:
        """Close `http`, if it is the stand-in's own."""
        if self._own:
            self._http.close()


class AsyncStandIn(_StandIn):
    """The same, awaited."""

    def __init__(self, http: httpx.AsyncClient, clock: Clock, *, own: bool) -> None:
        super().__init__(clock)
        self._http = http
        self._own = own

    async def connect(self, seconds: float) -> None:
        """Remember how many seconds connecting may take, later."""
        self._seconds = seconds

    async def exchange(self, request: httpx.Request, arrival: Arrival, seconds: float) -> None:
        """Send `request` and take in the response. Raises `Broken`."""
        until = self._clock.monotonic() + seconds
        with self._faults(request, arrival, seconds):
            response = await self._http.send(request, stream=True)
            try:
                arrival.begin(response.status_code, response.headers.raw)
                assert isinstance(response.stream, httpx.AsyncByteStream)
                async for chunk in response.stream:
                    arrival.add(chunk)
                    if self._clock.monotonic() > until:
                        raise httpx.ReadTimeout("the time for the call is over")
            finally:
                await response.aclose()
                if self._own:
                    await self._http.aclose()

    async def aclose(self) -> None:
        """Close `http`, if it is the stand-in's own."""
        if self._own:
            await self._http.aclose()
