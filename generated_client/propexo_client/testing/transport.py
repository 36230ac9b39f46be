"""The fake in process: as a transport of httpx, or behind respx."""

from collections.abc import AsyncIterator, Iterator

import httpx

from .._engine.clock import Clock
from .messages import Call, Delivery, FakeResponse, Receive

_FOREVER = 3600.0


class FakeTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Carries requests to a fake and responses back, for `httpx.Client` and `AsyncClient` alike.

    What a fault does to the connection appears as the exception that httpx raises for it. Waiting
    is done on `clock`.
    """

    def __init__(self, receive: Receive, clock: Clock) -> None:
        self._receive = receive
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request of a blocking client."""
        given = self._receive(_call(request, request.read()))
        seconds, response = _settle(request, given)
        if seconds:
            self._clock.sleep(seconds)
        return _raised(response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request of an asynchronous client."""
        given = self._receive(_call(request, await request.aread()))
        seconds, response = _settle(request, given)
        if seconds:
            await self._clock.sleep_async(seconds)
        return _raised(response)


class _HalfABody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that breaks off in the middle."""

    def __init__(self, body: bytes) -> None:
        self._half = body[: len(body) // 2]

    def __iter__(self) -> Iterator[bytes]:
        yield self._half
        raise httpx.RemoteProtocolError("peer closed connection in the middle of the body")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


def _call(request: httpx.Request, body: bytes) -> Call:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(request.method, request.url.raw_path.decode("ascii"), headers, body)


def _settle(
    request: httpx.Request, given: FakeResponse
) -> tuple[float, httpx.Response | httpx.TransportError]:
    """Work out how many seconds pass, and what comes then."""
    timeouts = request.extensions.get("timeout", {})
    patience = timeouts.get("read") or _FOREVER
    match given.delivery:
        case Delivery.REFUSED:
            return 0.0, httpx.ConnectError("[Errno 111] Connection refused", request=request)
        case Delivery.CONNECT_TIMEOUT:
            late = httpx.ConnectTimeout("timed out", request=request)
            return timeouts.get("connect") or _FOREVER, late
        case Delivery.RESET:
            return 0.0, httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
        case Delivery.SILENT:
            return patience, httpx.ReadTimeout("timed out", request=request)
        case Delivery.WHOLE | Delivery.HALF:
            pass
    if given.delay > patience:
        return patience, httpx.ReadTimeout("timed out", request=request)
    return given.delay, _response(request, given)


def _response(request: httpx.Request, given: FakeResponse) -> httpx.Response:
    headers = {**given.headers, "content-length": str(len(given.body))}
    stream = (
        _HalfABody(given.body) if given.delivery is Delivery.HALF else httpx.ByteStream(given.body)
    )
    return httpx.Response(given.status, headers=headers, stream=stream, request=request)


def _raised(response: httpx.Response | httpx.TransportError) -> httpx.Response:
    if isinstance(response, httpx.TransportError):
        raise response
    return response
