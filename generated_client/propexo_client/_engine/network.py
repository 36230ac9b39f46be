"""What a driver asks of a network: connections, each for one request.

`sockets` has real ones, `stand_in` has what tests put in their place.
"""

from typing import Protocol

import httpx

from .arrival import Arrival


class SyncLink(Protocol):
    """A connection for one request. `speaking` as soon as a byte of it may have left."""

    speaking: bool

    def connect(self, seconds: float) -> None:
        """Reach the server, within `seconds`. Raises `Broken`."""
        ...

    def exchange(self, request: httpx.Request, arrival: Arrival, seconds: float) -> None:
        """Send `request` and take in the response within `seconds`, once. Raises `Broken`."""
        ...

    def close(self) -> None:
        """Close it; it may be closed already."""
        ...


class SyncNetwork(Protocol):
    """What makes connections."""

    def link(self) -> SyncLink:
        """Make one that is not connected yet."""
        ...

    def close(self) -> None:
        """Close what is kept between requests."""
        ...


class AsyncLink(Protocol):
    """A connection for one request. `speaking` as soon as a byte of it may have left."""

    speaking: bool

    async def connect(self, seconds: float) -> None:
        """Reach the server, within `seconds`. Raises `Broken`."""
        ...

    async def exchange(self, request: httpx.Request, arrival: Arrival, seconds: float) -> None:
        """Send `request` and take in the response within `seconds`, once. Raises `Broken`."""
        ...

    async def aclose(self) -> None:
        """Close it; it may be closed already."""
        ...


class AsyncNetwork(Protocol):
    """What makes connections."""

    def link(self) -> AsyncLink:
        """Make one that is not connected yet."""
        ...

    async def aclose(self) -> None:
        """Close what is kept between requests."""
        ...
