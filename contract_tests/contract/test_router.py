"""The router itself: nothing that goes over the wire can hide from it."""

import contextlib

import httpx
import pytest

from contract_tests.contract.exchanges import SANDBOX, Exchange
from contract_tests.contract.judge import Judge
from contract_tests.contract.router import wire

CREDITS = f"{SANDBOX}/v1/resident-credits/rentvine/"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (CREDITS, "request body"),
        (CREDITS.rstrip("/"), "no operation of ours"),
        ("https://example.com/", "no operation of ours"),
    ],
)
def test_a_caller_who_swallows_every_error_cannot_hide_a_departure(
    url: str, says: str, own: Judge, exchanges: list[Exchange]
) -> None:
    with wire(own, exchanges) as seen, contextlib.suppress(BaseException):
        headers = {"authorization": "Bearer not-a-token"}
        httpx.post(url, json={"memo": "x"}, headers=headers)
    assert [complaint for complaint in seen.complaints if says in str(complaint)]
