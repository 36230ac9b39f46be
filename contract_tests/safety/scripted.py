"""A server on loopback that does to each connection just what a test says."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

PEM = Path(__file__).with_name("loopback.pem")
"""Key and certificate of the server. They are for loopback, and protect nothing."""


def trusting() -> ssl.SSLContext:
    """Trust the server's certificate."""
    return ssl.create_default_context(cafile=PEM)


def http(status: int, body: object = b"", *headers: str) -> bytes:
    """Write a response, with JSON as its body unless that is bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Whatever", f"content-length: {len(content)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + content


def accepted(request: bytes) -> bytes:
    """Accept a write: the job is named after its lease."""
    sent = json.loads(request.partition(b"\r\n\r\n")[2])
    return http(200, {"meta": {"job_id": f"job_of_{sent['lease_id']}"}, "result": sent})


@dataclass
class Peer:
    """One connection, seen from the server."""

    socket: socket.socket
    server: "Scripted"

    def request(self) -> bytes:
        """Wait for a whole request. Raises `ConnectionError` when none comes."""
        received = b""
        while not _is_whole(received):
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError("the client hung up")
            received += more
        self.server.requests.append(received)
        return received

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self.socket.sendall(data)

    def drip(self, data: bytes, *, every: float = 0.02) -> None:
        """Send bytes again and again, this many seconds apart, until the client has enough."""
        while True:
            self.send(data)
            time.sleep(every)


Script: TypeAlias = Callable[[Peer], object]


@dataclass
class Scripted:
    """What the server has seen. `connections` counts them, `closed` those that it closed again."""

    url: str
    connections: int = 0
    closed: int = 0
    requests: list[bytes] = field(default_factory=list)

    @property
    def posts(self) -> list[Any]:
        """The JSON bodies of the POSTs."""
        found = [request for request in self.requests if request.startswith(b"POST ")]
        return [json.loads(request.partition(b"\r\n\r\n")[2] or b"null") for request in found]


@contextmanager
def serving(script: Script, *, tls: bool = False, one_by_one: bool = False) -> Iterator[Scripted]:
    """Serve in threads, or one connection after another; each plays `script`, then is closed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        port = listener.getsockname()[1]
        server = Scripted(f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}")

        def play(connection: socket.socket) -> None:
            with suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if tls:
                    connection = context.wrap_socket(connection, server_side=True)
                with connection:
                    script(Peer(connection, server))
            server.closed += 1

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                server.connections += 1
                if one_by_one:
                    play(connection)
                else:
                    threading.Thread(target=play, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def _is_whole(received: bytes) -> bool:
    head, found, body = received.partition(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    ]
    return bool(found) and len(body) >= sum(lengths)
