"""A client that was used before a fork: whatever the children do, each gets its own responses."""

import asyncio
import gc
import threading
from contextlib import suppress
from typing import Any

import pytest

from contract_tests.client.support import CREDIT
from contract_tests.safety.scripted import Peer, accepted, serving, trusting
from contract_tests.safety.worlds import EVERY_CLIENT, FORKS, in_a_child
from propexo_client import AsyncPropexo, Propexo

pytestmark = FORKS


def accept(peer: Peer) -> None:
    peer.send(accepted(peer.request()))


class Client:
    """A client, blocking or not, with one way to post."""

    def __init__(self, url: str, *, is_async: bool) -> None:
        verify = trusting() if url.startswith("https") else None
        self._is_async = is_async
        self._client: Any = (AsyncPropexo if is_async else Propexo)(
            "not-a-token", environment=url, verify=verify
        )

    def post(self, *leases: str) -> list[str]:
        """Post a credit to each lease, at the same time, and return the jobs."""
        if self._is_async:
            return asyncio.run(self._gathered(leases))
        jobs = dict.fromkeys(leases, "")

        def post(lease: str) -> None:
            jobs[lease] = self._client.credits.create(**CREDIT | {"lease_id": lease}).job_id

        threads = [threading.Thread(target=post, args=(lease,)) for lease in leases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return list(jobs.values())

    async def _gathered(self, leases: tuple[str, ...]) -> list[str]:
        posts = (self._client.credits.create(**CREDIT | {"lease_id": lease}) for lease in leases)
        return [accepted.job_id for accepted in await asyncio.gather(*posts)]


@EVERY_CLIENT
@pytest.mark.parametrize("tls", [False, True])
def test_a_child_leaves_a_connection_that_is_in_use_alone(tls: bool, is_async: bool) -> None:
    received, go_on = threading.Event(), threading.Event()
    disturbed: list[bytes] = []

    def hold(peer: Peer) -> None:
        request = peer.request()
        if b"lease_of_the_parent" in request:
            received.set()
            go_on.wait(20)
            peer.socket.settimeout(0.05)
            with suppress(TimeoutError):
                disturbed.append(peer.socket.recv(1))
        peer.send(accepted(request))

    def use_and_drop_everything() -> list[str]:
        jobs = client.post("lease_of_the_child")
        gc.collect()
        return jobs

    with serving(hold, tls=tls) as server:
        client = Client(server.url, is_async=is_async)
        jobs: list[str] = []
        parent = threading.Thread(target=lambda: jobs.extend(client.post("lease_of_the_parent")))
        parent.start()
        assert received.wait(20)
        assert in_a_child(use_and_drop_everything) == ["job_of_lease_of_the_child"]
        go_on.set()
        parent.join(20)
    assert jobs == ["job_of_lease_of_the_parent"]
    assert disturbed == []
    assert len(server.posts) == 2


@EVERY_CLIENT
def test_children_that_serve_with_threads_or_tasks_get_their_own_responses(is_async: bool) -> None:
    with serving(accept) as server:
        client = Client(server.url, is_async=is_async)
        assert client.post("lease_0") == ["job_of_lease_0"]
        for child in range(3):
            leases = [f"lease_{child}_{number}" for number in range(4)]

            def serve(leases: list[str] = leases) -> list[str]:
                return [*client.post(*leases[:2]), *client.post(*leases[2:])]

            assert in_a_child(serve) == [f"job_of_{lease}" for lease in leases]
        assert client.post("lease_1") == ["job_of_lease_1"]
    assert len({post["lease_id"] for post in server.posts}) == len(server.posts) == 14
