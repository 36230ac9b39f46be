"""The entry points: `Propexo`, and `AsyncPropexo` for asynchronous code."""

import os
import ssl
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

import httpx

from ._engine import log
from ._engine.clock import Clock
from ._engine.exchange import Keys, OnRateLimit, Session
from ._engine.http import AsyncTransport, SyncTransport
from ._engine.network import AsyncNetwork, SyncNetwork
from ._engine.route import Route
from ._engine.stand_in import AsyncStandIns, SyncStandIns
from ._engine.token import Secret
from ._engine.values import seconds, whole
from ._generated.client import AsyncResources, Resources
from .credits import AsyncCredits, CreditFlows, Credits
from .environment import Environment, base_url
from .errors import InvalidArgument, InvalidArgumentType

if TYPE_CHECKING:
    from .journal import BaseJournal

TIMEOUT = 90.0
"""The most seconds one call may take by default: a wait for the rate limit, and 30 more."""

MAX_CONNECTIONS = 20
ENVIRONMENT_VARIABLE = "PROPEXO_ENVIRONMENT"


class _Client:
    """What both clients check and share before either opens a connection."""

    base_url = ""

    def __init__(
        self,
        secret: Secret,
        environment: Environment | str,
        timeout: float,
        max_connections: int,
        on_rate_limit: OnRateLimit,
        journal: "BaseJournal | None",
        clock: Clock | None,
    ) -> None:
        log.configure()
        secret.check()
        if on_rate_limit not in ("wait", "raise"):
            raise InvalidArgument('on_rate_limit: pass "wait" or "raise"')
        self._most = whole("max_connections", max_connections, 1, 1000)
        self.base_url = base_url(environment)
        self._secret = secret
        self._session = Session(
            timeout=seconds("timeout", timeout),
            on_rate_limit=on_rate_limit,
            clock=clock,
        )
        if journal is not None:
            self._session.keys = _keys(self._session, journal, self.base_url)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(environment={self.base_url!r})"


class Propexo(_Client, Resources):
    """Propexo's API, blocking. One client may be shared between threads.

        with Propexo(environment=Environment.SANDBOX) as propexo:
            accepted = propexo.credits.create(...)
            posted = propexo.credits.wait(accepted.job_id)

    `token` falls back to PROPEXO_TOKEN or PROPEXO_API_KEY; `environment` is required: "sandbox",
    "production", an `Environment` or a base URL. `timeout` is the most seconds one call may take,
    waiting for the rate limit included; at the limit calls wait for the next minute, or raise
    `RateLimited` with `on_rate_limit="raise"`. `max_connections` is how many requests may be in
    flight at once, each on a connection of its own. `proxy` is the URL of a proxy, and `verify` an
    `ssl.SSLContext`; without them, the environment decides (HTTPS_PROXY, ALL_PROXY, NO_PROXY,
    SSL_CERT_FILE, SSL_CERT_DIR). With a `journal` every write needs an `idempotency_key`, and is
    sent at most once. `transport` and `clock` are for tests. Raises `InvalidArgument`
    before any network.
    """

    def __init__(
        self,
        token: str | None = None,
        *,
        environment: Environment | str,
        timeout: float = TIMEOUT,
        max_connections: int = MAX_CONNECTIONS,
        on_rate_limit: OnRateLimit = "wait",
        journal: "BaseJournal | None" = None,
        proxy: str | None = None,
        verify: ssl.SSLContext | None = None,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        secret, token = Secret(token), None
        super().__init__(
            *(secret, environment, timeout, max_connections, on_rate_limit, journal, clock)
        )
        _check_transport(transport, httpx.BaseTransport)
        clock = self._session.clock
        network: SyncNetwork
        if transport is None:
            from ._engine.sockets import SyncSockets  # loads anyio, which costs time

            network = SyncSockets(Route.of(self.base_url, proxy, verify), self._most)
        else:
            network = SyncStandIns(transport, clock)
        self._transport = SyncTransport(self.base_url, secret, clock, network)

    @cached_property
    def credits(self) -> Credits:
        """Credits: `create`, `prepare`, `create_and_wait`, `wait`, `find_matching` and more."""
        return Credits(CreditFlows(self._session), self._transport)

    @classmethod
    def from_env(cls, *, journal: "BaseJournal | None" = None) -> Self:
        """Make a client from PROPEXO_TOKEN (or PROPEXO_API_KEY) and PROPEXO_ENVIRONMENT.

        The latter is "sandbox", "production" or a base URL; there is no default.
        """
        return cls(environment=_environment_from_env(), journal=journal)

    def close(self) -> None:
        """Refuse every request from now on. There is nothing else to do: no connection is kept."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncPropexo(_Client, AsyncResources):
    """Propexo's API, asynchronous. One client may be shared between tasks, and used in many loops.

        async with AsyncPropexo(environment=Environment.SANDBOX) as propexo:
            accepted = await propexo.credits.create(...)
            posted = await propexo.credits.wait(accepted.job_id)

    The arguments are those of `Propexo`.
    """

    def __init__(
        self,
        token: str | None = None,
        *,
        environment: Environment | str,
        timeout: float = TIMEOUT,
        max_connections: int = MAX_CONNECTIONS,
        on_rate_limit: OnRateLimit = "wait",
        journal: "BaseJournal | None" = None,
        proxy: str | None = None,
        verify: ssl.SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        secret, token = Secret(token), None
        super().__init__(
            *(secret, environment, timeout, max_connections, on_rate_limit, journal, clock)
        )
        _check_transport(transport, httpx.AsyncBaseTransport)
        clock = self._session.clock
        network: AsyncNetwork
        if transport is None:
            from ._engine.sockets import AsyncSockets  # loads anyio, which costs time

            network = AsyncSockets(Route.of(self.base_url, proxy, verify), self._most)
        else:
            network = AsyncStandIns(transport, clock)
        self._transport = AsyncTransport(self.base_url, secret, clock, network)

    @cached_property
    def credits(self) -> AsyncCredits:
        """Credits: `create`, `prepare`, `create_and_wait`, `wait`, `find_matching` and more."""
        return AsyncCredits(CreditFlows(self._session), self._transport)

    @classmethod
    def from_env(cls, *, journal: "BaseJournal | None" = None) -> Self:
        """Make a client from PROPEXO_TOKEN (or PROPEXO_API_KEY) and PROPEXO_ENVIRONMENT.

        The latter is "sandbox", "production" or a base URL; there is no default.
        """
        return cls(environment=_environment_from_env(), journal=journal)

    async def aclose(self) -> None:
        """Refuse every request from now on. There is nothing else to do: no connection is kept."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


def _keys(session: Session, journal: object, environment: str) -> Keys:
    """Load what only a client with a journal needs, and check that the two belong together."""
    from ._engine.keys import JournalKeys
    from .journal import BaseJournal

    if not isinstance(journal, BaseJournal):
        raise InvalidArgumentType("journal: pass a Journal, or a PostgresJournal")
    journal.check_environment(environment)
    return JournalKeys(session, journal)


def _environment_from_env() -> str:
    name = os.environ.get(ENVIRONMENT_VARIABLE, "")
    if not name:
        raise InvalidArgument(f"environment: set {ENVIRONMENT_VARIABLE} to sandbox or production")
    try:
        return base_url(name)
    except InvalidArgument as error:
        raise InvalidArgument(f"{error} ({ENVIRONMENT_VARIABLE})") from None


def _check_transport(transport: object, kind: type) -> None:
    if transport is not None and not isinstance(transport, kind):
        raise InvalidArgumentType(f"transport: pass an httpx.{kind.__name__}")
