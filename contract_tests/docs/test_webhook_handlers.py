"""The handlers that docs/webhooks.md shows, with deliveries good, bad, early and repeated."""

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import anyio
import httpx
import pytest
import respx

from contract_tests.docs.test_python_blocks import SCRIPTS, run
from contract_tests.fake.support import CREDIT
from propexo_client.testing import FakePropexo, JobLife, failure_webhook
from propexo_client.webhooks import MOST_BYTES, SIGNATURE_HEADER, sign
from scripts.support.files import ROOT

PAGE = ROOT / "docs" / "webhooks.md"
SECRET = "a-secret-for-tests"
Deliver: TypeAlias = Callable[[bytes, dict[str, str]], int]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakePropexo]:
    fake = FakePropexo()
    monkeypatch.setenv("PROPEXO_TOKEN", fake.token)
    monkeypatch.delenv("PROPEXO_WEBHOOK_SECRET", raising=False)
    with respx.mock(assert_all_called=False) as router:
        router.route().mock(side_effect=fake.respond)
        yield fake


@pytest.fixture(params=["app", "wsgi_app"])
def deliver(request: pytest.FixtureRequest) -> Deliver:
    """Send a delivery to one of the handlers, and return the status of its response."""
    request.getfixturevalue("fake")
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in SCRIPTS:
        if block.page == PAGE and request.param not in names:
            run(block, names)
    app = names[request.param]

    async def to_fastapi(body: bytes, headers: dict[str, str]) -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
            return (await http.post("http://us/propexo", content=body, headers=headers)).status_code

    def to_wsgi(body: bytes, headers: dict[str, str]) -> int:
        with httpx.Client(transport=httpx.WSGITransport(app)) as http:
            return http.post("http://us/propexo", content=body, headers=headers).status_code

    if request.param == "wsgi_app":
        return to_wsgi
    return lambda body, headers: anyio.run(to_fastapi, body, headers)


def post(fake: FakePropexo, life: JobLife) -> str:
    """Post a credit from elsewhere, and return its job id."""
    fake.next_job(life)
    headers = {"authorization": f"Bearer {fake.token}"}
    url = "https://api.sandbox.propexo.com/v1/resident-credits/rentvine/"
    return str(httpx.post(url, json=CREDIT, headers=headers).json()["meta"]["job_id"])


def test_a_failure_is_looked_up_and_repeating_it_is_harmless(
    deliver: Deliver, fake: FakePropexo
) -> None:
    body, headers = failure_webhook(post(fake, JobLife(ends="FAILURE")), SECRET)
    assert [deliver(body, headers) for _ in range(10)] == [204] * 10
    assert (fake.posts, fake.booked) == (1, 0)
    looks = [request.method for request in fake.requests[1:]]
    assert looks == ["GET"] * 10


def test_an_event_that_contradicts_the_api_changes_nothing(
    deliver: Deliver, fake: FakePropexo
) -> None:
    body, headers = failure_webhook(post(fake, JobLife()), SECRET)
    assert deliver(body, headers) == 204
    assert (fake.posts, fake.booked) == (1, 1)


def test_an_event_before_its_job_has_ended_is_asked_for_again(
    deliver: Deliver, fake: FakePropexo
) -> None:
    body, headers = failure_webhook(post(fake, JobLife(polls=1, ends="FAILURE")), SECRET)
    assert [deliver(body, headers) for _ in range(2)] == [503, 204]


def test_any_other_event_is_taken_without_a_request(deliver: Deliver, fake: FakePropexo) -> None:
    body = json.dumps({"trigger": "SYNC_COMPLETE", "data": {}}).encode()
    assert deliver(body, {SIGNATURE_HEADER: sign(body, SECRET)}) == 204
    assert fake.requests == ()


@pytest.mark.parametrize("kind", ["unsigned", "forged", "too long", "not JSON"])
def test_what_is_no_event_of_propexo_is_refused_without_a_request(
    kind: str, deliver: Deliver, fake: FakePropexo
) -> None:
    body, headers = failure_webhook("job_000001", SECRET)
    body = {"too long": b" " * (MOST_BYTES + 1), "not JSON": b"<html>"}.get(kind, body)
    signature = sign(body, SECRET if kind != "forged" else "another secret")
    headers = {} if kind == "unsigned" else {**headers, SIGNATURE_HEADER: signature}
    assert deliver(body, headers) == 400
    assert fake.requests == ()
