"""A vendor on loopback that books, refuses, limits, drops, and is late; it counts by key."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from propexo_client._engine.clock import Clock
from propexo_client.testing import FakePropexo, Fault
from propexo_client.testing.messages import Call, FakeResponse

LATEST = 0.3
"""The most seconds after its arrival at which a request is executed, or a response sent."""

_ERROR = b'{"error":{"code":"%s","message":"%s"}}'

Trouble: TypeAlias = "Callable[[Vendor], None] | None"


class Vendor(FakePropexo):
    """A fake on real time whose every POST may meet trouble. The key is the description.

    Each of `troubles` is as likely as the others. A `steady` vendor executes every POST after 100
    to 300 ms; another one at once, as a rule. `GET /books` says how often each key was booked;
    `GET /calm` ends all trouble and delay.
    """

    def __init__(self, seed: int, troubles: "Sequence[Trouble]" = (), *, steady: bool = False):
        super().__init__(clock=Clock(), rate_limit=1_000_000)
        self.books: Counter[str] = Counter()
        self.arrived = 0
        self.url = ""
        self._chance = random.Random(seed)
        self._troubles = list(troubles)
        self._earliest = LATEST / 3 if steady else -4 * LATEST
        self._calm = not troubles
        self._counting = threading.Lock()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Serve at `url`."""
        with self.serve() as server:
            self.url = server.url
            yield

    def receive(self, call: Call) -> FakeResponse:
        """Receive a request, which may be executed late, and whose response may be late."""
        if call.path == "/books":
            return FakeResponse(200, {}, json.dumps(self.books).encode())
        if call.path == "/calm":
            self._calm = True
            return FakeResponse(200)
        if call.method != "POST" or self._calm:
            return self._counted(call, None)
        self.arrived += 1
        early, late = (max(0.0, self._chance.uniform(self._earliest, LATEST)) for _ in range(2))
        time.sleep(early)
        response = self._counted(call, self._chance.choice(self._troubles))
        time.sleep(0 if self._earliest > 0 else late)
        return response

    def _counted(self, call: Call, trouble: "Trouble") -> FakeResponse:
        with self._counting:
            before = self.booked
            if trouble is not None:
                trouble(self)
            response = super().receive(call)
            self._requests.clear()  # a long run keeps none of them
            if self.booked > before:
                self.books[call.json()["description"]] += 1
            return response


def _fault(fault: Fault) -> Callable[[Vendor], None]:
    return lambda vendor: vendor.fail_next(fault, on="POST")


def _refused(status: int, code: bytes, **headers: str) -> Callable[[Vendor], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = _ERROR % (code, b"not executed")
    return lambda vendor: vendor.respond_next(status, body, headers=named, on="POST")


ALL_TROUBLES: list[Trouble] = [
    *[None] * 14,
    _refused(400, b"invalid_request"),
    _refused(429, b"rate_limit_exceeded", retry_after="0"),
    _fault(Fault.RESET_BEFORE_BOOKING),
    _fault(Fault.RESET_AFTER_BOOKING),
    _fault(Fault.BAD_GATEWAY_AFTER_BOOKING),
    _fault(Fault.HALF_A_BODY),
]
LOST: list[Trouble] = [*[None] * 24, _fault(Fault.RESET_AFTER_BOOKING)]
"""A response in 25 is lost after the execution."""
