"""A caller who follows the advice of each outcome, and remembers what became of each credit."""

import random
from dataclasses import dataclass, field
from typing import Any

from contract_tests.client.support import CREDIT
from contract_tests.safety.worlds import World
from propexo_client import (
    AcceptedWrite,
    NotSent,
    OutcomeUnknown,
    PostedWrite,
    RateLimited,
    StillPending,
    WriteFailed,
)

MISSING_AND_HELD = frozenset(
    {"NotSent", "Rejected", "Unauthorized", "Forbidden", "NotFound", "RateLimited"}
    | {"WriteFailed", "OutcomeUnknown"}
)
"""What a caller must hold of every credit that is not in the ledger."""


@dataclass
class Caller:
    """Posts credits in `world`; chance decides where the advice leaves a choice."""

    world: World
    chance: random.Random
    held: dict[str, Any] = field(default_factory=dict)

    def intend(self, description: str) -> None:
        """Try to have one credit booked, until it is or the advice says stop."""
        credit = {**CREDIT, "description": description}
        name = self.chance.choice(["create", "create_and_wait"])
        for _ in range(self.chance.randint(1, 4)):
            outcome = self._follow(self.world.call(name, **credit))
            self.held[description] = outcome
            if not self._may_post_again(outcome):
                return

    def settle(self) -> None:
        """Once the network is well again, follow every job that is still known."""
        for description, outcome in self.held.items():
            job_id = getattr(outcome, "job_id", None)
            if job_id and not isinstance(outcome, PostedWrite | WriteFailed):
                self.held[description] = self.world.call("wait", job_id)

    def _follow(self, outcome: Any) -> Any:
        """Wait for a job as often as it takes, and retry it now and then when it fails."""
        for _ in range(3):
            if isinstance(outcome, AcceptedWrite | StillPending):
                outcome = self.world.call("wait", outcome.job_id, timeout=10)
            elif isinstance(outcome, WriteFailed) and self.chance.random() < 0.5:
                outcome = self._retry(outcome)
        return outcome

    def _retry(self, failed: WriteFailed) -> Any:
        outcome = self.world.call("retry_write", failed.job_id)
        return outcome if isinstance(outcome, AcceptedWrite | OutcomeUnknown) else failed

    def _may_post_again(self, outcome: Any) -> bool:
        if isinstance(outcome, OutcomeUnknown):
            self.world.call("find_matching", request=outcome.request)  # evidence, not permission
        return isinstance(outcome, NotSent | RateLimited | WriteFailed)
