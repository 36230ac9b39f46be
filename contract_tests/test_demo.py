import pytest

from scripts import demo


def test_the_demo_tells_both_stories_and_shows_no_token(capsys: pytest.CaptureFixture[str]) -> None:
    demo.main()
    told = capsys.readouterr().out
    for line in (
        "$150.00 to lease_1204, accepted as job_000001",
        "resident_charge_000001: -$150.00 on 2026-01-15",
        "OutcomeUnknown",
        "find_matching: 1 credit",
        "1 POST at the wire, 1 booked",
    ):
        assert line in told
    assert "token" not in told
