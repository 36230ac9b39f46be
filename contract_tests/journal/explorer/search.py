"""The search itself: breadth first, so that what it finds is as short as can be."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from contract_tests.journal.explorer.state import Violation, World, start
from contract_tests.journal.explorer.world import Explorer
from propexo_client.journal import base, rules


class Found(Exception):
    """A violation, and the way to it."""

    def __init__(self, violation: Violation, way: list[str]) -> None:
        super().__init__("\n".join([str(violation), *way]))
        self.way = way


@contextmanager
def named(explorer: Explorer) -> Iterator[None]:
    """Name appends instead of drawing random bits for them."""
    nonce = explorer.journal.nonce
    with (
        patch.object(rules, "new_nonce", nonce),
        patch.object(base, "new_nonce", nonce),
        patch.object(base, "writer", lambda: "who"),
    ):
        yield


def explore(explorer: Explorer, most: int = 10_000_000) -> int:
    """Visit every state that can be reached; count them. Raises `Found` at the first violation.

    A state that was visited is remembered by its hash: in 64 bits, a few million have room.
    """
    first = start(explorer.setting)
    came: dict[int, tuple[int, str] | None] = {hash(first): None}
    waiting: deque[World] = deque([first])
    with named(explorer):
        while waiting and len(came) < most:
            world = waiting.popleft()
            before, quiet, title = hash(world), True, "nothing"
            try:
                for title, after in explorer.next(world):
                    quiet, mark = False, hash(after)
                    if mark not in came:
                        came[mark] = (before, title)
                        waiting.append(after)
                        explorer.check(after)
                        title = "what follows that"
                if quiet:
                    explorer.check_quiet(world)
            except Violation as violation:
                raise Found(violation, [*_way(came, before), title]) from None
    return len(came)


def _way(came: dict[int, tuple[int, str] | None], mark: int) -> list[str]:
    way: list[str] = []
    while (step := came[mark]) is not None:
        mark, title = step
        way.append(title)
    return way[::-1]
