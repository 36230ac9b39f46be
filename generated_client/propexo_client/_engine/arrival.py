"""One response as it comes in: decompressed, bounded, and without the token."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..messages import Response
from .clock import Clock
from .token import Secret

LARGEST_BODY = 8 * 2**20
"""Bytes of a body, decompressed, above which a response is given up."""

_SHOWN_HEADERS = frozenset(
    b"cf-ray content-length content-type date request-id retry-after server via"
    b" x-amzn-requestid x-correlation-id x-ratelimit-limit x-ratelimit-remaining"
    b" x-request-id".split()
)
_COMPRESSED = (b"gzip", b"x-gzip", b"deflate")
_EITHER_HEADER = 32 + zlib.MAX_WBITS


class Broken(Exception):
    """An exchange came to nothing. `cause` may quote what arrived if it is `quoting`."""

    def __init__(self, cause: Exception, *, quoting: bool) -> None:
        super().__init__()
        self.cause = cause
        self.quoting = quoting


class TooLarge(Exception):
    """A body is larger than any that can be meant."""


@dataclass(slots=True)
class Arrival:
    """Takes in one response, piece by piece. `started` is a moment of the monotonic clock."""

    secret: Secret
    clock: Clock
    started: float
    _status: int | None = None
    _headers: dict[str, str] = field(default_factory=dict[str, str])
    _chunks: list[bytes] = field(default_factory=list[bytes])
    _received: int = 0
    _size: int = 0
    _decoder: "zlib._Decompress | None" = None  # pyright: ignore[reportPrivateUsage]

    @property
    def begun(self) -> bool:
        """Whether the status and the headers are there."""
        return self._status is not None

    @property
    def succeeded(self) -> bool:
        """Whether the status is a 2xx."""
        return self._status is not None and 200 <= self._status < 300

    def begin(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Take in the status and the headers."""
        self._status = status
        for name, value in headers:
            lowered = name.lower()
            if lowered in _SHOWN_HEADERS:
                self._show(lowered.decode(), value.decode("latin-1"))
            elif lowered == b"content-encoding" and value.lower() in _COMPRESSED:
                self._decoder = zlib.decompressobj(wbits=_EITHER_HEADER)

    def _show(self, name: str, value: str) -> None:
        """Keep a header. Other values of the same name are all kept: none of them is the one."""
        earlier = self._headers.get(name, value)
        self._headers[name] = value if earlier == value else f"{earlier}, {value}"

    def add(self, data: bytes) -> None:
        """Take in a piece of the body as it was sent. Raises `TooLarge`, or `zlib.error`."""
        self._received += len(data)
        if self._decoder is not None:
            data = self._decoder.decompress(data, LARGEST_BODY - self._size + 1)
        self._size += len(data)
        if max(self._size, self._received) > LARGEST_BODY:
            self._chunks.clear()
            raise TooLarge(f"the body is larger than {LARGEST_BODY:,} bytes")
        self._chunks.append(data)

    def so_far(self) -> Response | None:
        """Return what has come in up to now."""
        return self.whole() if self.begun else None

    def whole(self) -> Response:
        """Return the response, now that it is complete."""
        assert self._status is not None
        headers, body = self.secret.redact(self._headers, b"".join(self._chunks))
        return Response(self._status, headers, body, self.clock.monotonic() - self.started)
