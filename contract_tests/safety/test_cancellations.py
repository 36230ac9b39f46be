"""Many tasks, cancelled at any moment: no post twice, none lost without a trace, nothing leaks."""

import math
import random
import time
from pathlib import Path
from typing import Any

import anyio
import pytest

from contract_tests.client.support import CREDIT
from contract_tests.safety.scripted import Peer, accepted, serving
from propexo_client import AcceptedWrite, AsyncPropexo

BACKENDS = pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.anyio
@BACKENDS
@pytest.mark.parametrize("tasks", [100, pytest.param(1000, marks=pytest.mark.slow)])
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts files through /proc")
async def test_cancelled_tasks_post_nothing_twice_and_leak_nothing(
    tasks: int, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(11)
    done: list[str] = []

    def accept_later(peer: Peer) -> None:
        request = peer.request()
        time.sleep(0.002)
        peer.send(accepted(request))

    async def post(propexo: Any, number: int, lease: str) -> None:
        limits = (math.inf, chance.random() * tasks / 400, 0)
        with anyio.move_on_after(limits[number % len(limits)]):
            outcome = await propexo.credits.create(**{**CREDIT, "lease_id": lease})
            done.append(outcome.request.body["lease_id"])

    with serving(accept_later) as server:
        before = open_files()
        async with AsyncPropexo("not-a-token", environment=server.url) as propexo:
            prints = {
                propexo.credits.prepare(**{**CREDIT, "lease_id": f"lease_{n}"}).fingerprint: (
                    f"lease_{n}"
                )
                for n in range(tasks)
            }
            async with anyio.create_task_group() as group:
                for number, lease in enumerate(prints.values()):
                    group.start_soon(post, propexo, number, lease)
            outcome = await propexo.credits.create(**{**CREDIT, "lease_id": "the_last"})
        with anyio.fail_after(10):  # the server closes its side of each connection, too
            while open_files() > before:
                await anyio.sleep(0.01)
    assert isinstance(outcome, AcceptedWrite)
    assert propexo._session.pacer._in_flight == 0
    posted = [post["lease_id"] for post in server.posts]
    assert len(posted) == len(set(posted))
    noted = {prints[text] for text in prints if text in caplog.text}
    assert set(posted) - {"the_last"} <= {*done, *noted}
    assert not set(done) & noted
    assert 0 < len(done) < tasks
