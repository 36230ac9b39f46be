"""The fake on loopback: a real HTTP/1.1 server, whose faults are real ones."""

import socket
import struct
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, cast

from .._engine.clock import Clock
from .messages import Call, Delivery, FakeResponse, Receive

_POLL_SECONDS = 0.005
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class FakeServer:
    """Serves a fake at `url` inside a `with` block.

    Each connection has a thread. Waiting for a slow response is done on `clock`; a silent one lasts
    until the other side gives up.
    """

    def __init__(self, receive: Receive, clock: Clock) -> None:
        self._receive = receive
        self._clock = clock
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Base URL, for the client's `environment`."""
        if not self._port:
            raise RuntimeError("the server is not running; use `with fake.serve() as server:`")
        return f"http://127.0.0.1:{self._port}"

    @property
    def running(self) -> bool:
        """Whether it is listening."""
        return self._server is not None

    @contextmanager
    def refusing(self) -> Generator[None]:
        """Refuse every connection inside the `with` block; open ones are closed first."""
        self._stop()
        try:
            yield
        finally:
            self._start()

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    def _start(self) -> None:
        self._server = _Server(self._port, self._receive, self._clock)
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_POLL_SECONDS,))
        self._thread.start()

    def _stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join()
            self._server = self._thread = None


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, port: int, receive: Receive, clock: Clock) -> None:
        self.receive = receive
        self.clock = clock
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def stop(self) -> None:
        """Stop listening, then break every connection and wait for its thread."""
        self.shutdown()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER):
            request.close()  # an orderly shutdown first would spoil the reset
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: a client that goes away is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_call(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        server = cast(_Server, self.server)
        response = server.receive(Call(self.command or "", self.path, headers, body))
        server.clock.sleep(response.delay)
        self.close_connection = response.delivery is not Delivery.WHOLE
        match response.delivery:
            case Delivery.WHOLE:
                self.wfile.write(_head(response) + response.body)
            case Delivery.HALF:
                self.wfile.write(_head(response) + response.body[: len(response.body) // 2])
            case Delivery.SILENT:
                self.connection.recv(1)
            case _:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_call  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


def _head(response: FakeResponse) -> bytes:
    known = {status.value: status.phrase for status in HTTPStatus}
    headers = {**response.headers, "content-length": str(len(response.body))}
    lines = [f"HTTP/1.1 {response.status} {known.get(response.status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
