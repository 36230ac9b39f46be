"""What must not be shared with a forked child."""

import os
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerProcess(Generic[T]):
    """A value of which every process makes its own: a lock may be held at the moment of a fork."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._value = make()
        self._process = os.getpid()

    def get(self) -> T:
        """Return the value of this process."""
        if self._process != os.getpid():
            self._value = self._make()
            self._process = os.getpid()
        return self._value
