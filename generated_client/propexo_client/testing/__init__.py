"""Propexo in memory, for the tests of whoever uses this package.

    fake = FakePropexo()
    propexo = Propexo(fake.token, environment=..., transport=fake.transport(), clock=fake.clock)

`pytest_plugin` has this as fixtures: `pytest_plugins = ["propexo_client.pytest_plugin"]`.
"""

from .clock import FakeClock
from .fake import FakePropexo
from .faults import Fault
from .jobs import JobLife
from .journal import MemoryJournal
from .messages import Killed, RecordedRequest
from .portfolio import portfolio
from .server import FakeServer
from .transport import FakeTransport
from .webhooks import failure_webhook

__all__ = [
    "FakeClock",
    "FakePropexo",
    "FakeServer",
    "FakeTransport",
    "Fault",
    "JobLife",
    "Killed",
    "MemoryJournal",
    "RecordedRequest",
    "failure_webhook",
    "portfolio",
]
