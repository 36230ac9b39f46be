"""Durable commits, made for a call that may be gone before they are."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Handover(Generic[T]):
    """Hands over what `work` commits, to a call that may be cancelled meanwhile.

    A commit cannot be stopped half way. Whoever comes last, the work or the cancellation, has
    `undo` called with what was committed for nobody.
    """

    def __init__(self, work: Callable[[], T], undo: Callable[[T], object] | None) -> None:
        self._work = work
        self._undo = undo
        self._lock = threading.Lock()
        self._abandoned = False
        self._done: list[T] = []

    def run(self) -> T:
        """Do the work, and return what came of it."""
        done = self._work()
        with self._lock:
            self._done.append(done)
            abandoned = self._abandoned
        if abandoned:
            self._give_back()
        return done

    def abandon(self) -> None:
        """Undo the work, or have it undone when it is done. Blocks for one commit, at most."""
        with self._lock:
            self._abandoned = True
        self._give_back()

    def _give_back(self) -> None:
        with self._lock:
            done = self._done.pop() if self._done else None
        if done is not None and self._undo is not None:
            self._undo(done)
