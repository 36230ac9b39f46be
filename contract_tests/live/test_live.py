"""`make live`: the sandbox itself."""

import pytest

from contract_tests.contract.judge import Judge
from contract_tests.live import check
from contract_tests.live.check import Recorder, Settings, Unfit

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def settings() -> Settings:
    try:
        return Settings.from_env()
    except Unfit as reason:
        pytest.exit(f"live: {reason}", returncode=2)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def test_an_empty_credit_is_refused_as_documented(
    settings: Settings, recorder: Recorder, judge: Judge
) -> None:
    assert check.refuse(settings, recorder) == 400
    assert check.departures(judge, recorder) == []


def test_a_credit_of_one_cent_is_booked_and_reads_back(
    settings: Settings, recorder: Recorder, judge: Judge
) -> None:
    found = check.post_a_cent(settings, recorder)
    assert check.departures(judge, recorder) == []
    assert found.mismatches == ()
