"""The drivers: they run flows, one blocking and one awaitable, and are the only ones to do I/O.

What a network raises ends here. It becomes an event that says whether the request can have
arrived, stripped of everything that may contain the token. Whatever else interrupts a flow is
raised again, with the flow's note attached that says what is at stake.
"""

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Generic, TypeVar

import httpx

from .._contract import provenance
from .._version import __version__
from ..errors import ClientClosed, RequestError
from ..messages import Request
from .arrival import Arrival, Broken
from .clock import Clock
from .commits import Handover
from .flow import (
    NOTHING_AT_STAKE,
    Commit,
    Connect,
    Event,
    Flow,
    Lost,
    NotDelivered,
    Note,
    Send,
    Step,
)
from .network import AsyncLink, AsyncNetwork, SyncLink, SyncNetwork
from .redaction import cut_off, harmless
from .token import Secret

T = TypeVar("T")
C = TypeVar("C")

logger = logging.getLogger(__name__)


@cache
def user_agent() -> str:
    """Name this client, its version and the contract it was generated from to the server."""
    contract = provenance.contract_sha256()[:12]
    return f"propexo-client/{__version__} contract/{contract} httpx/{httpx.__version__}"


@dataclass(slots=True)
class _Run(Generic[C]):
    """What a driver keeps of one flow: its latest note, and the connection it has to close."""

    note: Note = NOTHING_AT_STAKE
    connection: C | None = None

    def interrupted(self, by: BaseException) -> None:
        """Leave the note on what interrupts the flow, and in the log.

        An error of ours that carries a request needs none: it says itself what is at stake.
        """
        if self.note is not NOTHING_AT_STAKE and not isinstance(by, RequestError):
            by.add_note(str(self.note))
            with suppress(Exception):
                logger.warning("%s", self.note)


class _Transport:
    """What both drivers do alike: build requests, and make events of what came of them."""

    def __init__(self, base_url: str, secret: Secret, clock: Clock) -> None:
        self.clock = clock
        self._closed = False
        self._secret = secret

        @lru_cache(maxsize=64)
        def url(path: str) -> httpx.URL:
            return httpx.URL(base_url + path)

        self._url = url
        self._headers = httpx.Headers(
            {
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "Authorization": f"Bearer {secret.reveal()}",
                "Connection": "close",
                "User-Agent": user_agent(),
            }
        )
        self._json_headers = httpx.Headers(self._headers)
        self._json_headers["Content-Type"] = "application/json"

    def _build(self, request: Request) -> httpx.Request:
        return httpx.Request(
            request.method,
            self._url(request.path),
            params=list(request.params) or None,
            headers=self._headers if request.content is None else self._json_headers,
            content=request.content,
        )

    def _check_open(self) -> None:
        if self._closed:
            raise ClientClosed("the client is closed; make a new one")

    def _failed(self, broken: Broken, arrival: Arrival, speaking: bool) -> Event:
        cause = harmless(broken, self._secret)
        return Lost(cause, arrival.so_far()) if speaking else NotDelivered(cause)


class SyncTransport(_Transport):
    """Runs flows, blocking. Safe to share between threads, and to use in forked children."""

    def __init__(self, base_url: str, secret: Secret, clock: Clock, network: SyncNetwork) -> None:
        super().__init__(base_url, secret, clock)
        self._network = network

    def run(self, flow: Flow[T]) -> T:
        """Run `flow` to its end."""
        self._check_open()
        run = _Run[SyncLink]()
        try:
            return self._drive(flow, run)
        except BaseException as interruption:
            run.interrupted(interruption)
            raise

    def close(self) -> None:
        """Refuse every request from now on."""
        self._closed = True
        self._network.close()

    def _drive(self, flow: Flow[T], run: _Run[SyncLink]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    if isinstance(step, Note):
                        run.note, came = step, None
                    else:
                        came = self._take(step, run)
                except BaseException as interruption:
                    step = flow.throw(cut_off(interruption, self._secret))
                else:
                    step = flow.send(came)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        finally:
            if run.connection is not None:
                run.connection.close()

    def _take(self, step: Step, run: _Run[SyncLink]) -> object:
        if isinstance(step, Connect):
            return self._connect(step, run)
        if isinstance(step, Send):
            return self._send(step, run)
        if isinstance(step, Commit):
            return self._commit(Handover(step.work, step.undo))
        self.clock.sleep(step.seconds)
        return None

    def _commit(self, handover: Handover[T]) -> T:
        try:
            return handover.run()
        except BaseException:
            handover.abandon()
            raise

    def _connect(self, step: Connect, run: _Run[SyncLink]) -> SyncLink | NotDelivered:
        self._check_open()
        if run.connection is not None:
            run.connection.close()
        run.connection = connection = self._network.link()
        try:
            connection.connect(step.seconds)
        except Broken as broken:
            connection.close()
            return NotDelivered(harmless(broken, self._secret))
        return connection

    def _send(self, step: Send[SyncLink], run: _Run[SyncLink]) -> Event:
        request = self._build(step.request)
        arrival = Arrival(self._secret, self.clock, self.clock.monotonic())
        try:
            step.connection.exchange(request, arrival, step.seconds)
            run.connection = None
        except Broken as broken:
            return self._failed(broken, arrival, step.connection.speaking)
        return arrival.whole()


class AsyncTransport(_Transport):
    """Runs flows, asynchronously. Safe to share between tasks, and to use in several loops."""

    def __init__(self, base_url: str, secret: Secret, clock: Clock, network: AsyncNetwork) -> None:
        super().__init__(base_url, secret, clock)
        self._network = network

    async def run(self, flow: Flow[T]) -> T:
        """Run `flow` to its end."""
        self._check_open()
        run = _Run[AsyncLink]()
        try:
            return await self._drive(flow, run)
        except BaseException as interruption:
            run.interrupted(interruption)
            raise

    async def aclose(self) -> None:
        """Refuse every request from now on."""
        self._closed = True
        await self._network.aclose()

    async def _drive(self, flow: Flow[T], run: _Run[AsyncLink]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    if isinstance(step, Note):
                        run.note, came = step, None
                    else:
                        came = await self._take(step, run)
                except BaseException as interruption:
                    step = flow.throw(cut_off(interruption, self._secret))
                else:
                    step = flow.send(came)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        finally:
            if run.connection is not None:
                await run.connection.aclose()

    async def _take(self, step: Step, run: _Run[AsyncLink]) -> object:
        if isinstance(step, Connect):
            return await self._connect(step, run)
        if isinstance(step, Send):
            return await self._send(step, run)
        if isinstance(step, Commit):
            return await self._commit(Handover(step.work, step.undo))
        await self.clock.sleep_async(step.seconds)
        return None

    async def _commit(self, handover: Handover[T]) -> T:
        """Commit in a thread, which goes on when the task is cancelled."""
        import anyio

        try:
            return await anyio.to_thread.run_sync(
                handover.run, abandon_on_cancel=True, limiter=anyio.CapacityLimiter(1)
            )
        except BaseException:
            threading.Thread(target=handover.abandon).start()
            raise

    async def _connect(self, step: Connect, run: _Run[AsyncLink]) -> AsyncLink | NotDelivered:
        self._check_open()
        if run.connection is not None:
            await run.connection.aclose()
        run.connection = connection = self._network.link()
        try:
            await connection.connect(step.seconds)
        except Broken as broken:
            await connection.aclose()
            return NotDelivered(harmless(broken, self._secret))
        return connection

    async def _send(self, step: Send[AsyncLink], run: _Run[AsyncLink]) -> Event:
        request = self._build(step.request)
        arrival = Arrival(self._secret, self.clock, self.clock.monotonic())
        try:
            await step.connection.exchange(request, arrival, step.seconds)
            run.connection = None
        except Broken as broken:
            return self._failed(broken, arrival, step.connection.speaking)
        return arrival.whole()
