import logging

import pytest

from scripts import demo


@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.usefixtures("caplog")
def test_the_demo_fits_the_terminal_and_breaks_no_word(
    columns: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    demo.main()
    shown = capfd.readouterr()
    assert max(len(line) for line in shown.out.splitlines()) <= int(columns)
    words = shown.out.split()
    for word in ("Connection", "fingerprint", "charge_000002:", "decides."):
        assert word in words or f"[{word}" in words
    assert "logged      WARNING" in shown.out
    assert "…" not in shown.out
    assert shown.err == ""
    assert logging.getLogger("propexo_client").handlers == []


def test_the_demo_tells_its_stories_and_shows_no_token(capsys: pytest.CaptureFixture[str]) -> None:
    demo.main()
    shown = capsys.readouterr().out
    for line in (
        "$150.00 to lease_1204, accepted as job_000001",
        "charge_000001: -$150.00 on 2026-01-15",
        "OutcomeUnknown",
        "find_matching: 1 credit",
        "1 POST at the wire, 1 booked",
        "invoice-1004: posted, found on the ledger by its mark",
        "6 POSTs at the wire, 6 booked",
    ):
        assert line in shown
    assert "token" not in shown
