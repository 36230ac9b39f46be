"""One refused create and one credit of a cent, every raw response checked against the contract.

    PROPEXO_TOKEN, PROPEXO_INTEGRATION_ID, PROPEXO_LEASE_ID, PROPEXO_FINANCIAL_ACCOUNT_ID

`PROPEXO_ENVIRONMENT` may name another sandbox; production is refused.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import httpx

from contract_tests.contract.judge import Judge
from propexo_client import Charge, Environment, Propexo, ReadBack
from propexo_client._engine.clock import Clock

REQUIRED = (
    "PROPEXO_TOKEN",
    "PROPEXO_INTEGRATION_ID",
    "PROPEXO_LEASE_ID",
    "PROPEXO_FINANCIAL_ACCOUNT_ID",
)
DESCRIPTION = "One cent from the contract suite of propexo-client"
FOLLOW_SECONDS = 600.0


class Unfit(Exception):
    """The settings do not allow a live check; the message says what to change."""


@dataclass(frozen=True)
class Settings:
    """Where to post the cent."""

    token: str = field(repr=False)
    environment: str
    integration_id: str
    lease_id: str
    financial_account_id: str

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> "Settings":
        """Read the settings. Raises `Unfit` for missing ones, and for production."""
        if missing := [name for name in REQUIRED if not variables.get(name)]:
            raise Unfit(f"set {', '.join(missing)} to run against the sandbox")
        environment = variables.get("PROPEXO_ENVIRONMENT") or Environment.SANDBOX
        if _is_production(environment):
            raise Unfit("PROPEXO_ENVIRONMENT is production: this would post real money")
        return cls(
            token=variables["PROPEXO_TOKEN"],
            environment=environment,
            integration_id=variables["PROPEXO_INTEGRATION_ID"],
            lease_id=variables["PROPEXO_LEASE_ID"],
            financial_account_id=variables["PROPEXO_FINANCIAL_ACCOUNT_ID"],
        )

    @classmethod
    def from_env(cls) -> "Settings":
        """Read the settings from the environment."""
        return cls.of(os.environ)


class Recorder(httpx.HTTPTransport):
    """Passes everything on, and keeps every request and raw response."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges: list[tuple[httpx.Request, httpx.Response]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, read the response whole, and keep both."""
        response = super().handle_request(request)
        content = b"".join(response.iter_raw())
        kept = httpx.Response(
            response.status_code, headers=response.headers, content=content, request=request
        )
        self.exchanges.append((request, kept))
        return httpx.Response(response.status_code, headers=response.headers, content=content)


def refuse(settings: Settings, recorder: Recorder) -> int:
    """Post an empty body, which can book nothing, and return the status of the refusal."""
    with httpx.Client(transport=recorder, timeout=30.0) as http:
        response = http.post(
            f"{_base_url(settings)}/v1/resident-credits/rentvine/",
            json={},
            headers={"authorization": f"Bearer {settings.token}"},
        )
    return response.status_code


def post_a_cent(
    settings: Settings, recorder: Recorder, clock: Clock | None = None
) -> ReadBack[Charge]:
    """Post one cent, follow it to its end, and read it back."""
    with Propexo(
        settings.token,
        environment=_base_url(settings),
        transport=recorder,
        clock=clock,
        on_rate_limit="raise",
    ) as propexo:
        posted = propexo.credits.create_and_wait(
            integration_id=settings.integration_id,
            lease_id=settings.lease_id,
            financial_account_id=settings.financial_account_id,
            amount_in_cents=1,
            transaction_date=date.today(),
            description=DESCRIPTION,
            wait_timeout=FOLLOW_SECONDS,
        )
        assert posted.request is not None
        return propexo.credits.read_back(
            created_record_id=posted.created_record_id, request=posted.request, timeout=60.0
        )


def departures(judge: Judge, recorder: Recorder) -> list[str]:
    """List where the raw responses depart from the contract."""
    return [
        str(complaint)
        for request, response in recorder.exchanges
        for complaint in judge.exchange(request, response)
    ]


def _base_url(settings: Settings) -> str:
    return _named(settings.environment).rstrip("/")


def _is_production(environment: str) -> bool:
    host = httpx.URL(_named(environment)).host
    return host == httpx.URL(Environment.PRODUCTION).host


def _named(environment: str) -> str:
    return Environment.__members__.get(environment.upper(), environment)
