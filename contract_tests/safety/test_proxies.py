"""A proxy opens a tunnel, and sees neither the request nor the token; without one, none is sent."""

import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.client.support import CREDIT
from contract_tests.safety.scripted import Peer, accepted, serving, trusting
from contract_tests.safety.worlds import EVERY_CLIENT, IMPATIENT, real
from propexo_client import AcceptedWrite, InvalidArgument, NotSent, OutcomeUnknown, Propexo
from propexo_client._engine.flow import Connect, Event, Flow, NotDelivered, Send, Sleep
from propexo_client._engine.route import Route

OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"
LOGIN = "a-login-that-must-never-show"
PRODUCTION = "https://api.example.com"


def accept(peer: Peer) -> None:
    peer.send(accepted(peer.request()))


def tunneling(port: int, *, until: threading.Event | None = None) -> Callable[[Peer], None]:
    """Relay what is sent either way, until either side hangs up, or something happens."""

    def script(peer: Peer) -> None:
        peer.request()
        with socket.create_connection(("127.0.0.1", port)) as upstream:
            peer.send(OPEN)
            while not (until and until.is_set()):
                for source, target in ((peer.socket, upstream), (upstream, peer.socket)):
                    data = glance(source)
                    if data == b"":
                        return
                    if data:
                        target.settimeout(5)
                        target.sendall(data)

    return script


def glance(source: socket.socket) -> bytes | None:
    """Receive what is there, empty after the end; None when there is nothing yet."""
    source.settimeout(0.005)
    try:
        return source.recv(65536)
    except TimeoutError:
        return None


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


@EVERY_CLIENT
@pytest.mark.parametrize("secure", [False, True], ids=["http proxy", "https proxy"])
def test_a_write_passes_through_a_tunnel(
    secure: bool, is_async: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("propexo_client._engine.route._trusted", trusting)
    with (
        serving(accept, tls=True) as server,
        serving(tunneling(port_of(server.url)), tls=secure) as proxy,
    ):
        address = proxy.url.replace("://", f"://user:{LOGIN}@")
        options: Any = {"proxy": address, "verify": trusting()}
        with real(server.url, is_async=is_async, **options) as world:
            for _ in range(2):
                assert world.call("create", **CREDIT).job_id == "job_of_lease_1"
            token = world.fake.token.encode()
    assert (len(server.posts), proxy.connections) == (2, 2)
    for head in proxy.requests:
        assert head.startswith(f"CONNECT localhost:{port_of(server.url)} HTTP/1.1\r\n".encode())
        assert b"Proxy-Authorization: Basic " in head
        assert token not in head


@EVERY_CLIENT
@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 407 Login\r\nproxy-authenticate: Basic realm=x\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 429 Later\r\nx-ratelimit-limit: 1\r\nx-ratelimit-remaining: 0\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n",
        b"HTTP/1.1 307 Elsewhere\r\nlocation: http://127.0.0.1/\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK",
        b"",
    ],
)
def test_a_refused_tunnel_means_that_nothing_was_sent(said: bytes, is_async: bool) -> None:
    def refuse(peer: Peer) -> None:
        peer.request()
        peer.send(said)

    with serving(accept, tls=True) as server, serving(refuse) as proxy:
        address = proxy.url.replace("://", f"://user:{LOGIN}@")
        options: Any = {"proxy": address, "verify": trusting()}
        with real(server.url, is_async=is_async, **options) as world:
            world.client._session._jitter = lambda: -0.5  # no pause before the next try
            outcome = world.call("create", **CREDIT)
    assert isinstance(outcome, NotSent)
    assert LOGIN not in f"{outcome!r} {outcome} {outcome.__cause__!r}"
    assert (server.connections, proxy.connections) == (0, 3)


@EVERY_CLIENT
@pytest.mark.parametrize("dripped", [b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"])
def test_a_proxy_that_never_ends_its_response_is_given_up_in_time(
    dripped: bytes, is_async: bool
) -> None:
    def stall(peer: Peer) -> None:
        peer.request()
        if dripped:
            peer.drip(dripped)
        peer.socket.recv(1)

    with serving(stall) as proxy:
        options: Any = {"proxy": proxy.url, "verify": trusting()}
        with real("https://localhost:1", is_async=is_async, **options) as world:
            outcome = world.call("create", timeout=IMPATIENT, **CREDIT)
    assert isinstance(outcome, NotSent)


@EVERY_CLIENT
def test_a_tunnel_that_breaks_after_the_request_leaves_the_outcome_unknown(is_async: bool) -> None:
    executed = threading.Event()

    def execute(peer: Peer) -> None:
        peer.request()
        executed.set()
        peer.socket.recv(1)

    with (
        serving(execute, tls=True) as server,
        serving(tunneling(port_of(server.url), until=executed)) as proxy,
    ):
        options: Any = {"proxy": proxy.url, "verify": trusting()}
        with real(server.url, is_async=is_async, **options) as world:
            outcome = world.call("create", **CREDIT)
    assert isinstance(outcome, OutcomeUnknown)
    assert len(server.posts) == 1


@EVERY_CLIENT
def test_a_tunnel_that_breaks_before_the_request_is_noticed(is_async: bool) -> None:
    connected = threading.Event()

    def post_when_it_has() -> Flow[Event]:
        connection = yield Connect(5)
        connected.set()
        while not proxy.closed:
            yield Sleep(0.01)
        yield Sleep(0.05)
        event: Event = yield Send(connection, world.client.credits.prepare(**CREDIT), 5)
        return event

    with (
        serving(accept, tls=True) as server,
        serving(tunneling(port_of(server.url), until=connected)) as proxy,
    ):
        options: Any = {"proxy": proxy.url, "verify": trusting()}
        with real(server.url, is_async=is_async, **options) as world:
            assert isinstance(world.run(post_when_it_has()), NotDelivered)
    assert server.posts == []


@EVERY_CLIENT
def test_no_proxy_of_the_environment_is_used_for_loopback(
    is_async: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(accept) as server, real(server.url, is_async=is_async) as world:
        assert isinstance(world.call("create", **CREDIT), AcceptedWrite)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Set variables in an environment that names neither proxies nor certificates."""
    names = ("https_proxy", "http_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")
    for name in names:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch.setenv


@pytest.mark.parametrize(
    ("variables", "host"),
    [
        ({}, None),
        ({"HTTP_PROXY": "http://other.example"}, None),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "proxy.example"),
        ({"ALL_PROXY": "proxy.example:3128"}, "proxy.example"),
        ({"HTTPS_PROXY": "http://proxy.example", "NO_PROXY": "api.example.com"}, None),
        ({"HTTPS_PROXY": "http://proxy.example", "NO_PROXY": ".example.com"}, None),
        ({"HTTPS_PROXY": "http://proxy.example", "NO_PROXY": "other.com"}, "proxy.example"),
    ],
)
def test_the_environment_names_the_proxy(
    variables: dict[str, str], host: str | None, environment: Callable[[str, str], None]
) -> None:
    for name, value in variables.items():
        environment(name, value)
    proxy = Route.of(PRODUCTION, None, ssl.create_default_context()).proxy
    assert (proxy and proxy.host) == host
    given = Route.of(PRODUCTION, "http://given.example", ssl.create_default_context()).proxy
    assert given is not None
    assert given.host == "given.example"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTPS_PROXY", "foo://x"),
        ("ALL_PROXY", "socks5://proxy.example:1080"),
        ("HTTPS_PROXY", "http://"),
        ("HTTPS_PROXY", "http://proxy.example:port"),
        ("SSL_CERT_FILE", "/does/not/exist.pem"),
    ],
)
def test_settings_of_the_environment_that_cannot_be_used_are_named_at_once(
    variable: str, value: str, environment: Callable[[str, str], None]
) -> None:
    environment(variable, value)
    with pytest.raises(InvalidArgument, match=variable):
        Propexo("not-a-token", environment=PRODUCTION)


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        ({"proxy": "socks5://proxy.example"}, PRODUCTION),
        ({"proxy": 3128}, PRODUCTION),
        ({"proxy": "http://proxy.example:65536"}, PRODUCTION),
        ({"proxy": "http://proxy..example"}, PRODUCTION),
        ({"proxy": "http://proxy example"}, PRODUCTION),
        ({"proxy": "http://proxy.example"}, "http://127.0.0.1:8000"),
        ({"verify": False}, PRODUCTION),
    ],
)
def test_a_proxy_or_certificates_that_cannot_be_used_are_refused(
    options: Any, environment: str
) -> None:
    with pytest.raises(InvalidArgument, match=f"^{next(iter(options))}: "):
        Propexo("not-a-token", environment=environment, **options)


def test_the_login_of_a_proxy_does_not_show() -> None:
    route = Route.of(PRODUCTION, f"http://user:{LOGIN}@proxy.example", trusting())
    assert route.proxy is not None
    assert route.proxy.login == f"user:{LOGIN}".encode()
    assert LOGIN not in repr(route)
