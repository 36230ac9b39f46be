"""Arguments and options: what cannot be right is refused before anything is sent."""

import datetime
import math
from typing import Any

import httpx
import pytest

from contract_tests.client.support import ACCEPTED, CREDIT, TOKEN, client
from propexo_client import (
    AsyncPropexo,
    Environment,
    InvalidArgument,
    InvalidArgumentType,
    JournalRefused,
    Propexo,
    PropexoError,
)
from propexo_client.testing import MemoryJournal

WRONG: dict[str, list[Any]] = {
    "integration_id": ["", " ", "a b", "a\n", ".", "..", None, 3, b"x", "\ud800"],
    "lease_id": ["", "\tx"],
    "financial_account_id": ["", None],
    "amount_in_cents": [0, -1, 1.0, True],
    "transaction_date": ["2026-01-15", datetime.datetime(2026, 1, 15, 23, 30), None],
    "description": ["", "  \n", None, 3, "\ud800"],
    "timeout": [0, -1, True, math.inf, math.nan, "3"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_argument_is_named_and_nothing_is_sent(name: str, value: object) -> None:
    propexo, server, _ = client(ACCEPTED)
    with pytest.raises(InvalidArgument, match=rf"^{name}: ") as raised:
        propexo.credits.create(**(CREDIT | {name: value}))
    assert "\n" not in str(raised.value)
    assert isinstance(raised.value, ValueError)
    assert isinstance(raised.value, PropexoError)
    assert not server.received


@pytest.mark.parametrize("job_id", ["", " job_1", "..", None, 7])
def test_a_wrong_job_id_is_named_and_nothing_is_sent(job_id: Any) -> None:
    propexo, server, _ = client(ACCEPTED)
    for call in (propexo.credits.wait, propexo.credits.retry_write):
        with pytest.raises(InvalidArgument, match=r"^job_id: "):
            call(job_id)
    assert not server.received


def test_missing_and_misspelt_arguments_are_named_and_nothing_is_sent() -> None:
    propexo, server, _ = client(ACCEPTED)
    for name in CREDIT.keys() - {"amount_in_cents"}:
        with pytest.raises(TypeError, match=name):
            propexo.credits.create(**{key: CREDIT[key] for key in CREDIT.keys() - {name}})
    with pytest.raises(TypeError, match="lease"):
        propexo.credits.create(**CREDIT, lease="lease_1")  # type: ignore[call-arg]
    assert not server.received


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day_due", 0),
        ("day_due", 32),
        ("day_due", 1.0),
        ("frequency_raw", 0),
        ("frequency_raw", 25),
        ("end_date", "2026-12-31"),
    ],
)
def test_a_wrong_schedule_is_refused(field: str, value: object) -> None:
    propexo, server, _ = client(ACCEPTED)
    good: Any = {**CREDIT, "day_due": 1, "start_date": CREDIT["transaction_date"]}
    del good["transaction_date"]
    with pytest.raises(InvalidArgument, match=rf"^{field}: "):
        propexo.recurring_charges.create(**(good | {field: value}))
    assert not server.received


@pytest.mark.parametrize(
    ("field", "value"),
    [("payment_type", "BARTER"), ("send_email_receipt", 1), ("reference_number", " ")],
)
def test_a_wrong_payment_is_refused(field: str, value: object) -> None:
    propexo, server, _ = client(ACCEPTED)
    good: Any = {
        **CREDIT,
        "resident_id": "resident_1",
        "payment_type": "ACH",
        "send_email_receipt": False,
    }
    with pytest.raises(InvalidArgument, match=rf"^{field}: "):
        propexo.payments.create(**(good | {field: value}))
    assert not server.received


@pytest.mark.parametrize(
    "environment",
    [
        "",
        "ftp://api.propexo.com",
        "http://api.propexo.com",
        "https://",
        "https://u:p@x.com",
        "https://x.com?a=1",
        "https://x.com#a",
        "https://x:port",
        "https://x.com:0",
        "https://x.com:65536",
        "https://x y.com",
        "https://x..com",
        f"https://{'x' * 64}.com",
        "https://\ud800",
        "//x.com",
        "staging",
        "https://api.propexo.com/v1/",
        None,
        True,
        3,
    ],
)
def test_a_place_that_is_no_safe_server_is_refused(environment: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"^environment: ") as refused:
        Propexo(TOKEN, environment=environment)
    assert isinstance(refused.value, TypeError) is not isinstance(environment, str)


@pytest.mark.parametrize(
    "environment",
    [
        *Environment,
        "http://127.0.0.1:8000",
        "http://[::1]:1/",
        "http://localhost",
        "https://a_b.:65535",
    ],
)
def test_servers_with_encryption_and_loopback_are_accepted(environment: str) -> None:
    with Propexo(TOKEN, environment=environment) as propexo:
        assert propexo.base_url == str(environment).rstrip("/")


@pytest.mark.parametrize("environment", Environment)
def test_an_environment_may_be_named(environment: Environment) -> None:
    for name in (environment.name, environment.name.lower(), f"{environment.name}\n"):
        with Propexo(TOKEN, environment=name) as propexo:
            assert propexo.base_url == environment


def test_an_unknown_environment_is_refused_with_the_names_that_are_known() -> None:
    with pytest.raises(InvalidArgument, match='"sandbox", "production"'):
        Propexo(TOKEN, environment="staging")


def test_a_transport_of_the_other_kind_is_refused() -> None:
    pairs: Any = ((Propexo, httpx.AsyncHTTPTransport), (AsyncPropexo, httpx.HTTPTransport))
    for kind, other in pairs:
        with pytest.raises(InvalidArgumentType, match=r"^transport: "):
            kind(TOKEN, environment=Environment.SANDBOX, transport=other())


def test_there_is_no_default_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TypeError, match="environment"):
        Propexo(TOKEN)  # type: ignore[call-arg]
    monkeypatch.setenv("PROPEXO_TOKEN", TOKEN)
    monkeypatch.delenv("PROPEXO_ENVIRONMENT", raising=False)
    with pytest.raises(InvalidArgument, match="PROPEXO_ENVIRONMENT"):
        Propexo.from_env()


def test_a_wrong_environment_is_said_to_come_from_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PROPEXO_TOKEN", TOKEN)
    monkeypatch.setenv("PROPEXO_ENVIRONMENT", "prod")
    with pytest.raises(InvalidArgument, match=r"^environment: pass .*\(PROPEXO_ENVIRONMENT\)$"):
        Propexo.from_env()


@pytest.mark.parametrize("kind", [Propexo, AsyncPropexo])
def test_a_client_can_be_made_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, kind: type[Propexo] | type[AsyncPropexo]
) -> None:
    monkeypatch.setenv("PROPEXO_TOKEN", TOKEN)
    monkeypatch.setenv("PROPEXO_ENVIRONMENT", "Production")
    assert kind.from_env().base_url == Environment.PRODUCTION
    with pytest.raises(JournalRefused, match="production"):
        kind.from_env(journal=MemoryJournal())


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("timeout", None),
        ("timeout", 0),
        ("timeout", math.inf),
        ("max_connections", 0),
        ("max_connections", None),
        ("on_rate_limit", "ignore"),
    ],
)
def test_an_option_that_cannot_be_right_is_refused(option: str, value: Any) -> None:
    options: dict[str, Any] = {"environment": Environment.SANDBOX, option: value}
    with pytest.raises(InvalidArgument, match=rf"^{option}: "):
        Propexo(TOKEN, **options)
