"""Ways to post credits until one is killed."""

import asyncio
import datetime
import mmap
import os
import random
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from contract_tests.journal.processes import opened
from propexo_client import AsyncPropexo, Propexo, PropexoError
from propexo_client.testing.fake import TOKEN

TASKS = 3
_AT_ONCE = 12


def credit(key: str) -> dict[str, Any]:
    """Give the content of a key."""
    return {
        "integration_id": "intg_1",
        "lease_id": "lease_1",
        "financial_account_id": "finacct_1",
        "amount_in_cents": 15_000,
        "transaction_date": datetime.date(2026, 1, 15),
        "description": key,
    }


class Poster(Protocol):
    """A way to post keys."""

    def post(self, keys: Iterable[str]) -> None:
        """Post each of them, whatever comes of it."""
        ...


class Blocking:
    """One key after the other; every second one is followed to its end."""

    def __init__(self, url: str, place: str, timeout: float) -> None:
        self._client = Propexo(
            TOKEN,
            environment=url,
            journal=opened(place),
            timeout=timeout,
            on_rate_limit="raise",
        )

    def post(self, keys: Iterable[str]) -> None:
        writes = self._client.credits
        for key in keys:
            with suppress(PropexoError):
                if key[-1] in "02468":
                    writes.create(idempotency_key=key, **credit(key))
                else:
                    writes.create_and_wait(idempotency_key=key, **credit(key))


class Awaitable:
    """Some keys at a time, in tasks."""

    def __init__(self, url: str, place: str, timeout: float) -> None:
        self._client = AsyncPropexo(
            TOKEN,
            environment=url,
            journal=opened(place),
            timeout=timeout,
            on_rate_limit="raise",
        )

    def post(self, keys: Iterable[str]) -> None:
        asyncio.run(self._post(iter(keys)))

    async def _post(self, keys: Iterator[str]) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(TASKS):
                group.create_task(self._task(keys))

    async def _task(self, keys: Iterator[str]) -> None:
        for key in keys:
            with suppress(PropexoError):
                await self._client.credits.create(idempotency_key=key, **credit(key))


class Naive:
    """Check whether it is done, post, record that it is done."""

    def __init__(self, url: str, place: str, timeout: float) -> None:
        self._done = Path(place)
        self._client = Propexo(TOKEN, environment=url, timeout=timeout, on_rate_limit="raise")

    def post(self, keys: Iterable[str]) -> None:
        for key in keys:
            if key in self._done.read_text().split():
                continue
            with suppress(PropexoError):
                self._client.credits.create(**credit(key))
                with self._done.open("a") as file:
                    file.write(f"{key}\n")
                    file.flush()
                    os.fdatasync(file.fileno())


WAYS: dict[str, Any] = {"blocking": Blocking, "awaitable": Awaitable, "naive": Naive}


class Numbers:
    """The number of the next key, in memory that all processes of a run share."""

    def __init__(self, prefix: str) -> None:
        self._memory = mmap.mmap(-1, 8)
        self._prefix = prefix

    def __iter__(self) -> Iterator[str]:
        return (self._name(number) for number in range(self._count))

    def draw(self, chance: random.Random) -> Iterator[str]:
        """Draw new keys, and the latest ones again: others are at them, or were killed at them."""
        while True:
            count = self._count
            if count and chance.random() < 0.5:
                yield self._name(chance.randrange(max(0, count - _AT_ONCE), count))
            else:
                self._memory[:8] = struct.pack("q", count + 1)
                yield self._name(count)

    @property
    def _count(self) -> int:
        return int(struct.unpack("q", self._memory[:8])[0])

    def _name(self, number: int) -> str:
        return f"{self._prefix}:{number}"
