"""Where requests go: the vendor's environments, by name, or an address that leads to one."""

import re
from enum import StrEnum
from typing import Any

import httpx

from .errors import InvalidArgument, InvalidArgumentType

LOOPBACK = ("localhost", "127.0.0.1", "::1")
UNREACHABLE = "the URL needs a host name that can be looked up, and a port from 1 to 65535"
_CHOICES = 'pass "sandbox", "production", an Environment or an https URL'


class Environment(StrEnum):
    """Where to send requests. Source: Propexo's guide "Sandbox vs. production"."""

    SANDBOX = "https://api.sandbox.propexo.com"
    PRODUCTION = "https://api.propexo.com"


def may_be_reached(url: httpx.URL) -> bool:
    """Whether the host can be looked up and the port exists; without, sockets raise anything."""
    host = url.raw_host.decode("ascii")
    labels = host.removesuffix(".").split(".")
    named = re.fullmatch(r"[\w.-]+", host, re.ASCII) and all(0 < len(each) < 64 for each in labels)
    return bool(named or ":" in host) and (url.port is None or 0 < url.port < 65_536)


def base_url(environment: Any) -> str:
    """Check that requests would go to a server of ours to choose, encrypted unless on loopback.

    Returns the base URL, in the one form that a journal knows its environment by.
    """
    if isinstance(environment, bool) or not isinstance(environment, str):
        raise InvalidArgumentType(f"environment: {_CHOICES}")
    name = str(environment).strip()
    try:
        url = httpx.URL(Environment.__members__.get(name.upper(), name))
    except (httpx.InvalidURL, UnicodeError):
        raise InvalidArgument(f"environment: is not a URL; {_CHOICES}") from None
    if url.scheme not in ("https", "http") or not url.host:
        raise InvalidArgument(f"environment: {_CHOICES}")
    if not may_be_reached(url):
        raise InvalidArgument(f"environment: {UNREACHABLE}")
    if url.userinfo or url.query or url.fragment:
        raise InvalidArgument("environment: the URL must not contain a login, ? or #")
    if url.scheme == "http" and url.host not in LOOPBACK:
        raise InvalidArgument("environment: plain http would show the token to anyone; use https")
    base = str(url).rstrip("/")
    if base.endswith("/v1"):
        raise InvalidArgument("environment: leave /v1 out; every path begins with it")
    return base
