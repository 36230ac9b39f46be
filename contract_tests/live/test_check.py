"""The live check itself, proven on a loopback server: it posts one cent, and sees what is wrong."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from contract_tests.contract.judge import Judge
from contract_tests.live import check
from contract_tests.live.check import Recorder, Settings, Unfit
from propexo_client.testing import FakePropexo, FakeServer
from scripts.support.files import ROOT

VARIABLES = {
    "PROPEXO_TOKEN": "fake-token",
    "PROPEXO_INTEGRATION_ID": "intg_1",
    "PROPEXO_LEASE_ID": "lease_1",
    "PROPEXO_FINANCIAL_ACCOUNT_ID": "account_1",
}


@pytest.fixture
def fake() -> FakePropexo:
    return FakePropexo()


@pytest.fixture
def server(fake: FakePropexo) -> Iterator[FakeServer]:
    with fake.serve() as server:
        yield server


@pytest.fixture
def settings(server: FakeServer) -> Settings:
    return Settings.of({**VARIABLES, "PROPEXO_ENVIRONMENT": server.url})


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def test_one_refusal_and_one_cent_pass_when_all_is_well(
    settings: Settings, recorder: Recorder, judge: Judge, fake: FakePropexo
) -> None:
    assert check.refuse(settings, recorder) == 400
    assert fake.booked == 0
    found = check.post_a_cent(settings, recorder, fake.clock)
    assert found.confirmed
    assert fake.booked == 1
    assert len(recorder.exchanges) >= 4
    assert check.departures(judge, recorder) == []


def test_a_response_that_departs_from_the_contract_is_reported(
    settings: Settings, recorder: Recorder, judge: Judge, fake: FakePropexo
) -> None:
    fake.respond_next(422, b'{"error": "no"}', headers={"content-type": "application/json"})
    assert check.refuse(settings, recorder) == 422
    (complaint,) = check.departures(judge, recorder)
    assert "POST /v1/resident-credits/rentvine/: response 422" in complaint


def test_a_wrong_token_shows_as_an_undocumented_response(
    server: FakeServer, recorder: Recorder, judge: Judge, fake: FakePropexo
) -> None:
    wrong = {**VARIABLES, "PROPEXO_TOKEN": "wrong", "PROPEXO_ENVIRONMENT": server.url}
    assert check.refuse(Settings.of(wrong), recorder) == 401
    assert "401" in check.departures(judge, recorder)[0]
    assert fake.booked == 0


@pytest.mark.parametrize("environment", ["production", "https://api.propexo.com/"])
def test_production_is_refused(environment: str) -> None:
    with pytest.raises(Unfit, match="real money"):
        Settings.of({**VARIABLES, "PROPEXO_ENVIRONMENT": environment})


def test_what_is_missing_is_named_and_the_token_is_never_shown() -> None:
    with pytest.raises(Unfit, match="PROPEXO_LEASE_ID"):
        Settings.of({**VARIABLES, "PROPEXO_LEASE_ID": ""})
    assert "fake-token" not in repr(Settings.of(VARIABLES))


@pytest.mark.slow
def test_a_live_run_without_its_settings_is_no_success() -> None:
    command = [sys.executable, "-m", "pytest", "contract_tests/live", "-m", "live"]
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "live: set PROPEXO_TOKEN, PROPEXO_INTEGRATION_ID" in done.stdout
