"""FakePropexo: an in-memory Propexo that follows the contract, and fails on command."""

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from .._engine.clock import Clock
from . import handlers
from .clock import FakeClock
from .faults import Fault, Planned, planned_fault, planned_response
from .handlers import Matched
from .jobs import JobLife
from .ledger import Ledger
from .limits import RateLimit
from .messages import Call, FakeResponse, Killed, RecordedRequest, error_response
from .rows import Row, blank, records
from .server import FakeServer
from .transport import FakeTransport

TOKEN = "fake-token"
"""The token that a fake accepts by default."""


class FakePropexo:
    """Propexo in memory: a ledger, its jobs, and every operation of the contract.

        fake = FakePropexo()
        propexo = Propexo(
            fake.token, environment=..., transport=fake.transport(), clock=fake.clock
        )
        fake.fail_next(Fault.RESET_AFTER_BOOKING)
        ...
        assert (fake.posts, fake.booked) == (1, 1)

    In process use `transport()`, or `respond` as the side effect of a respx route; for a real
    server `with fake.serve() as server:` and `server.url`. Requests that violate the contract
    are refused with 400. Beyond the documented 200 and 400 it responds with 401 to another token,
    404 to an unknown path or id, 405 to another method, and 429 when `enforce_rate_limit` is set.

    Every wait is on `clock`: by default a `FakeClock`, so nothing takes time; pass
    `propexo_client.clock.Clock()` to have the fake keep real time. Safe to share between threads.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        clock: Clock | None = None,
        rate_limit: int = 150,
        enforce_rate_limit: bool = False,
    ) -> None:
        self.token = token
        self.clock = clock or FakeClock()
        self._lock = threading.RLock()
        self._ledger = Ledger(self.clock)
        self._limit = RateLimit(self.clock.monotonic, rate_limit, enforced=enforce_rate_limit)
        self._faults: deque[Planned] = deque()
        self._requests: list[RecordedRequest] = []
        self._servers: list[FakeServer] = []
        self._dies = False

    def __repr__(self) -> str:
        return f"FakePropexo(posts={self.posts}, booked={self.booked})"

    # Ways to reach it

    def transport(self) -> FakeTransport:
        """Return a transport for the clients of httpx and of this package, blocking or not."""
        return FakeTransport(self.receive, self.clock)

    def respond(self, request: httpx.Request) -> httpx.Response:
        """Respond to one request of httpx; the side effect of a respx route."""
        return self.transport().handle_request(request)

    def serve(self) -> FakeServer:
        """Return a loopback server: `with fake.serve() as server:`, then `server.url`."""
        server = FakeServer(self.receive, self.clock)
        self._servers.append(server)
        return server

    def receive(self, call: Call) -> FakeResponse:
        """Respond to one request, or say how its connection fails."""
        with self._lock:
            return self._receive(call)

    # What happens next

    def fail_next(self, fault: Fault, *, times: int = 1, on: str | None = None) -> None:
        """Make the next request, or the next `times` of them, meet `fault`.

        `on` waits for an operation (`get_write_status`) or a method (`POST`). Faults are met in the
        order they were planned. Raises `ValueError` for a refused connection while a server runs.
        """
        if not fault.arrives and any(server.running for server in self._servers):
            raise ValueError(f"{fault.name}: on loopback use `with server.refusing():` instead")
        with self._lock:
            self._faults.extend([planned_fault(fault, on)] * times)

    def respond_next(
        self,
        status: int,
        body: bytes = b"",
        *,
        headers: Mapping[str, str] | None = None,
        after_booking: bool = False,
        on: str | None = None,
    ) -> None:
        """Give the next request this response; with `after_booking` it is executed anyway."""
        with self._lock:
            self._faults.append(
                planned_response(status, body, headers or {}, after_booking=after_booking, on=on)
            )

    def die_after_next_booking(self) -> None:
        """Kill the caller's process, by raising `Killed`, when its next POST has been executed.

        In process only: a process that talks to a server can be killed for real. Raises
        `ValueError` while a server runs.
        """
        if any(server.running for server in self._servers):
            raise ValueError("die_after_next_booking: kill the process that talks to the server")
        self._dies = True

    def clear_faults(self) -> None:
        """Forget every fault that no request has met yet."""
        with self._lock:
            self._faults.clear()

    def next_job(self, life: JobLife) -> None:
        """Set how the job of the next accepted write goes. Several are used in order."""
        with self._lock:
            self._ledger.next_lives.append(life)

    def every_job(self, life: JobLife) -> None:
        """Set how every job goes for which no `next_job` is queued."""
        with self._lock:
            self._ledger.default_life = life

    def add(self, record: str, /, **fields: Any) -> Row:
        """Put a record of any kind into the books: `fake.add("FinancialAccount", name="Rent")`."""
        if record not in records():
            known = ", ".join(sorted(records()))
            raise ValueError(f"{record}: there is no such record; use {known}")
        if unknown := sorted(fields.keys() - blank(record).keys()):
            raise ValueError(f"{record}: has no field {', '.join(unknown)}")
        with self._lock:
            return dict(self._ledger.add(record, fields))

    def add_all(self, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Put in rows of several kinds, each under the name of its record.

        `fake.add_all(portfolio())` puts in a small portfolio of tenants and leases.
        """
        for record, each in rows.items():
            for fields in each:
                self.add(record, **fields)

    def add_charge(self, **fields: Any) -> Row:
        """Put a charge into the ledger, as if another system had; a negative amount is a credit."""
        return self.add("Charge", **fields)

    def add_recurring_charge(self, **fields: Any) -> Row:
        """Put a recurring charge into the ledger."""
        return self.add("RecurringCharge", **fields)

    def add_payment(self, **fields: Any) -> Row:
        """Put a payment into the ledger."""
        return self.add("Payment", **fields)

    def add_financial_account(self, **fields: Any) -> Row:
        """Put a financial account into the ledger."""
        return self.add("FinancialAccount", **fields)

    # Looking into it

    @property
    def requests(self) -> tuple[RecordedRequest, ...]:
        """Every request that arrived, in order. One whose connection was refused did not."""
        with self._lock:
            return tuple(self._requests)

    @property
    def posts(self) -> int:
        """How many POSTs arrived: each may move money."""
        return sum(request.method == "POST" for request in self.requests)

    @property
    def booked(self) -> int:
        """How many writes that were posted are in the ledger."""
        with self._lock:
            return len(self._ledger.booked)

    @property
    def charges(self) -> tuple[Row, ...]:
        """Every charge in the ledger, readable yet or not, as the vendor would show it."""
        with self._lock:
            return tuple(dict(row) for row in self._ledger.all_rows("Charge"))

    @property
    def credits(self) -> tuple[Row, ...]:
        """The charges with a negative amount."""
        return tuple(row for row in self.charges if (row["amount_in_cents"] or 0) < 0)

    def _receive(self, call: Call) -> FakeResponse:
        found = handlers.find(call)
        operation = None if isinstance(found, FakeResponse) else found[0]
        fault = self._take_fault(operation, call.method)
        lost = fault.change(FakeResponse()) if fault is not None and not fault.books else None
        if lost is not None and not lost.arrives:
            return lost
        self._record(call, operation, fault)
        if lost is not None:
            return lost
        response = self._limit.admit() or self._limit.report(self._execute(call, found))
        if self._dies and call.method == "POST":
            self._dies = False
            raise Killed
        return response if fault is None else fault.change(response)

    def _execute(self, call: Call, found: tuple[str, str] | FakeResponse) -> FakeResponse:
        if isinstance(found, FakeResponse):
            return found
        if call.headers.get("authorization") != f"Bearer {self.token}":
            return error_response(401, "the token is not valid", code="unauthorized")
        try:
            body = call.json()
        except ValueError:
            return error_response(400, "the body is not JSON")
        request = Matched(*found, call.query, body)
        return handlers.refusal(request) or handlers.handle(self._ledger, request)

    def _take_fault(self, operation: str | None, method: str) -> Planned | None:
        for fault in self._faults:
            if fault.meets(operation, method):
                self._faults.remove(fault)
                return fault
        return None

    def _record(self, call: Call, operation: str | None, fault: Planned | None) -> None:
        try:
            body = call.json()
        except ValueError:
            body = None
        name = None if fault is None else fault.name
        self._requests.append(
            RecordedRequest(operation, call.method, call.path, call.query, body, name)
        )
