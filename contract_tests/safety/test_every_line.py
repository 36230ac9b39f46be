"""A call that is interrupted at any line reports the truth, and leaves a client that can be used.

If the write was executed, what interrupts the call names it in a note, and so does a WARNING in the
log; its idempotency key can never be sent again. The client has one connection only, so it is of
no use if an interruption loses one.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from contract_tests.client.support import CREDIT
from contract_tests.safety.interrupting import Interrupting
from contract_tests.safety.scripted import Peer, Scripted, accepted, http, serving
from propexo_client import AsyncPropexo, OutcomeUnknown, Propexo
from propexo_client.journal import BaseJournal, Journal
from propexo_client.testing import FakeClock, MemoryJournal


class SoftTimeLimitExceeded(Exception):
    """What a task queue raises in the middle of anything: an ordinary exception."""


KINDS = (KeyboardInterrupt, MemoryError, asyncio.CancelledError, SoftTimeLimitExceeded)
CALLS = ("create", "create_and_wait", "retry_write")
ENDED = {"write_status": "SUCCESS", "errors": [], "created_record_id": "charge_1"}
CHARGE = {"results": {"id": "charge_1"}}


def accept(request: bytes) -> bytes:
    """Accept a write, or the retry of one."""
    if b"/retry-write/" in request:
        return http(200, {"meta": {"job_id": "job_of_lease_1"}, "result": {"success": True}})
    return accepted(request)


def refuse(_: bytes) -> bytes:
    """Refuse a write before it is executed."""
    return http(400, {"error": {"code": "no", "message": "no"}})


def lose(_: bytes) -> bytes:
    """Execute a write, and hang up."""
    return b""


class Ledger:
    """A server that executes the writes it accepts or loses, and names each by its description."""

    def __init__(self, respond: Callable[[bytes], bytes]) -> None:
        self.executed: list[str] = []
        self.followed = 0
        self._respond = respond

    def play(self, peer: Peer) -> None:
        """Respond to one request."""
        request = peer.request()
        if request.startswith(b"GET"):
            followed = b"/write-status/" in request
            self.followed += followed
            peer.send(http(200, ENDED if followed else CHARGE))
            return
        if self._respond in (accept, lose):
            self.executed.append(name_of(request))
        peer.send(self._respond(request))


def name_of(request: bytes) -> str:
    """Return the description of a write, or the job whose retry was asked for."""
    path = request.split(maxsplit=2)[1].decode()
    if "/retry-write/" in path:
        return path.rpartition("/")[2]
    return str(json.loads(request.partition(b"\r\n\r\n")[2])["description"])


class Bench:
    """One client of one server, blocking or not, with a journal or without."""

    def __init__(
        self, server: Scripted, ledger: Ledger, journal: BaseJournal | None, *, is_async: bool
    ) -> None:
        self.journal, self.lines = journal, list[str]()
        self._ledger = ledger
        self._runner = asyncio.Runner() if is_async else None
        self._client: Any = (AsyncPropexo if is_async else Propexo)(
            "not-a-token",
            environment=server.url,
            journal=journal,
            max_connections=1,
            timeout=20,
            clock=FakeClock(),
        )

    def outcome(self, call: Callable[[Any], Any], interruption: Interrupting | None = None) -> Any:
        """Make a call, and return its result or whatever it raised."""
        try:
            if self._runner is None:
                with interruption or nullcontext():
                    return call(self._client)
            return self._runner.run(self._awaited(call, interruption))
        except BaseException as raised:
            return raised

    async def _awaited(self, call: Callable[[Any], Any], interruption: Interrupting | None) -> Any:
        try:
            with interruption or nullcontext():
                return await call(self._client)
        except BaseException as raised:
            return raised

    def interrupt(self, method: str, number: int) -> bool:
        """Interrupt a call at the line of this number, and check all that is left behind.

        False: the call has fewer lines.
        """
        name = f"write_{number}"
        interruption = Interrupting(number, KINDS[number % len(KINDS)]())
        self.lines.clear()
        followed = self._ledger.followed
        outcome = self.outcome(self._call(method, name), interruption)
        lines = list(self.lines)
        if not interruption.place:
            return False
        place = f"{type(interruption.error).__name__} at {interruption.place}: "
        found = self.outcome(lambda client: client.charges.get("charge_1"))
        assert not isinstance(found, BaseException), f"{place}the client is of no use: {found!r}"
        assert outcome is interruption.error, f"{place}ended as {outcome!r}"
        if name in self._ledger.executed:
            self._check_trace(place, outcome, lines, self._ledger.followed > followed)
        if self.journal is not None and method != "retry_write":
            self._check_key(place, method, name, self.journal)
        return True

    def _call(self, method: str, name: str) -> Callable[[Any], Any]:
        if method == "retry_write":
            return lambda client: client.credits.retry_write(name)
        fields = {**CREDIT, "description": name}
        if self.journal is not None:
            fields["idempotency_key"] = name
        return lambda client: getattr(client.credits, method)(**fields)

    def _check_trace(
        self, place: str, raised: BaseException, lines: list[str], followed: bool
    ) -> None:
        unknown = raised.__context__
        if isinstance(unknown, OutcomeUnknown):  # it was raised already, and says all itself
            assert any(str(unknown) in line for line in lines), f"{place}nothing in the log"
            return
        noted = " ".join(getattr(raised, "__notes__", []))
        assert "interrupted" in noted or "was accepted" in noted, f"{place}no note"
        assert "[fingerprint " in noted, f"{place}no fingerprint"
        assert noted in lines, f"{place}nothing in the log"
        assert "job_of_lease_1" in noted or not followed, f"{place}the job id is lost"

    def _check_key(self, place: str, method: str, name: str, journal: BaseJournal) -> None:
        executed = self._ledger.executed.count(name)
        entry = journal.get(name)
        assert not executed or (entry is not None and not entry.sendable), f"{place}key is free"
        self.outcome(self._call(method, name))
        assert self._ledger.executed.count(name) <= 1, f"{place}executed twice"

    def close(self) -> None:
        """Close the event loop."""
        if self._runner is not None:
            self._runner.close()


class Lines(logging.Handler):
    """Collects the warnings of the package."""

    def __init__(self, into: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._into = into

    def emit(self, record: logging.LogRecord) -> None:
        self._into.append(record.getMessage())


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    found = logging.getLogger("propexo_client")
    level, found.propagate = found.level, False
    found.setLevel(logging.INFO)
    yield found
    found.propagate = True
    found.setLevel(level)
    found.handlers.clear()


def interrupt_everywhere(
    method: str,
    respond: Callable[[bytes], bytes],
    new_journal: Callable[[str], BaseJournal] | None,
    logger: logging.Logger,
    *,
    is_async: bool,
    step: int = 1,
) -> int:
    """Interrupt a call at every `step`th line; return how many lines it has."""
    ledger = Ledger(respond)
    with serving(ledger.play, one_by_one=True) as server:
        journal = new_journal(server.url) if new_journal else None
        bench = Bench(server, ledger, journal, is_async=is_async)
        logger.addHandler(Lines(bench.lines))
        bench.outcome(bench._call(method, "write_0"))  # fills what is kept between calls
        number = 1
        while bench.interrupt(method, number):
            number += step
        bench.close()
    return number


def in_memory(url: str) -> BaseJournal:
    return MemoryJournal(environment=url)


EVERY_CALL = pytest.mark.parametrize("method", CALLS)
EVERY_CLIENT = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
EVERY_JOURNAL = pytest.mark.parametrize("new_journal", [None, in_memory], ids=["plain", "keyed"])


@EVERY_CLIENT
@EVERY_JOURNAL
@EVERY_CALL
def test_a_call_interrupted_at_any_line_tells_the_truth(
    method: str, new_journal: Any, is_async: bool, logger: logging.Logger
) -> None:
    lines = interrupt_everywhere(method, accept, new_journal, logger, is_async=is_async, step=17)
    assert lines > 300


@pytest.mark.slow
@pytest.mark.timeout(300)
@EVERY_CLIENT
@EVERY_JOURNAL
@EVERY_CALL
@pytest.mark.parametrize("respond", [accept, refuse, lose])
def test_a_call_interrupted_at_every_line_tells_the_truth(
    respond: Any, method: str, new_journal: Any, is_async: bool, logger: logging.Logger
) -> None:
    assert interrupt_everywhere(method, respond, new_journal, logger, is_async=is_async) > 350


@pytest.mark.slow
@pytest.mark.timeout(300)
@EVERY_CLIENT
def test_a_call_on_a_file_interrupted_at_every_line_tells_the_truth(
    is_async: bool, logger: logging.Logger, tmp_path: Any
) -> None:
    def on_disk(url: str) -> BaseJournal:
        Journal.init(tmp_path / "j", environment=url, ephemeral=True)
        return Journal(tmp_path / "j")

    assert interrupt_everywhere("create", accept, on_disk, logger, is_async=is_async) > 600
