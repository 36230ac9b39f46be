"""What a support ticket needs: a request id on every outcome, and a log that can be turned on."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from contract_tests.client.support import ACCEPTED, CREDIT, POSTED, TOKEN, client
from propexo_client import InvalidArgument, OutcomeUnknown, Propexo, PropexoError
from propexo_client.messages import Response

HEADERS = {"X-Request-Id": "req_7", "CF-Ray": "ray", "Set-Cookie": "session=secret"}


def test_a_result_carries_the_response_with_its_safe_headers() -> None:
    propexo, _, _ = client(
        httpx.Response(200, json=ACCEPTED, headers=HEADERS),
        httpx.Response(200, json=POSTED, headers={"request-id": "req_8"}),
    )
    accepted = propexo.credits.create(**CREDIT)
    assert accepted.response is not None
    assert (accepted.response.status, accepted.request_id) == (200, "req_7")
    assert accepted.response.headers["cf-ray"] == "ray"
    assert "set-cookie" not in accepted.response.headers
    assert propexo.credits.wait(accepted.job_id).request_id == "req_8"


def test_an_error_carries_and_prints_the_request_id() -> None:
    propexo, _, _ = client(httpx.Response(502, headers=HEADERS))
    with pytest.raises(OutcomeUnknown) as raised:
        propexo.credits.create(**CREDIT)
    assert raised.value.request_id == "req_7"
    assert str(raised.value).endswith(", request id req_7]")


def test_the_log_of_a_request_shows_its_id(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    propexo, _, _ = client(httpx.Response(200, json=ACCEPTED, headers=HEADERS))
    propexo.credits.create(**CREDIT)
    assert any(line.endswith(" s [request id req_7]") for line in caplog.messages)


@pytest.mark.parametrize("fault", [httpx.ReadTimeout("slow"), httpx.Response(502)])
def test_without_one_nothing_is_printed(fault: Any) -> None:
    propexo, _, _ = client(fault)
    with pytest.raises(OutcomeUnknown) as raised:
        propexo.credits.create(**CREDIT)
    assert raised.value.request_id is None
    assert "request id" not in str(raised.value)


@pytest.mark.parametrize(
    ("headers", "request_id"),
    [
        ({}, None),
        ({"x-request-id": ""}, None),
        ({"cf-ray": "r", "x-amzn-requestid": "a"}, "a"),
        ({"x-request-id": "a\tb " + "x" * 500}, "a b " + "x" * 96),
    ],
)
def test_a_request_id_is_short_and_on_one_line(
    headers: dict[str, str], request_id: str | None
) -> None:
    assert Response(200, headers, b"").request_id == request_id


@pytest.fixture
def package_logger() -> Iterator[logging.Logger]:
    logger = logging.getLogger("propexo_client")
    level, handlers = logger.level, list(logger.handlers)
    yield logger
    logger.setLevel(level)
    logger.handlers[:] = handlers


@pytest.mark.parametrize(("value", "level"), [("debug", "DEBUG"), (" Info\n", "INFO"), ("", None)])
def test_the_log_level_is_that_of_the_variable(
    value: str,
    level: str | None,
    package_logger: logging.Logger,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = package_logger.level
    monkeypatch.setenv("PROPEXO_LOG", value)
    with Propexo(TOKEN, environment="sandbox"):
        assert package_logger.level == (before if level is None else getattr(logging, level))
    assert package_logger.handlers == [], "the application's own logging is used where it has one"


def test_any_other_log_level_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROPEXO_LOG", "loud")
    with pytest.raises(InvalidArgument, match=r"^PROPEXO_LOG: .*debug or info") as raised:
        Propexo(TOKEN, environment="sandbox")
    assert isinstance(raised.value, PropexoError)


POST = """
import datetime
from propexo_client import Propexo
from propexo_client.testing import FakePropexo
fake = FakePropexo(token="{token}")
for _ in range(2):
    propexo = Propexo(
        fake.token, environment="sandbox", transport=fake.transport(), clock=fake.clock
    )
propexo.credits.create_and_wait(
    integration_id="i", lease_id="l", financial_account_id="f", amount_in_cents=1,
    transaction_date=datetime.date(2026, 1, 15), description="for Jane Doe",
)
"""


@pytest.mark.parametrize(("level", "posts"), [("debug", 1), ("info", 0), ("", 0)])
def test_a_program_without_logging_gets_lines_on_standard_error(level: str, posts: int) -> None:
    command = [sys.executable, "-c", POST.format(token=TOKEN)]
    done = subprocess.run(
        command, env={"PROPEXO_LOG": level}, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    assert done.stderr.count("POST /v1/resident-credits/rentvine/: 200 in ") == posts
    assert done.stderr.count("accepted as job job_000001") == (1 if level else 0)
    assert TOKEN not in done.stderr
    assert "Jane" not in done.stderr
