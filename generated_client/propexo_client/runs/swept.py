"""What the ledger did not show, remembered by the journal."""

import hashlib
import time
from dataclasses import dataclass
from typing import Any

from ..journal import BaseJournal
from ..journal.shown import moment
from .plan import Plan

_PART = 1000


@dataclass(frozen=True, slots=True)
class Swept:
    """When the ledger was last read for the rows of a plan, and which of them it did not show.

    `booked` is how many were booked by then. The journal remembers this by the plan's keys, so that
    a later start knows.
    """

    at: str = ""
    unseen: frozenset[str] = frozenset()
    booked: int = 0

    @classmethod
    def read(cls, plan: Plan, journal: BaseJournal) -> "Swept":
        """Read what the journal remembers."""
        name, settings = _name(plan), journal.header.settings
        found: dict[str, Any] = settings.get(name) or {}
        parts = (settings.get(f"{name}:{part}", ()) for part in range(found.get("parts", 0)))
        unseen = frozenset(key for part in parts for key in part)
        return cls(found.get("at", ""), unseen, found.get("booked", 0))

    def remember(self, plan: Plan, journal: BaseJournal) -> None:
        """Have the journal remember this: the keys first, in parts that fit a line."""
        name, keys = _name(plan), sorted(self.unseen)
        parts = [keys[start : start + _PART] for start in range(0, len(keys), _PART)]
        for number, part in enumerate(parts):
            journal.remember(**{f"{name}:{number}": part})
        known = {"at": self.at, "booked": self.booked, "parts": len(parts)}
        journal.remember(**{name: known})


def now_text() -> str:
    """Write the present moment, in UTC, as a person reads it."""
    return moment(time.time())


def _name(plan: Plan) -> str:
    digest = hashlib.sha256("\n".join(sorted(row.key for row in plan)).encode())
    return f"swept:{digest.hexdigest()[:24]}"
