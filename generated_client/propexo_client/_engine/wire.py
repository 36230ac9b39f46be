"""What is done on a socket, step by step, without doing it: reach the server, make an exchange.

These generators know HTTP/1.1 and proxies; a connection of `sockets` carries their steps out.
"""

import ssl
from base64 import b64encode
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import h11
import httpcore
import httpx

from .arrival import Arrival
from .route import Proxy, Route

T = TypeVar("T")

_LARGEST_HEAD = 100 * 1024


@dataclass(frozen=True, slots=True)
class Dial:
    """Open a TCP connection."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class StartTls:
    """Encrypt the connection, with `host` as the name on the certificate."""

    context: ssl.SSLContext
    host: str


@dataclass(frozen=True, slots=True)
class Listen:
    """Find out, without waiting, whether the other side is silent, and has not hung up."""


@dataclass(frozen=True, slots=True)
class Write:
    """Send these bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """Wait for bytes; none mean that the other side has hung up."""


Operation: TypeAlias = Dial | StartTls | Listen | Write | Read
Operations: TypeAlias = Generator[Operation, Any, T]


def reach(route: Route) -> Operations[None]:
    """Open a connection to the server, through the proxy if there is one."""
    first = route.proxy or route
    yield Dial(first.host, first.port)
    if route.proxy is not None:
        if route.proxy.tls is not None:
            yield StartTls(route.proxy.tls, route.proxy.host)
        yield from _tunnel(route, route.proxy)
    if route.tls is not None:
        yield StartTls(route.tls, route.host)


def exchange(request: httpx.Request, arrival: Arrival) -> Operations[None]:
    """Send `request` and take in the response.

    A server that speaks or hangs up before it is asked is left alone: what it says would be taken
    for the response.
    """
    if not (yield Listen()):
        raise httpcore.ConnectError("the server hung up, or spoke, before the request")
    machine = _machine()
    head = h11.Request(
        method=request.method, target=request.url.raw_path, headers=request.headers.raw
    )
    body = h11.Data(request.content) if request.content else None
    yield Write(_bytes(machine, head, body, h11.EndOfMessage()))
    while not _receive(machine, arrival, (yield Read())):
        pass


def _tunnel(route: Route, proxy: Proxy) -> Operations[None]:
    host = f"[{route.host}]" if ":" in route.host else route.host
    target = f"{host}:{route.port}".encode()
    headers = [(b"Host", target)]
    if proxy.login is not None:
        headers.append((b"Proxy-Authorization", b"Basic " + b64encode(proxy.login)))
    machine = _machine()
    yield Write(_bytes(machine, h11.Request(method=b"CONNECT", target=target, headers=headers)))
    while not isinstance(event := machine.next_event(), h11.Response):
        if event is h11.NEED_DATA:
            machine.receive_data((yield Read()))
    if not 200 <= event.status_code < 300:
        raise httpcore.ProxyError(f"the proxy refused the tunnel with status {event.status_code}")


def _receive(machine: h11.Connection, arrival: Arrival, data: bytes) -> bool:
    """Take in what was read; whether the response is whole now."""
    if not data and not arrival.begun:
        raise h11.RemoteProtocolError("the server hung up without a response")
    machine.receive_data(data)
    while (event := machine.next_event()) is not h11.NEED_DATA:
        if isinstance(event, h11.Response):
            arrival.begin(event.status_code, event.headers.raw_items())
        elif isinstance(event, h11.Data):
            arrival.add(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage):
            _check_trailing(machine, arrival)
            return True
        elif not isinstance(event, h11.InformationalResponse):
            raise h11.RemoteProtocolError("the server switched to another protocol")
    return False


def _check_trailing(machine: h11.Connection, arrival: Arrival) -> None:
    """Distrust a refusal that more bytes follow: it may be meant for another request.

    What accepts a write needs no such check, for it names the write.
    """
    if machine.trailing_data[0].strip() and not arrival.succeeded:
        raise h11.RemoteProtocolError("more bytes follow the response")


def _machine() -> h11.Connection:
    return h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)


def _bytes(machine: h11.Connection, *events: h11.Event | None) -> bytes:
    return b"".join(machine.send(event) or b"" for event in events if event is not None)
