"""The only module that performs I/O: sends requests through httpx and lets time pass.

httpx's exceptions end here. Each becomes an event that says whether the request can have arrived,
stripped of tracebacks and headers, because those hold the token.
"""

from contextlib import aclosing, closing
from functools import cache, lru_cache
from typing import TypeVar

import httpx

from .._contract import provenance
from .._version import __version__
from ..errors import ClientClosed
from ..messages import Request, Response
from .clock import Clock
from .flow import Event, Flow, Lost, NotDelivered, Sleep
from .token import Secret

T = TypeVar("T")

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_SHOWN_HEADERS = frozenset(
    b"cf-ray content-length content-type date request-id retry-after server via"
    b" x-amzn-requestid x-correlation-id x-ratelimit-limit x-ratelimit-remaining"
    b" x-request-id".split()
)


@cache
def user_agent() -> str:
    """Name this client, its version and the contract it was generated from to the server."""
    contract = provenance.contract_sha256()[:12]
    return f"propexo-client/{__version__} contract/{contract} httpx/{httpx.__version__}"


class _Wire:
    """What both transports do alike: build httpx requests, and read httpx's answers."""

    def __init__(self, base_url: str, secret: Secret, clock: Clock) -> None:
        self.clock = clock
        self._secret = secret
        self._url = lru_cache(maxsize=64)(lambda path: httpx.URL(base_url + path))
        self._headers = httpx.Headers(
            {
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
                "Authorization": f"Bearer {secret.reveal()}",
                "Connection": "keep-alive",
                "User-Agent": user_agent(),
            }
        )
        self._json_headers = httpx.Headers(self._headers)
        self._json_headers["Content-Type"] = "application/json"

    def build(self, request: Request) -> httpx.Request:
        phases = ("connect", "read", "write", "pool")
        return httpx.Request(
            request.method,
            self._url(request.path),
            params=list(request.params) or None,
            headers=self._headers if request.content is None else self._json_headers,
            content=request.content,
            extensions={"timeout": dict.fromkeys(phases, request.timeout)},
        )


class _Arrival:
    """One answer as it comes in. The body gets as long as any other phase of the request."""

    def __init__(self, wire: _Wire, request: Request) -> None:
        self._wire = wire
        self._request = request
        self._started = wire.clock.monotonic()
        self._body_until = 0.0
        self._head: httpx.Response | None = None
        self._chunks: list[bytes] = []

    def begin(self, response: httpx.Response) -> None:
        self._head = response
        self._body_until = self._wire.clock.monotonic() + self._request.timeout

    def add(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        if self._wire.clock.monotonic() > self._body_until:
            raise httpx.ReadTimeout("the body did not end in time")

    def so_far(self) -> Response | None:
        if self._head is None:
            return None
        return Response(
            status=self._head.status_code,
            headers={
                name.lower().decode(): self._wire._secret.redact(value).decode("latin-1")
                for name, value in self._head.headers.raw
                if name.lower() in _SHOWN_HEADERS
            },
            body=self._wire._secret.redact(b"".join(self._chunks)),
            seconds=self._wire.clock.monotonic() - self._started,
        )

    def whole(self) -> Event:
        response = self.so_far()
        assert response is not None
        return response

    def broken(self, error: Exception) -> Event:
        _strip(error)
        if isinstance(error, _NEVER_LEFT) and self._head is None:
            return NotDelivered(error)
        return Lost(error, self.so_far())


def _strip(error: BaseException) -> None:
    """Cut an exception off from the frames and requests that hold the token."""
    seen: BaseException | None = error
    while seen is not None:
        seen.__traceback__ = None
        if isinstance(seen, httpx.RequestError):
            seen.request = httpx.Request("GET", "https://removed.invalid")
        following = seen.__cause__ or seen.__context__
        seen.__cause__ = seen.__context__ = None
        seen = following


class SyncTransport(_Wire):
    """Sends requests and runs flows, blocking. Safe to share between threads."""

    def __init__(self, base_url: str, secret: Secret, clock: Clock, http: httpx.Client) -> None:
        super().__init__(base_url, secret, clock)
        self.http = http

    def run(self, flow: Flow[T]) -> T:
        """Run `flow` to its end."""
        if self.http.is_closed:
            raise ClientClosed("the client is closed; make a new one")
        try:
            step = next(flow)
            while True:
                try:
                    event = self._take(step)
                except BaseException as interruption:
                    step = flow.throw(interruption.with_traceback(None))
                else:
                    step = flow.send(event)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    def _take(self, step: Request | Sleep) -> Event | None:
        if isinstance(step, Sleep):
            self.clock.sleep(step.seconds)
            return None
        arrival = _Arrival(self, step)
        try:
            with closing(self.http.send(self.build(step), stream=True)) as response:
                arrival.begin(response)
                for chunk in response.iter_bytes():
                    arrival.add(chunk)
        except Exception as error:
            return arrival.broken(error)
        return arrival.whole()


class AsyncTransport(_Wire):
    """Sends requests and runs flows, asynchronously. Safe to share between tasks of one loop."""

    def __init__(
        self, base_url: str, secret: Secret, clock: Clock, http: httpx.AsyncClient
    ) -> None:
        super().__init__(base_url, secret, clock)
        self.http = http

    async def run(self, flow: Flow[T]) -> T:
        """Run `flow` to its end."""
        if self.http.is_closed:
            raise ClientClosed("the client is closed; make a new one")
        try:
            step = next(flow)
            while True:
                try:
                    event = await self._take(step)
                except BaseException as interruption:
                    step = flow.throw(interruption.with_traceback(None))
                else:
                    step = flow.send(event)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    async def _take(self, step: Request | Sleep) -> Event | None:
        if isinstance(step, Sleep):
            await self.clock.sleep_async(step.seconds)
            return None
        arrival = _Arrival(self, step)
        try:
            response = await self.http.send(self.build(step), stream=True)
            async with aclosing(response):
                arrival.begin(response)
                async for chunk in response.aiter_bytes():
                    arrival.add(chunk)
        except Exception as error:
            return arrival.broken(error)
        return arrival.whole()
