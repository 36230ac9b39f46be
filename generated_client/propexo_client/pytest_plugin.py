"""Fixtures for pytest: a fake Propexo, and clients of it.

    pytest_plugins = ["propexo_client.pytest_plugin"]

    def test_a_refund_is_posted_once(fake_propexo, propexo):
        refund(propexo)
        assert (fake_propexo.posts, fake_propexo.booked) == (1, 1)

Nothing of the package is loaded until a test asks for a fixture. `async_propexo` belongs to no
asynchronous plugin in particular, and needs no closing.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .client import AsyncPropexo, Propexo
    from .testing import FakePropexo


@pytest.fixture
def fake_propexo() -> "FakePropexo":
    """Give a new, empty fake with a clock of its own."""
    from .testing import FakePropexo

    return FakePropexo()


@pytest.fixture
def propexo(fake_propexo: "FakePropexo") -> Iterator["Propexo"]:
    """Give a blocking client of `fake_propexo`, on its clock."""
    from .client import Propexo
    from .environment import Environment

    with Propexo(
        fake_propexo.token,
        environment=Environment.SANDBOX,
        transport=fake_propexo.transport(),
        clock=fake_propexo.clock,
    ) as client:
        yield client


@pytest.fixture
def async_propexo(fake_propexo: "FakePropexo") -> "AsyncPropexo":
    """Give an asynchronous client of `fake_propexo`, on its clock."""
    from .client import AsyncPropexo
    from .environment import Environment

    return AsyncPropexo(
        fake_propexo.token,
        environment=Environment.SANDBOX,
        transport=fake_propexo.transport(),
        clock=fake_propexo.clock,
    )
