"""What every journal can do, wherever it keeps its events."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..errors import InvalidArgument, JournalRefused, JournalUnavailable
from ..messages import fingerprint
from . import rules
from .claims import RETRY_KEY, Claim, Sendable, check_key
from .events import RETRY, Entry, Event, State, new_nonce, writer
from .header import reason_given, signed
from .history import jobs
from .store import Store

COMMIT_SECONDS = 10.0
"""How long reading or recording may take, at most."""

GRACE_SECONDS = 30.0
"""Added to what is left of a call's timeout to give the deadline of its claim."""

_TRIES = 10


class BaseJournal(Store):
    """The keys of one environment, and what became of each. Safe to share between threads.

    Every method blocks for one short read or one durable append. Trouble on the way is
    `JournalUnavailable`; a journal that is not to be trusted is `JournalRefused`.
    """

    # Calls

    def look(
        self, key: str, operation: str, fields: Mapping[str, Any], *, within: float = COMMIT_SECONDS
    ) -> Sendable | Entry:
        """Say whether a key may be sent, or else what became of it.

        Raises `KeyReused` when it is bound to other content, and `KeyInProgress` while another
        call may be sending it. `within` is seconds.
        """
        return self._look(check_key(key), operation, fields, None, within)

    def look_for_retry(self, job_id: str, *, within: float = COMMIT_SECONDS) -> Sendable | Entry:
        """Say whether a job may be run again under the key that owns it, or what became of that.

        A job that this journal has never seen gets the key "retry_write:" and its id.
        """
        key = self._owner(job_id, within)
        if key is None:
            return self._look(RETRY_KEY + job_id, RETRY, {"job_id": job_id}, job_id, within)
        history, now = self._read(key, within)
        event = rules.sending_again(history, job_id)
        return self._found(event, Entry(history, now))

    def claim(self, sendable: Sendable, *, lasting: float, within: float) -> Claim | None:
        """Claim a key, durably, before the first byte is sent. None: somebody else has; look again.

        `lasting` is what is left of the call's timeout, in seconds; `within` is how long the
        append may take. When this raises, nothing must be sent: whether the claim is in the
        journal is in doubt. It is taken back where that can be done.
        """
        event = replace(sendable.event, nonce=new_nonce(), who=writer())
        try:
            stamped = self._append(event, max(0.0, lasting) + GRACE_SECONDS, within)
        except JournalUnavailable as error:
            if error.in_doubt:
                self._take_back(event)
            raise
        except JournalRefused:
            raise
        except BaseException:
            self._take_back(event)
            raise
        return None if stamped is None else Claim(stamped, self._record)

    # Evidence

    def job_ended(
        self,
        job_id: str,
        end: State,
        *,
        record_id: str | None = None,
        key: str | None = None,
        attempt: int = 1,
        **detail: Any,
    ) -> Entry | None:
        """Record how a job ended, on the key that owns it: posted, failed, or unknown if in part.

        None: no key owns it. `key` and `attempt` are those of a job that could not be recorded
        when it was accepted.
        """
        owner = self._owner(job_id, COMMIT_SECONDS)
        if owner is None and key is not None:
            self._change(key, lambda entry: rules.own_job(entry.history, attempt, job_id))
        key = owner or key
        if key is None:
            return None
        return self._change(
            key,
            lambda entry: rules.job_ended(
                entry.history, job_id, end, record_id=record_id, **detail
            ),
        )[0]

    def booked(
        self,
        key: str,
        attempt: int,
        *,
        job_id: str | None = None,
        record_id: str | None = None,
        **detail: Any,
    ) -> Entry:
        """Record proof that an attempt was booked: its mark on the ledger, or a salvaged job.

        Proof of another booking than the one that is known makes the key a double.
        """
        if job_id is None and record_id is None:
            raise InvalidArgument("booked: name the job or the record that proves it")
        return self._change(
            self._known(key),
            lambda entry: rules.booked(
                entry.history, attempt, job_id=job_id, record_id=record_id, **detail
            ),
        )[0]

    def booked_twice(self, key: str, **detail: Any) -> Entry:
        """Record proof that a key was booked twice, such as two rows that carry its mark."""
        return self._change(
            self._known(key), lambda entry: rules.booked_twice(entry.history, **detail)
        )[0]

    # People

    def get(self, key: str) -> Entry | None:
        """Say what became of a key; None when it was never used."""
        history, now = self._read(key, COMMIT_SECONDS)
        return Entry(history, now) if history else None

    def history(self, key: str) -> tuple[Event, ...]:
        """List the events of a key, oldest first; empty when it was never used."""
        return self._read(key, COMMIT_SECONDS)[0]

    def entries(self, *, state: str | None = None) -> Iterator[Entry]:
        """List all keys, or those in one state. "overdue" is a state here, too."""
        if state is not None and state not in (*State, "overdue"):
            names = ", ".join([*State, "overdue"])
            raise InvalidArgument(f"state: {state!r} is none of {names}")
        for history, now in self._histories():
            entry = Entry(history, now)
            label = "overdue" if entry.overdue and state == "overdue" else entry.state
            if state in (None, label):
                yield entry

    def resolve(
        self,
        key: str,
        verdict: rules.Verdict,
        *,
        because: str,
        sooner: bool = False,
        give_up_job: bool = False,
    ) -> Entry:
        """Settle a key on a person's word. `because` is kept, and must say who saw what.

        "not_posted" passes 24 hours after the deadline, or with `sooner` on the vendor's word.
        A failed key needs `give_up_job`: the word that nobody will retry its job. Look first at
        the ledger, the log of writes and the log of jobs. Raises `InvalidArgument` with the reason
        when the verdict cannot be taken, and `KeyInProgress` before the deadline.
        """
        if verdict not in ("posted", "not_posted"):
            raise InvalidArgument('verdict: pass "posted" or "not_posted"')
        because = reason_given(because)
        return self._change(
            self._known(key),
            lambda entry: rules.settled(
                entry, verdict, because, sooner=sooner, give_up_job=give_up_job
            ),
        )[0]

    def _adopt(self, used: Iterable[str], because: str) -> int:
        """Read all of it, close the keys that it lacks, then make this place its home."""
        because = reason_given(because)
        for _ in self._histories():
            pass

        def close(key: str) -> bool:
            return self._change(key, lambda e: rules.restored(e.history, key, because))[1]

        closed = [close(check_key(key)) for key in used]
        self._append_note(signed({"home": self._home(), "because": because}))
        return sum(closed)

    def _look(
        self,
        key: str,
        operation: str,
        fields: Mapping[str, Any],
        job_id: str | None,
        within: float,
    ) -> Sendable | Entry:
        history, now = self._read(key, within)
        content = fingerprint(operation, fields)
        event = rules.sending(history, key, operation, fields, content, job_id)
        if event is None:
            rules.check_content(Entry(history, now), operation, fields, content)
        return self._found(event, Entry(history, now))

    def _found(self, event: Event | None, entry: Entry) -> Sendable | Entry:
        if event is not None:
            return Sendable(event)
        rules.check_progress(entry)
        return entry

    def _record(
        self, claim: Event, state: State, *, job_id: str | None = None, **detail: Any
    ) -> bool:
        entry, appended = self._change(
            claim.key,
            lambda entry: rules.outcome(entry.history, claim, state, job_id=job_id, **detail),
        )
        return appended or (job_id is not None and job_id in jobs(entry.history))

    def _change(
        self,
        key: str,
        rule: Callable[[Entry], Event | None],
        within: float = COMMIT_SECONDS,
    ) -> tuple[Entry, bool]:
        """Append what `rule` makes of the newest history; say what stands then, and if by us."""
        until = time.monotonic() + within
        for _ in range(_TRIES):
            history, now = self._read(key, until - time.monotonic())
            event = rule(Entry(history, now))
            if event is None:
                return Entry(history, now), False
            event = replace(event, who=writer(), key=key)  # one text, kept once for all events
            stamped = self._append(event, None, until - time.monotonic())
            if stamped is not None:
                return Entry((*history, stamped), now), True
        raise JournalUnavailable(
            f"appending lost {_TRIES} times, although nothing newer can be read", key=key
        )

    def _take_back(self, claim: Event) -> None:
        def rule(entry: Entry) -> Event | None:
            if not entry.history or entry.last.nonce != claim.nonce:
                return None
            return rules.outcome(
                entry.history, claim, State.RELEASED, reason="the claim was in doubt; not sent"
            )

        with suppress(Exception):
            self._change(claim.key, rule)

    def _known(self, key: str) -> str:
        if not self.history(key):
            raise InvalidArgument(f"key: {key!r} was never used in {self}")
        return key
