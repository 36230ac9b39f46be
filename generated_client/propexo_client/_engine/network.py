"""What a driver asks of a network: connections, each for one request.

`sockets` has real ones, `stand_in` has what tests put in their place.
"""

from typing import Protocol

import httpx

from .arrival import Arrival


class SyncLink(Protocol):
    """A connection for one request. `speaking` as soon as a byte of it may have left."""

    speaking: bool

    def exchange(self, request: httpx.Request, arrival: Arrival, seconds: float) -> None:
        """Send `request` and take in the response, within `seconds`. Raises `Broken`."""
        ...

    def close(self) -> None:
        """Close it; it may be closed already."""
        ...


class SyncNetwork(Protocol):
    """What opens connections."""

    def connect(self, seconds: float) -> SyncLink:
        """Open a connection, within `seconds`. Raises `Broken`."""
        ...

    def close(self) -> None:
        """Close what is kept between requests."""
        ...


class AsyncLink(Protocol):
    """A connection for one request. `speaking` as soon as a byte of it may have left."""

    speaking: bool

    async def exchange(self, request: httpx.Request, arrival: Arrival, seconds: float) -> None:
        """Send `request` and take in the response, within `seconds`. Raises `Broken`."""
        ...

    async def aclose(self) -> None:
        """Close it; it may be closed already."""
        ...


class AsyncNetwork(Protocol):
    """What opens connections."""

    async def connect(self, seconds: float) -> AsyncLink:
        """Open a connection, within `seconds`. Raises `Broken`."""
        ...

    async def aclose(self) -> None:
        """Close what is kept between requests."""
        ...
