"""Clients with a journal in memory, blocking and awaitable, as other processes would make them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contract_tests.client.support import CREDIT
from contract_tests.safety.worlds import World
from propexo_client.testing import FakePropexo, MemoryJournal

KEY = "credit:acme:1001"


@pytest.fixture
def fake() -> FakePropexo:
    return FakePropexo()


@pytest.fixture
def journal(fake: FakePropexo) -> MemoryJournal:
    return MemoryJournal(clock=fake.clock)


@pytest.fixture(params=[False, True], ids=["blocking", "awaitable"])
def is_async(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def new_world(
    fake: FakePropexo, journal: MemoryJournal, is_async: bool
) -> Iterator[Callable[[], World]]:
    """Make clients as other processes would: they share nothing but the journal."""
    worlds: list[World] = []

    def make(**options: Any) -> World:
        options = {"journal": journal, **options}
        worlds.append(World(fake, is_async=is_async, url=None, **options))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    return new_world()


def create(world: World, key: str | None = KEY, method: str = "create", **changes: Any) -> Any:
    return world.call(method, idempotency_key=key, **{**CREDIT, **changes})
