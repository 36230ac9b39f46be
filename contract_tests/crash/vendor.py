"""A vendor on loopback that books, refuses, limits, drops, and is late; it counts by key."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from propexo_client._engine.clock import Clock
from propexo_client.testing import FakePropexo, Fault
from propexo_client.testing.messages import Answer, Call

LATEST = 0.3
"""The most seconds after its arrival at which a request is executed, or a response sent."""

_ERROR = b'{"error":{"code":"%s","message":"%s"}}'


class Vendor(FakePropexo):
    """A fake on real time whose every POST may meet trouble. The key is the description.

    `GET /books` says how often each key was booked; `GET /calm` ends all trouble.
    """

    def __init__(self, seed: int = 0, *, calm: bool = False) -> None:
        super().__init__(clock=Clock(), rate_limit=1_000_000)
        self.books: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._calm = calm
        self._counting = threading.Lock()
        self.url = ""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Serve at `url`."""
        with self.serve() as server:
            self.url = server.url
            yield

    def receive(self, call: Call) -> Answer:
        """Receive a request, which may be executed late, and may be answered late."""
        if call.path == "/books":
            return Answer(200, {}, json.dumps(self.books).encode())
        if call.path == "/calm":
            self._calm = True
            return Answer(200)
        if call.method != "POST" or self._calm:
            return self._counted(call, None)
        early, late = (max(0.0, self._chance.uniform(-4, 1)) * LATEST for _ in range(2))
        time.sleep(early)
        answer = self._counted(call, self._chance.choice(_TROUBLES))
        time.sleep(late)
        return answer

    def _counted(self, call: Call, trouble: "Callable[[Vendor], None] | None") -> Answer:
        with self._counting:
            before = self.booked
            if trouble is not None:
                trouble(self)
            answer = super().receive(call)
            self._requests.clear()  # a long run keeps none of them
            if self.booked > before:
                self.books[call.json()["description"]] += 1
            return answer


def _fault(fault: Fault) -> Callable[[Vendor], None]:
    return lambda vendor: vendor.fail_next(fault, on="POST")


def _refused(status: int, code: bytes, **headers: str) -> Callable[[Vendor], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = _ERROR % (code, b"not executed")
    return lambda vendor: vendor.answer_next(status, body, headers=named, on="POST")


_TROUBLES: list[Any] = [
    *[None] * 14,
    _refused(400, b"invalid_request"),
    _refused(429, b"rate_limit_exceeded", retry_after="0"),
    _fault(Fault.RESET_BEFORE_BOOKING),
    _fault(Fault.RESET_AFTER_BOOKING),
    _fault(Fault.BAD_GATEWAY_AFTER_BOOKING),
    _fault(Fault.HALF_A_BODY),
]
