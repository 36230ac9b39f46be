"""Fixtures for pytest: a fake Propexo, and clients of it.

    pytest_plugins = ["propexo_client.pytest_plugin"]

    def test_a_refund_is_posted_once(fake_propexo, propexo):
        refund(propexo)
        assert (fake_propexo.posts, fake_propexo.booked) == (1, 1)

A test that also uses `journal` gets clients that need an idempotency key for every write, with the
journal in memory, on the fake's clock.

Nothing of the package is loaded until a test asks for a fixture. `async_propexo` works with
any plugin for asynchronous tests, and needs no closing.

In a project with two copies, say `one_propexo` and `two_propexo`, those names could mean either.
There the fixtures are named after the package: `one_propexo_fake`, `one_propexo_journal`,
`one_propexo_client` and `one_propexo_async_client`.
"""

from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .client import AsyncPropexo, Propexo
    from .journal import BaseJournal
    from .testing import FakePropexo, MemoryJournal

_NAME = (__package__ or "").replace(".", "_")


@pytest.fixture
def fake_propexo(request: pytest.FixtureRequest) -> "FakePropexo":
    """Give a new, empty fake with a clock of its own."""
    _refuse_two_copies(request)
    return _new_fake()


@pytest.fixture
def journal(request: pytest.FixtureRequest, fake_propexo: "FakePropexo") -> "MemoryJournal":
    """Give an empty journal to the clients of this test."""
    _refuse_two_copies(request)
    return _new_journal(fake_propexo)


@pytest.fixture
def propexo(request: pytest.FixtureRequest, fake_propexo: "FakePropexo") -> Iterator["Propexo"]:
    """Give a blocking client of `fake_propexo`, on its clock."""
    _refuse_two_copies(request)
    with _client_of(fake_propexo, _asked_for(request, "journal")) as client:
        yield client


@pytest.fixture
def async_propexo(request: pytest.FixtureRequest, fake_propexo: "FakePropexo") -> "AsyncPropexo":
    """Give an asynchronous client of `fake_propexo`, on its clock."""
    _refuse_two_copies(request)
    return _async_client_of(fake_propexo, _asked_for(request, "journal"))


@pytest.fixture(name=f"{_NAME}_fake")
def named_fake() -> "FakePropexo":
    """Give what `fake_propexo` gives, where several copies would share that name."""
    return _new_fake()


@pytest.fixture(name=f"{_NAME}_journal")
def named_journal(request: pytest.FixtureRequest) -> "MemoryJournal":
    """Give what `journal` gives, where several copies would share that name."""
    return _new_journal(request.getfixturevalue(f"{_NAME}_fake"))


@pytest.fixture(name=f"{_NAME}_client")
def named_client(request: pytest.FixtureRequest) -> Iterator["Propexo"]:
    """Give a blocking client of the fake that is called after the package."""
    fake = request.getfixturevalue(f"{_NAME}_fake")
    with _client_of(fake, _asked_for(request, f"{_NAME}_journal")) as client:
        yield client


@pytest.fixture(name=f"{_NAME}_async_client")
def named_async_client(request: pytest.FixtureRequest) -> "AsyncPropexo":
    """Give an asynchronous client of the fake that is called after the package."""
    fake = request.getfixturevalue(f"{_NAME}_fake")
    return _async_client_of(fake, _asked_for(request, f"{_NAME}_journal"))


def _new_fake() -> "FakePropexo":
    from .testing import FakePropexo

    return FakePropexo()


def _new_journal(fake: "FakePropexo") -> "MemoryJournal":
    from .testing import MemoryJournal

    return MemoryJournal(clock=fake.clock)


def _asked_for(request: pytest.FixtureRequest, name: str) -> "BaseJournal | None":
    """Give the journal that a test has asked for; a fixture of the same name may be another's."""
    if name not in request.fixturenames:
        return None
    from .journal import BaseJournal

    found = request.getfixturevalue(name)
    return found if isinstance(found, BaseJournal) else None


def _client_of(fake: "FakePropexo", journal: "BaseJournal | None") -> "Propexo":
    from .client import Propexo

    return Propexo(
        fake.token,
        environment="sandbox",
        journal=journal,
        transport=fake.transport(),
        clock=fake.clock,
    )


def _async_client_of(fake: "FakePropexo", journal: "BaseJournal | None") -> "AsyncPropexo":
    from .client import AsyncPropexo

    return AsyncPropexo(
        fake.token,
        environment="sandbox",
        journal=journal,
        transport=fake.transport(),
        clock=fake.clock,
    )


def _refuse_two_copies(request: pytest.FixtureRequest) -> None:
    """Fail when several copies were listed: pytest would silently take the fixtures of one."""
    manager = request.config.pluginmanager
    installed = [plugin for plugin, _ in manager.list_plugin_distinfo()]
    copies = sorted(
        plugin.__name__.removesuffix(".pytest_plugin")
        for plugin in manager.get_plugins()
        if isinstance(plugin, ModuleType)
        and plugin.__name__.endswith(".pytest_plugin")
        and hasattr(plugin, "fake_propexo")
        and plugin not in installed
    )
    if len(copies) > 1:
        names = [f"{copy.replace('.', '_')}_client" for copy in copies]
        pytest.fail(
            f"{' and '.join(copies)} both provide this fixture; use {' or '.join(names)},"
            " and the same with _async_client, _fake and _journal",
            pytrace=False,
        )
