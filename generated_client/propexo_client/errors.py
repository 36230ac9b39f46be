"""Every exception of this package, and what each says about the money.

PropexoError
├── InvalidArgument            a ValueError; nothing was sent
│   ├── InvalidArgumentType    a TypeError as well
│   └── JournalRefused         no journal to trust: missing, copied, damaged
├── ClientClosed               the client was used after close()
├── NoMatch                    `.one()` of a list found no record: a LookupError
├── SeveralMatches             `.one()` found more than one: a LookupError
├── IdempotencyError           this call sent nothing        the same key: safe
│   ├── KeyReused              the key has other content
│   ├── KeyInProgress          another call is sending it    in `retry_after` s
│   ├── AlreadyPosted          by which job is not known
│   └── JournalUnavailable     nothing could be recorded
└── RequestError               has the request, response     another post:
    ├── NotSent                never left this machine       yes
    ├── Rejected               refused by the server         after fixing it
    │   ├── Unauthorized       401
    │   ├── Forbidden          403
    │   └── NotFound           404
    ├── RateLimited            429, held back, not executed  in the next minute
    ├── OutcomeUnknown         may have been booked          NO, reconcile
    ├── WriteFailed            job ended in FAILURE          your choice
    ├── WritePartiallyFailed   job ended in PARTIAL_SUCCESS  NO, reconcile
    ├── StillPending           job has not ended             NO, wait(job_id)
    └── ReadFailed             no usable response to a read  read again
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from .messages import Request, Response

_LONGEST_QUOTE = 200


def one_line(text: object) -> str:
    """Squeeze any text onto one short line, fit for a message."""
    line = " ".join(str(text).split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


def _rebuild(kind: type["PropexoError"], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class PropexoError(Exception):
    """Anything this package raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy with every attribute, whatever the constructor looks like."""
        return _rebuild, (type(self), self.args, self.__dict__)


class InvalidArgument(PropexoError, ValueError):
    """An argument is invalid; nothing was sent. The message names it and the remedy."""


class InvalidArgumentType(InvalidArgument, TypeError):
    """An argument has the wrong type; nothing was sent."""


class ClientClosed(PropexoError, RuntimeError):
    """The client has been closed; nothing was sent."""


class RequestError(PropexoError):
    """A request did not succeed.

    `request` is the request (`request.body` is what was sent), `response` the response or the part
    of it that arrived, `job_id` the write job where one is known, `reason` one line.
    `money_may_have_moved` says whether a ledger may have changed because of this request.
    `idempotency_key` is the key it was sent with, and `replayed` says that an earlier call sent it.
    """

    money_may_have_moved: ClassVar[bool] = False
    _what: ClassVar[str] = "failed"
    _advice: ClassVar[str] = ""
    _advice_on_reads: ClassVar[str] = "Nothing was changed; reading again is safe."
    _advice_with_key: ClassVar[str] = ""

    def __init__(
        self,
        reason: str,
        *,
        request: Request,
        response: Response | None = None,
        job_id: str | None = None,
    ) -> None:
        super().__init__(one_line(reason))
        self.add_note(f"Explained by: python -m {__package__} explain {type(self).__name__}")
        self.reason = one_line(reason)
        self.request = request
        self.response = response
        self.job_id = job_id
        self.idempotency_key: str | None = None
        self.replayed = False

    @property
    def status(self) -> int | None:
        """HTTP status of the response, or None without one."""
        return None if self.response is None else self.response.status

    @property
    def request_id(self) -> str | None:
        """What the server calls this exchange, for a support ticket; None if it did not say."""
        return None if self.response is None else self.response.request_id

    @property
    def fingerprint(self) -> str | None:
        """Fingerprint of the write, also found in the log; None for a read."""
        return self.request.fingerprint if self.request.is_write else None

    def __str__(self) -> str:
        keyed = self._advice_with_key if self.idempotency_key else ""
        marks = {
            "key": self.idempotency_key,
            "job": self.job_id,
            "fingerprint": self.fingerprint,
            "request id": self.request_id,
        }
        mark = ", ".join(f"{name} {value}" for name, value in marks.items() if value)
        line = f"{self._subject()} {self._what}: {self.reason}. {keyed or self._remedy()}"
        return " ".join(f"{line} [{mark}]".split()) if mark else line

    def _subject(self) -> str:
        return self.request.operation

    def _remedy(self) -> str:
        return self._advice if self.request.is_write else self._advice_on_reads


class NotSent(RequestError):
    """No connection could be made, so nothing was posted. Posting again is safe."""

    _what = "was not sent"
    _advice = "Nothing was posted; posting again is safe."


class Rejected(RequestError):
    """The server refused the request, so nothing was posted. Fix it, then post again.

    `code`, `message` and `issues` come from the body when it is readable; `response` always has
    the raw body. Source: Propexo's reference, "Create Resident Credit: Rentvine".
    """

    _what = "was rejected"
    _advice = "Nothing was posted; fix the request before posting again."
    _advice_on_reads = "Nothing was changed; fix the request first."

    def __init__(
        self,
        reason: str,
        *,
        request: Request,
        response: Response | None = None,
        code: str | None = None,
        message: str | None = None,
        issues: tuple[Mapping[str, Any], ...] = (),
    ) -> None:
        super().__init__(reason, request=request, response=response)
        self.code = code
        self.message = message
        self.issues = issues


class Unauthorized(Rejected):
    """401: the token is missing, wrong, or meant for the other environment."""

    _advice = "Nothing was posted; check the token and its environment first."
    _advice_on_reads = "Nothing was changed; check the token and its environment."


class Forbidden(Rejected):
    """403: the token lacks the permission."""

    _advice = "Nothing was posted; check the permissions of the token first."
    _advice_on_reads = "Nothing was changed; check the permissions of the token."


class NotFound(Rejected):
    """404: there is no such record, or none that this token may see."""


class RateLimited(RequestError):
    """429, or held back before it: nothing was posted. Posting again is safe in the next minute.

    `limit` is requests a minute and `remaining` how many are left, if the server has said;
    `retry_after` is seconds. Source: Propexo's guide "Rate limiting".
    """

    _what = "was held back by the rate limit"
    _advice = "Nothing was posted; posting again is safe when the next rate-limit minute starts."
    _advice_on_reads = "Reading again is safe when the next rate-limit minute starts."

    def __init__(
        self,
        reason: str,
        *,
        request: Request,
        response: Response | None = None,
        limit: int | None = None,
        remaining: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason, request=request, response=response)
        self.limit = limit
        self.remaining = remaining
        self.retry_after = retry_after


class OutcomeUnknown(RequestError):
    """The request may have been executed. Never post it again before a person has reconciled.

    1. Keep `request.body`, `fingerprint` and the time; no task queue must run this post again.
    2. With a `job_id` (a damaged response still showed one), `wait(job_id)` may settle it.
    3. Otherwise look for the write, for a credit with `credits.find_matching(request=request)`. One
       that was booked a moment ago may not be readable before the next synchronization.
    4. A person decides: what was found is evidence, not proof; nothing found is neither.
    """

    money_may_have_moved = True
    _what = "has an unknown outcome"
    _advice_with_key = (
        "It may have been booked: do NOT post it under another key. The same key is not sent again "
        "until it is settled (journal show, journal resolve)."
    )
    _advice = "Do NOT post again: it may have been booked."

    def _remedy(self) -> str:
        if self.job_id is not None:
            return f"{self._advice} Follow the job first, with wait()."
        can_be_found = self.request.operation == "create_resident_credit"
        return f"{self._advice} Reconcile first{' (find_matching helps)' * can_be_found}."


class _JobError(RequestError):
    """The end, or the lack of one, of a write job."""

    def __init__(
        self,
        reason: str,
        *,
        job_id: str,
        request: Request,
        response: Response | None = None,
        errors: tuple[str, ...] = (),
        created_record_id: str | None = None,
        write_status: str | None = None,
    ) -> None:
        super().__init__(reason, request=request, response=response, job_id=job_id)
        self.errors = errors
        self.created_record_id = created_record_id
        self.write_status = write_status

    def _subject(self) -> str:
        return self.request.operation if self.request.is_write else "the write"

    def _remedy(self) -> str:
        return self._advice


class WriteFailed(_JobError):
    """The job ended in FAILURE; `errors` has the messages of the property-management system.

    Whether to `retry_write(job_id)`, to post a fixed request or to do nothing is the caller's
    choice. Source: Propexo's reference, "Check the status of a write operation".
    """

    _what = "failed"
    _advice_with_key = (
        "It was not booked. Have the job run again with retry_write; or, if its content was wrong, "
        "give the job up (journal resolve KEY not-posted --give-up-job) and call again."
    )
    _advice = "Propexo reports that it was not booked; posting again is your choice."


class WritePartiallyFailed(_JobError):
    """The job ended in PARTIAL_SUCCESS: some of it was done. Reconcile before posting again.

    `errors` says what was not done, as the property-management system put it; look at the
    ledger for what was. A person decides what is still to be posted.
    """

    money_may_have_moved = True
    _what = "was done only in part"
    _advice = "Do NOT post again: part of it was booked. Reconcile first."


class StillPending(_JobError):
    """The job had not ended at the deadline, or its status could not be read or understood.

    Nothing is wrong yet: keep `job_id`, and call `wait(job_id)` again, now or in another process.
    Posting again would be a second write. Where the server has not known the job for ten seconds,
    the id or the environment may be wrong.
    """

    money_may_have_moved = True
    _what = "has not ended yet"
    _advice = "Do NOT post again: it may still be booked. Call wait(job_id) again."


class ReadFailed(RequestError):
    """A read brought no usable response, even after retries. Reading again is safe."""

    _what = "brought no usable response"


class NoMatch(PropexoError, LookupError):
    """No record of the list matches. Widen the filters, or use other ones."""


class SeveralMatches(PropexoError, LookupError):
    """More than one record matches, and the caller must decide which is meant.

    `candidates` are the records, all of them if `is_complete`, else those of the pages read so far.
    The message names only their ids, because records contain personal data.
    """

    def __init__(self, what: str, candidates: tuple[Any, ...], *, is_complete: bool) -> None:
        count = f"{len(candidates)}" if is_complete else f"at least {len(candidates)}"
        ids = ", ".join(str(candidate.id) for candidate in candidates)
        super().__init__(one_line(f"{what}: {count} records match, not one; decide between {ids}"))
        self.candidates = candidates
        self.is_complete = is_complete


class IdempotencyError(PropexoError):
    """A call with an idempotency key sent nothing. `key` is that key, where there is one.

    `money_may_have_moved` says whether another call with the key may have posted.
    """

    money_may_have_moved: ClassVar[bool] = False

    def __init__(self, message: str, *, key: str | None = None) -> None:
        super().__init__(message)
        self.key = key


class KeyReused(IdempotencyError):
    """The key belongs to other content: `before`. `now` is what was passed."""

    def __init__(
        self, key: str, state: str, *, before: Mapping[str, Any], now: Mapping[str, Any]
    ) -> None:
        self.state = state
        self.before = before
        self.now = now
        super().__init__(
            f"the key {key!r} is {state} with other content: {self.changes}. Nothing was sent. "
            f"Pass the content it belongs to, or another key if this is another write.",
            key=key,
        )

    @property
    def changes(self) -> str:
        """The fields that differ, on one line, each as it was before and as it is now."""
        return "; ".join(
            f"{name} {one_line(repr(before))}, now {one_line(repr(now))}"
            for name in sorted({*self.before, *self.now})
            if (before := self.before.get(name)) != (now := self.now.get(name))
        )


class KeyInProgress(IdempotencyError):
    """Another call with this key is sending, or died; its deadline is in `retry_after` seconds."""

    money_may_have_moved = True

    def __init__(self, key: str, *, retry_after: float) -> None:
        super().__init__(
            f"another call with the key {key!r} is in progress. This call sent nothing; call again "
            f"with the same key in {retry_after:.0f} s.",
            key=key,
        )
        self.retry_after = retry_after


class AlreadyPosted(IdempotencyError):
    """The key is posted, but its job is not known: a person said so, or the ledger shows it.

    `record_id` is the record, where it is known; `reason` says who knows.
    """

    money_may_have_moved = True

    def __init__(self, key: str, reason: str, *, record_id: str | None = None) -> None:
        super().__init__(
            f"the key {key!r} is posted already: {one_line(reason)}. This call sent nothing.",
            key=key,
        )
        self.reason = one_line(reason)
        self.record_id = record_id


class JournalUnavailable(IdempotencyError):
    """The journal could not be read or written, so nothing was sent by this call.

    What earlier calls with the key did is not known: call again with the same key only.
    `in_doubt` says that what this call wanted to record may have been recorded anyway.
    """

    money_may_have_moved = True

    def __init__(self, reason: str, *, key: str | None = None, in_doubt: bool = False) -> None:
        super().__init__(
            f"the journal is not available: {one_line(reason)}. This call sent nothing; what "
            f"earlier calls did is not known. Call again with the same key only.",
            key=key,
        )
        self.reason = one_line(reason)
        self.in_doubt = in_doubt


class JournalRefused(InvalidArgument):
    """The journal is missing or cannot be trusted; nothing was sent. The message has a remedy."""
