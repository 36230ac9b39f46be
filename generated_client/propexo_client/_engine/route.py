"""Where connections lead: the server, TLS, and the proxy in between."""

import ssl
from dataclasses import dataclass, field
from typing import Self
from urllib.request import getproxies, proxy_bypass

import httpx

from ..environment import LOOPBACK, UNREACHABLE, may_be_reached
from ..errors import InvalidArgument, InvalidArgumentType

_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that opens tunnels; `login` is `user:password`."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    login: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Route:
    """How to reach a server."""

    host: str
    port: int
    tls: ssl.SSLContext | None
    proxy: Proxy | None = None

    @classmethod
    def of(cls, base_url: str, proxy: object, verify: object) -> Self:
        """Work out how to reach `base_url`. Certificates and proxy not given are the environment's.

        Raises `InvalidArgument` for settings that cannot be used, before anything is sent.
        """
        if verify is not None and not isinstance(verify, ssl.SSLContext):
            raise InvalidArgumentType("verify: pass an ssl.SSLContext")
        url = httpx.URL(base_url)
        host = url.raw_host.decode("ascii")
        if url.scheme == "http":
            if proxy is not None:
                raise InvalidArgument("proxy: plain http is not sent through a proxy; leave it out")
            return cls(host, _port(url), None)
        return cls(host, _port(url), verify or _trusted(), _proxy(host, proxy))


def _trusted() -> ssl.SSLContext:
    try:
        context = httpx.create_ssl_context()
    except (OSError, ValueError) as error:
        raise InvalidArgument(
            f"verify: SSL_CERT_FILE or SSL_CERT_DIR cannot be used: {error}"
        ) from None
    context.set_alpn_protocols(["http/1.1"])
    return context


def _proxy(host: str, given: object) -> Proxy | None:
    if given is not None and not isinstance(given, str):
        raise InvalidArgumentType("proxy: pass a URL such as http://proxy.example.com:3128")
    address, name = given, "proxy"
    if address is None and host not in LOOPBACK and not proxy_bypass(host):
        found = getproxies()
        name = "HTTPS_PROXY" if "https" in found else "ALL_PROXY"
        address = found.get("https") or found.get("all")
    return _parsed(address, name) if address else None


def _parsed(address: str, name: str) -> Proxy:
    try:
        url = httpx.URL(address if "://" in address else f"http://{address}")
    except httpx.InvalidURL:
        raise InvalidArgument(f"{name}: is not a URL") from None
    if url.scheme not in _PORTS or not url.host:
        raise InvalidArgument(
            f"{name}: pass an http:// or https:// URL; no other proxy is supported"
        )
    if not may_be_reached(url):
        raise InvalidArgument(f"{name}: {UNREACHABLE}")
    login = f"{url.username}:{url.password}".encode() if url.userinfo else None
    tls = _trusted() if url.scheme == "https" else None
    return Proxy(url.raw_host.decode("ascii"), _port(url), tls, login)


def _port(url: httpx.URL) -> int:
    return url.port or _PORTS[url.scheme]
