"""The entry points: `Propexo`, and `AsyncPropexo`, its twin."""

import os
from functools import cached_property
from types import TracebackType
from typing import Self

import httpx

from ._engine import log
from ._engine.clock import Clock
from ._engine.exchange import OnRateLimit, Session
from ._engine.http import AsyncTransport, SyncTransport
from ._engine.token import Secret
from ._engine.values import seconds, whole
from ._generated.client import AsyncResources, Resources
from .credits import AsyncCredits, CreditFlows, Credits
from .environment import Environment, base_url
from .errors import InvalidArgument, InvalidArgumentType

TIMEOUT = 30.0
"""Seconds that connecting, sending, and receiving may each take unless told otherwise."""

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
        clock: Clock | None,
    ) -> None:
        log.configure()
        secret.check()
        if on_rate_limit not in ("wait", "raise"):
            raise InvalidArgument('on_rate_limit: pass "wait" or "raise"')
        most = whole("max_connections", max_connections, 1, 1000)
        self.base_url = base_url(environment)
        self._secret = secret
        self._limits = httpx.Limits(max_connections=most, max_keepalive_connections=most)
        self._session = Session(
            timeout=seconds("timeout", timeout), on_rate_limit=on_rate_limit, clock=clock
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(environment={self.base_url!r})"


class Propexo(_Client, Resources):
    """Propexo's API, blocking. One client may be shared between threads.

        with Propexo(environment=Environment.SANDBOX) as propexo:
            accepted = propexo.credits.create(...)
            posted = propexo.credits.wait(accepted.job_id)

    `token` falls back to PROPEXO_TOKEN or PROPEXO_API_KEY; `environment` is required: "sandbox",
    "production", an `Environment` or a base URL. `timeout` is seconds for each phase of a request.
    At the rate limit calls wait for the next minute, or
    raise `RateLimited` with `on_rate_limit="raise"`. `transport` and `clock` are for tests. Raises
    `InvalidArgument` before any network.
    """

    def __init__(
        self,
        token: str | None = None,
        *,
        environment: Environment | str,
        timeout: float = TIMEOUT,
        max_connections: int = MAX_CONNECTIONS,
        on_rate_limit: OnRateLimit = "wait",
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        secret, token = Secret(token), None
        super().__init__(secret, environment, timeout, max_connections, on_rate_limit, clock)
        _check_transport(transport, httpx.BaseTransport)
        http = httpx.Client(limits=self._limits, transport=transport, follow_redirects=False)
        self._transport = SyncTransport(self.base_url, secret, self._session.clock, http)

    @cached_property
    def credits(self) -> Credits:
        """Credits: `create`, `prepare`, `create_and_wait`, `wait`, `find_matching` and more."""
        return Credits(CreditFlows(self._session), self._transport)

    @classmethod
    def from_env(cls) -> Self:
        """Make a client from PROPEXO_TOKEN (or PROPEXO_API_KEY) and PROPEXO_ENVIRONMENT.

        The latter is "sandbox", "production" or a base URL; there is no default.
        """
        return cls(environment=_environment_from_env())

    def close(self) -> None:
        """Close all connections; the client cannot be used afterwards."""
        self._transport.http.close()

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
    """Propexo's API, asynchronous. One client may be shared between the tasks of a loop.

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
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        secret, token = Secret(token), None
        super().__init__(secret, environment, timeout, max_connections, on_rate_limit, clock)
        _check_transport(transport, httpx.AsyncBaseTransport)
        http = httpx.AsyncClient(limits=self._limits, transport=transport, follow_redirects=False)
        self._transport = AsyncTransport(self.base_url, secret, self._session.clock, http)

    @cached_property
    def credits(self) -> AsyncCredits:
        """Credits: `create`, `prepare`, `create_and_wait`, `wait`, `find_matching` and more."""
        return AsyncCredits(CreditFlows(self._session), self._transport)

    @classmethod
    def from_env(cls) -> Self:
        """Make a client from PROPEXO_TOKEN (or PROPEXO_API_KEY) and PROPEXO_ENVIRONMENT.

        The latter is "sandbox", "production" or a base URL; there is no default.
        """
        return cls(environment=_environment_from_env())

    async def aclose(self) -> None:
        """Close all connections; the client cannot be used afterwards."""
        await self._transport.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


def _environment_from_env() -> str:
    name = os.environ.get(ENVIRONMENT_VARIABLE, "")
    if not name:
        raise InvalidArgument(f"environment: set {ENVIRONMENT_VARIABLE} to sandbox or production")
    return name


def _check_transport(transport: object, kind: type) -> None:
    if transport is not None and not isinstance(transport, kind):
        raise InvalidArgumentType(f"transport: pass an httpx.{kind.__name__}")
