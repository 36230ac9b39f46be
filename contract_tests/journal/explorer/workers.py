"""Workers: the third driver of the real flow, which takes one step of one of them at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from contract_tests.journal.explorer import checks
from contract_tests.journal.explorer.simulated import KEY, Simulated
from contract_tests.journal.explorer.state import DAY, RETRY, Flight, Setting, Violation, World
from propexo_client._engine import keys
from propexo_client._engine.exchange import Session
from propexo_client._engine.flow import (
    Commit,
    Connect,
    Flow,
    Lost,
    NotDelivered,
    Send,
    Step,
)
from propexo_client._engine.flow import (
    Event as Came,
)
from propexo_client._engine.replays import Replay
from propexo_client.errors import JournalUnavailable, PropexoError
from propexo_client.journal import Claim, Entry, Event, Sendable
from propexo_client.journal.history import jobs
from propexo_client.messages import Request, Response
from propexo_client.testing import FakeClock

TIMEOUT = 200.0

_ERROR = b'{"error":{"code":"invalid_request","message":"no"}}'
_LIMITED = {"x-ratelimit-limit": "150", "x-ratelimit-remaining": "0"}


@dataclass(slots=True)
class Node:
    """How far a call has come: what its flow was given so far, and the step that it waits for."""

    worker: int
    call: int
    inputs: tuple[tuple[float, Any], ...] = ()
    step: Step | None = None
    result: Any = None
    slept: float = 0.0
    claim: Claim | None = None
    children: dict[Any, int] = field(default_factory=dict[Any, int])


class Workers:
    """Takes the next step of any worker. Flows are kept, for they do not depend on the world."""

    write: type[keys.KeyedWrite] = keys.KeyedWrite

    def __init__(self, setting: Setting, journal: Simulated) -> None:
        self.setting = setting
        self.journal = journal
        self._events: list[Event] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._nodes: list[Node] = []
        self._first: dict[tuple[int, int, float], int] = {}

    def history(self, world: World) -> tuple[Event, ...]:
        """Give the events of the key."""
        return tuple(self._events[number] for number in world.history)

    def steps(self, world: World, worker: int) -> Iterator[tuple[str, World]]:
        """Give what one worker may do next, and what may come of it."""
        call, number = world.workers[worker]
        if call >= len(self.setting.calls[worker]) or not self._may_begin(world, worker, call):
            return
        if number < 0:
            number = self._beginning(world, worker, call)
        node = self._nodes[number]
        name = f"worker {worker}, call {call}"
        if isinstance(node.step, Commit):
            yield from self._commit(world, name, number, node.step)
        elif isinstance(node.step, Connect):
            yield self._given(world, f"{name} connects", number, world.now)
            if world.left("unconnected"):
                refused = NotDelivered(OSError("refused"))
                yield self._given(
                    *(world.spend("unconnected"), f"{name} cannot connect", number),
                    *(refused, "unconnected"),
                )
        elif isinstance(node.step, Send):
            yield from self._send(world, name, number, node.step)
        if node.inputs and world.left("kills"):
            yield f"{name} is killed", self._next_call(world.spend("kills"), worker)

    def enter(self, world: World, writer: str, trouble: str = "") -> None:
        """Bring the journal into this world."""
        journal = self.journal
        journal.events, journal.now = self.history(world), world.now
        journal.writer, journal.trouble, journal.nonces = writer, trouble, 0

    def after(self, world: World) -> World:
        """Take over what the journal holds now."""
        events = self.journal.events
        if len(events) == len(world.history):
            return world
        return world._replace(history=tuple(self._number(event) for event in events))

    def _may_begin(self, world: World, worker: int, call: int) -> bool:
        if self.setting.calls[worker][call] != RETRY or world.workers[worker][1] >= 0:
            return True
        return world.has_failed("J1") and "J1" in jobs(self.history(world))

    def _beginning(self, world: World, worker: int, call: int) -> int:
        place = (worker, call, world.now)
        if place not in self._first:
            self._first[place] = self._add(Node(worker, call), world.now)
        return self._first[place]

    def _commit(
        self, world: World, name: str, number: int, step: Commit[Any]
    ) -> Iterator[tuple[str, World]]:
        work = getattr(step.work, "func", step.work).__name__
        reads = work.startswith("look")
        troubles = ["before"] if reads else ["before", "after", "closed"]
        for trouble in ["", *(troubles if world.left("disk") else [])]:
            spent = world.spend("disk") if trouble else world
            came, after = self._do(spent, number, step.work, trouble, reads=reads)
            if trouble and not isinstance(came, PropexoError) and came is not False:
                continue  # nothing was appended, so nothing failed
            if work == "claim" and world.proven and after.history != world.history:
                raise Violation("claimed, although it is proven to be posted")
            yield self._given(after, f"{name}: {work} {trouble}".rstrip(), number, came)
        undo = step.undo
        if undo is not None and world.left("cancels"):
            came, after = self._do(world.spend("cancels"), number, step.work)
            if not isinstance(came, PropexoError):
                _, after = self._do(after, number, partial(undo, came))
                yield (
                    f"{name} is cancelled while it claims",
                    self._next_call(after, self._nodes[number].worker),
                )

    def _do(
        self,
        world: World,
        number: int,
        work: Callable[[], Any],
        trouble: str = "",
        *,
        reads: bool = False,
    ) -> tuple[Any, World]:
        """Have the journal do something in this world; an error is what came of it, too."""
        node = self._nodes[number]
        self.enter(world, f"{node.worker}/{node.call}", trouble)
        if reads and trouble:
            return JournalUnavailable("the disk is gone"), world
        try:
            came = work()
        except PropexoError as error:
            came = error
        return came, self.after(world)

    def _send(
        self, world: World, name: str, number: int, step: Send[float]
    ) -> Iterator[tuple[str, World]]:
        node = self._nodes[number]
        content = self.setting.calls[node.worker][node.call]
        retries = "J1" if content == RETRY else None
        attempt = node.claim.attempt if node.claim else 0
        flight = Flight(attempt, content, retries, step.connection)
        gone = Lost(OSError("reset"))
        if world.now >= step.connection + DAY:
            yield self._given(world, f"{name} sends over a dead connection", number, gone, "dead")
        elif world.refuses(flight):
            no = Response(400, {}, _ERROR)
            yield self._given(world, f"{name} retries what did not fail", number, no, "400")
        else:
            done, job = world.executed(flight)
            checks.executed(self.setting, done)
            yes = Response(200, {}, b'{"meta":{"job_id":"%s"}}' % job.encode())
            yield self._given(done, f"{name} sends, accepted as {job}", number, yes, job)
            if world.left("lost"):
                for what, lost in (("response", done), ("request", world)):
                    title = f"{name} sends, {what} lost"
                    yield self._given(lost.spend("lost"), title, number, gone, "lost")
            if world.left("late"):
                held = world.spend("late")._replace(flights=(*world.flights, flight))
                yield self._given(held, f"{name} sends, held up", number, gone, "held up")
        for what, response in _REFUSALS.items():
            if world.left(what):
                yield self._given(world.spend(what), f"{name}: {what}", number, response, what)

    def _given(
        self, world: World, title: str, number: int, value: Came | object, tag: object = None
    ) -> tuple[str, World]:
        """Resume a worker's flow with what came of its step."""
        node = self._nodes[number]
        mark = (world.now, _tag(value) if tag is None else tag)
        child = node.children.get(mark)
        if child is None:
            made = Node(
                *(node.worker, node.call, (*node.inputs, (world.now + node.slept, value))),
                slept=node.slept,
                claim=value if isinstance(value, Claim) else node.claim,
            )
            child = node.children[mark] = self._add(made, world.now)
        node = self._nodes[child]
        if node.step is None:
            content = self.setting.calls[node.worker][node.call]
            checks.reported(world, content, node.result, node.claim)
            ending = type(node.result).__name__
            return f"{title}; it ends: {ending}", self._next_call(world, node.worker)
        workers = list(world.workers)
        workers[node.worker] = (node.call, child)
        return title, world._replace(workers=tuple(workers))

    def _add(self, node: Node, now: float) -> int:
        """Run a flow from its beginning to the step it waits for."""
        waits = list(node.inputs)
        clock, slept = FakeClock(0.0), 0.0
        clock.now = waits[0][0] if waits else now
        flow = self._flow(node, clock)
        try:
            step = next(flow)
            while True:
                if not isinstance(step, Commit | Connect | Send):
                    pause = getattr(step, "seconds", 0.0)
                    slept += pause
                    clock.now += pause
                    step = flow.send(None)
                elif waits:
                    clock.now, value = waits.pop(0)
                    failed = isinstance(value, PropexoError)
                    step = flow.throw(value) if failed else flow.send(value)
                else:
                    node.step, node.slept = step, slept
                    break
        except StopIteration as end:
            node.result = end.value
        except PropexoError as error:
            node.result = error
        self._nodes.append(node)
        return len(self._nodes) - 1

    def _flow(self, node: Node, clock: FakeClock) -> Flow[Any]:
        content = self.setting.calls[node.worker][node.call]
        request = _request(content)
        session = Session(timeout=TIMEOUT, clock=clock, jitter=lambda: 0.5)
        look: Callable[..., Sendable | Entry]
        look = partial(self.journal.look, KEY, request.operation, request.fields)
        if content == RETRY:
            look = partial(self.journal.look_for_retry, "J1")
        came = yield from self.write(session, self.journal, request, look).post()
        return came.accepted() if isinstance(came, Replay) else came

    def _next_call(self, world: World, worker: int) -> World:
        workers = list(world.workers)
        workers[worker] = (workers[worker][0] + 1, -1)
        return world._replace(workers=tuple(workers))

    def _number(self, event: Event) -> int:
        same = (
            *(event.seq, event.attempt, event.state, event.operation, event.fingerprint),
            *(event.job_id, event.record_id, event.nonce, event.at, event.deadline),
            str(event.detail),
        )
        if same not in self._numbers:
            self._numbers[same] = len(self._events)
            self._events.append(event)
        return self._numbers[same]


_REFUSALS = {"refused": Response(422, {}, _ERROR), "limited": Response(429, _LIMITED, b"")}


def _request(content: str) -> Request:
    if content == RETRY:
        return Request.of("retry_write", "POST", "/v1/retry/J1", timeout=TIMEOUT, body={})
    body = {"description": content}
    return Request.of("create_resident_credit", "POST", "/v1/credits/", timeout=TIMEOUT, body=body)


def _tag(value: object) -> object:
    """Distinguish what a flow is given from everything else that it may be given."""
    if isinstance(value, Sendable):
        return "free", value.event.seq, value.event.attempt, value.event.operation
    if isinstance(value, Claim):
        event = value.event
        return "claim", event.seq, event.attempt, event.nonce, event.at, event.deadline
    if isinstance(value, Entry):
        return "entry", tuple((event.state, event.nonce, event.at) for event in value.history)
    if isinstance(value, PropexoError):
        return "error", type(value).__name__, str(value)
    return value
