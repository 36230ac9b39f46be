"""Ways to break it, each a trap that somebody has fallen into, and where each is found."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from unittest.mock import patch

from contract_tests.journal.explorer.simulated import KEY, Simulated
from contract_tests.journal.explorer.state import Setting
from contract_tests.journal.explorer.world import Explorer
from propexo_client._engine import keys, outcomes
from propexo_client._engine.flow import Commit, Connect, Flow, NotDelivered, Send, Sleep
from propexo_client.errors import JournalUnavailable, NotSent, RateLimited, RequestError
from propexo_client.journal import Claim, Entry, Event, Sendable, State, rules
from propexo_client.journal.events import SENDABLE
from propexo_client.results import AcceptedWrite

TWICE = (("A",), ("A",))
Patch = AbstractContextManager[Any]


@dataclass(frozen=True)
class Broken:
    """One way: a flow, a journal, rules or people that are wrong, and a setting that shows it."""

    setting: Setting
    write: type[keys.KeyedWrite] = keys.KeyedWrite
    journal: type[Simulated] = Simulated
    patch: Callable[[], Patch] = nullcontext

    def explorer(self) -> Explorer:
        """Make the search that should find it."""
        explorer = Explorer(self.setting, self.journal())
        explorer.write = self.write
        return explorer


class ChecksThenRecords(keys.KeyedWrite):
    """Check, post, record: the claim comes when it is too late."""

    def _claim(self, found: Sendable) -> Flow[NotDelivered | None]:
        self._found = found
        return None
        yield

    def _try(self, found: Sendable) -> Flow[Any]:
        outcome = yield from super()._try(found)
        claim = yield Commit(partial(self._journal.claim, found, lasting=1, within=1))
        if isinstance(outcome, AcceptedWrite) and claim is not None:
            return (yield from self._record(claim, outcome))
        return outcome


class TakesOver(keys.KeyedWrite):
    """An old row of a writer that seems to be dead is taken over."""

    def _look(self) -> Flow[Any]:
        found = yield from super()._look()
        if isinstance(found, Entry) and found.overdue:
            draft = rules.next_event(found.history, State.SENDING, attempt=found.attempt + 1)
            return Sendable(draft)
        return found


class FreesOnAnyException(keys.KeyedWrite):
    """Whatever was raised, the key is freed."""

    def _record(self, claim: Claim, outcome: Any) -> Flow[Any]:
        if isinstance(outcome, RequestError):
            yield Commit(partial(claim.released, "an exception"))
            return outcome
        return (yield from super()._record(claim, outcome))


class SendsAlthoughInDoubt(keys.KeyedWrite):
    """The claim failed, or is in doubt, and the request is sent all the same."""

    def _claim(self, found: Sendable) -> Flow[NotDelivered | None]:
        try:
            return (yield from super()._claim(found))
        except JournalUnavailable:
            return None


class FreesWhenRecordingFailed(keys.KeyedWrite):
    """The outcome could not be recorded, so the key is freed."""

    def _record(self, claim: Claim, outcome: Any) -> Flow[Any]:
        recorded = yield from super()._record(claim, outcome)
        if isinstance(recorded, AcceptedWrite) and not recorded.recorded:
            yield Commit(partial(claim.released, "not recorded"))
        return recorded


class WaitsInsideTheClaim(keys.KeyedWrite):
    """A 429 is waited out, and the request sent again, under the same claim."""

    def _record(self, claim: Claim, outcome: Any) -> Flow[Any]:
        while isinstance(outcome, RateLimited):
            yield Sleep(60.0)
            connection = yield Connect(1.0)
            if isinstance(connection, NotDelivered):
                break
            event = yield Send(connection, self._request, 1.0)
            outcome = outcomes.of_write(self._request, event)
        return (yield from super()._record(claim, outcome))


class ClaimsBeforeItConnects(keys.KeyedWrite):
    """The connection is opened when the claim may be a day old."""

    def _try(self, found: Sendable) -> Flow[Any]:
        claim = yield Commit(partial(self._journal.claim, found, lasting=200, within=1))
        if claim is None:
            return None
        self.claim = claim
        connection = yield Connect(1.0)
        if isinstance(connection, NotDelivered):
            return (yield from self._record(claim, NotSent("no connection", request=self._request)))
        event = yield Send(connection, self._request, 1.0)
        outcome = outcomes.of_write(self._request, event)
        return (yield from self._record(claim, outcome))


class AnybodyAppends(Simulated):
    """Appends are not tied to what was read, nor outcomes to the writer's own claim."""

    def takes(self, event: Event) -> bool:
        return event.key == KEY

    def _append(self, event: Event, lasting: float | None, within: float) -> Event | None:
        return super()._append(replace(event, seq=len(self.events) + 1), lasting, within)


class KeyForEachCaller(keys.KeyedWrite):
    """Two callers of retry_write use two keys."""

    def _look(self) -> Flow[Any]:
        found = yield from super()._look()
        if self._request.operation == "retry_write" and isinstance(found, Entry):
            draft = rules.next_event(found.history, State.SENDING, attempt=found.attempt + 1)
            return Sendable(replace(draft, operation="retry_write"))
        return found


def _patched(name: str, function: Any) -> Callable[[], Patch]:
    return lambda: patch.object(rules, name, function)


def _settled_young(entry: Entry, *args: Any, **options: Any) -> Event:
    return _settled(entry, *args, **{**options, "sooner": True})


def _settled_in_flight(entry: Entry, *args: Any, **options: Any) -> Event:
    return _settled(Entry(entry.history, entry.now + 1e9), *args, **options)


def _failed_is_free(history: Any, *content: Any) -> Event | None:
    if history and history[-1].state is State.FAILED:
        history = (*history, rules.next_event(history, State.RELEASED))
        event = _sending(history, *content)
        return event and replace(event, seq=event.seq - 1)
    return _sending(history, *content)


def _proof_only_while_bound(history: Any, *args: Any, **options: Any) -> Event | None:
    return None if history[-1].state in SENDABLE else _booked(history, *args, **options)


def _any_writer(history: Any, _: Event, state: State, **options: Any) -> Event | None:
    return rules._ended(history, state, options.pop("job_id", None), options)


_settled, _sending, _booked = rules.settled, rules.sending, rules.booked

WAYS: dict[str, Broken] = {
    "check, post, record": Broken(Setting(TWICE), write=ChecksThenRecords),
    "take over an old sending row": Broken(Setting(TWICE, lost=1), write=TakesOver),
    "free the key on any exception": Broken(Setting(TWICE, lost=1), write=FreesOnAnyException),
    "writes not tied to seq": Broken(Setting(TWICE), journal=AnybodyAppends),
    "writes not tied to nonce": Broken(
        Setting((("A",), ("A", "A")), lost=1, limited=1, person=1),
        patch=_patched("outcome", _any_writer),
    ),
    "send although the claim failed or is in doubt": Broken(
        Setting(TWICE, disk=1), write=SendsAlthoughInDoubt
    ),
    "free the key when recording failed": Broken(
        Setting(TWICE, disk=1), write=FreesWhenRecordingFailed
    ),
    "429 waited out inside the claim": Broken(
        Setting(TWICE, limited=1, person=1, overdue=0), write=WaitsInsideTheClaim
    ),
    "claim before connect": Broken(
        Setting(TWICE, person=1, overdue=0), write=ClaimsBeforeItConnects
    ),
    "a young row resolvable": Broken(
        Setting(TWICE, late=1, person=1), patch=_patched("settled", _settled_young)
    ),
    "a row in flight resolvable": Broken(
        Setting(TWICE, person=1), patch=_patched("settled", _settled_in_flight)
    ),
    "a person who looks at the ledger only": Broken(
        Setting(TWICE, lost=1, failing=1, person=1, colleague=1, sees="ledger")
    ),
    "a person who looks at ledger and write log only": Broken(
        Setting(TWICE, lost=1, failing=1, person=1, colleague=1, sees="ledger, writes")
    ),
    "a journal that forgets": Broken(Setting(TWICE, forgets=1)),
    "no content check": Broken(
        Setting((("A",), ("B",))), patch=_patched("check_content", lambda *_: None)
    ),
    "a new key after failed": Broken(
        Setting(TWICE, failing=1, colleague=1, evidence=1),
        patch=_patched("sending", _failed_is_free),
    ),
    "two callers of retry_write with two keys": Broken(
        Setting((("A", "retry"), ("retry",)), failing=1, evidence=1), write=KeyForEachCaller
    ),
    "proof that cannot close a sendable key": Broken(
        Setting((("A",), ("A",)), lost=1, person=1, evidence=1, errs=True),
        patch=_patched("booked", _proof_only_while_bound),
    ),
}
