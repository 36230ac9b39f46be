"""The command line: `python -m propexo_client run`."""

import csv
import json
import os
from pathlib import Path

import pytest

from contract_tests.runs.conftest import Place
from contract_tests.runs.support import HEADER, credit, write_csv
from propexo_client.__main__ import main
from propexo_client.testing import Fault


def test_a_file_is_posted_reported_and_not_posted_again(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.run("--mark") == 0
    shown = capsys.readouterr()
    assert "posted                                 3             37.50" in shown.out
    assert "3 of 3 sent, 3 booked" in shown.err
    copy = place.file.with_name("copy.csv")
    place.file = place.file.rename(copy)
    assert place.run() == 0
    assert (place.fake.posts, place.fake.booked) == (3, 3)

    capsys.readouterr()
    assert place.run("--report", "csv") == 0
    first = next(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert first["key"] == "invoice-1"
    assert (first["run_state"], first["run_record_id"]) == ("posted", "charge_000001")
    assert place.run("--report", "json") == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {"posted": 3}
    again = place.file.with_name("report.csv")
    assert place.run("--report", "csv", "--output", str(again)) == 0
    place.file = again  # a report is a file of credits, too
    assert place.run("--report", "json", "--output", str(again / "x")) == 2
    assert "--output: cannot be written: Not a directory" in capsys.readouterr().err
    assert place.run("--report") == 0
    assert "all                                    3" in capsys.readouterr().out

    edited = again.read_text().replace("12.50", "12.51", 1)
    again.write_text(edited)
    assert place.run("--report") == 2
    assert "posted in the journal with other content" in capsys.readouterr().err


def test_a_dry_run_says_what_will_happen_and_sends_nothing(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    before = place.path.read_bytes()
    assert place.run("--dry-run", "--mark") == 0
    shown = capsys.readouterr().out
    for text in (
        "january.csv: 3 credits, 37.50 dollars",
        "3 are to be posted, 37.50 dollars",
        "as it will be booked: Credit 1 [",
        "About 7 requests, 0.0 minutes",
        "every charge of integration intg_1 from 2026-01-14 to 2026-01-16",
        "billed by the record",
        "Nothing was posted.",
    ):
        assert text in shown
    assert place.fake.requests == ()
    assert place.path.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "--mark or --no-mark"),
        (("--mark", "--expect-rows", "4"), "expect_rows: 4 are expected"),
        (("--mark", "--expect-total", "37.51"), "expect_total: 37.51 is expected"),
        (("--mark", "--expect-total", "x"), "--expect-total: 'x' is not dollars"),
        (("--mark", "--max-per-minute", "0"), "max_per_minute"),
        (("--mark", "--expect-total", "37,50"), "--expect-total: '37,50' is not dollars"),
        (("--mark", "--patience", "-1"), "--patience: must be from 0 to 277 hours"),
        (("--mark", "--patience", "nan"), "--patience: must be from 0 to 277 hours"),
        (("--output", "x"), "--output: needs --report"),
    ],
)
def test_wrong_usage_exits_with_2_and_posts_nothing(
    place: Place, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], says: str
) -> None:
    assert place.run(*options) == 2
    assert says in capsys.readouterr().err
    assert place.fake.requests == ()


@pytest.mark.parametrize("report", ["text", "csv", "json"])
def test_a_report_replaces_neither_the_journal_nor_the_file_of_credits(
    place: Place, capsys: pytest.CaptureFixture[str], report: str
) -> None:
    kept = [place.path, place.file]
    before = [path.read_bytes() for path in kept]
    for path in kept:
        link = path.with_suffix(".link")
        link.symlink_to(path)
        for name in (path, link):
            assert place.run("--report", report, "--output", str(name)) == 2
            assert "--output: would replace" in capsys.readouterr().err
    assert [path.read_bytes() for path in kept] == before


def test_a_report_replaces_no_device_and_no_draft_of_somebody_else(
    place: Place, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert place.run("--report", "--output", str(pipe)) == 2
    assert "--output: is not a file" in capsys.readouterr().err
    assert pipe.is_fifo()
    draft = tmp_path / "report.txt.part"
    draft.write_text("mine")
    assert place.run("--report", "--output", str(tmp_path / "report.txt")) == 4
    assert draft.read_text() == "mine"
    assert sorted(tmp_path.glob("*report*")) == [tmp_path / "report.txt", draft]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_an_end_of_the_calendar_is_posted_and_read_back(place: Place, day: str) -> None:
    write_csv(place.file, [credit(1, transaction_date=day)])
    assert place.run("--mark", "--dry-run") == 0
    assert place.run("--mark") == 0
    assert place.run("--report") == 0
    assert place.fake.booked == 1


def test_a_dry_run_counts_one_in_the_singular_and_describes_what_will_be_posted_only(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    write_csv(place.file, [credit(1), credit(1)])
    assert place.run("--mark", "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "1 credit, 12.50 dollars" in shown
    assert "1 row repeats an earlier one" in shown
    assert "1 is to be posted" in shown
    assert place.run("--mark") == 0
    capsys.readouterr()
    assert place.run("--mark", "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "0 are to be posted" in shown
    assert "as it will be booked" not in shown
    assert "About 1 request," in shown


def test_a_wrong_token_is_named_once_and_no_row_is_blamed(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROPEXO_TOKEN", "wrong")
    assert place.run("--mark") == 4
    shown = capsys.readouterr().out
    assert "Stopped early: status 401, unauthorized: the token is not valid\n" in shown
    assert "-> set a token that is valid here, run the file again; the key can stay" in shown
    assert "correct the row" not in shown


def test_without_a_journal_it_says_how_to_make_one_and_makes_none(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(place.file), "--mark"]) == 2
    assert "Make it once: journal init" in capsys.readouterr().err
    missing = place.path.with_name("other.journal")
    assert main(["run", str(place.file), "--mark", "--journal", str(missing)]) == 2
    assert not missing.exists()


def test_a_journal_of_the_other_environment_is_refused(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROPEXO_ENVIRONMENT", "sandbox")
    assert place.run("--mark") == 2
    assert "belongs to" in capsys.readouterr().err


def test_bad_rows_exit_with_2_and_are_named(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.file.write_text(f"{HEADER}\ninvoice-1,i,l,f,1/2,2026-01-15,x\n")
    assert place.run("--mark") == 2
    assert "january.csv:2: amount '1/2': is not dollars" in capsys.readouterr().err


def test_a_file_without_credits_is_not_all_booked(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.file.write_text(f"{HEADER}\n")
    assert place.run("--mark") == 2
    assert "january.csv: has no credits" in capsys.readouterr().err


def test_an_unknown_outcome_exits_with_3_and_shows_what_to_do(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.fake.fail_next(Fault.RESET_BEFORE_BOOKING, on="POST")
    assert place.run("--no-mark") == 3
    shown = capsys.readouterr().out
    assert "UNKNOWN:\n  line 2, invoice-1: 12.50 to lease_1 on 2026-01-15" in shown
    assert "journal resolve invoice-1" in shown
    assert "Stopped early: the first credit was not booked" in shown


def test_a_report_never_gives_a_spreadsheet_a_formula_of_the_server(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    body = b'{"meta": {"job_id": "=HYPERLINK(1)"}, "result": {}}'
    place.fake.respond_next(200, body, on="POST")
    place.fake.respond_next(
        200, b'{"write_status": "SUCCESS", "errors": [], "created_record_id": "+1"}', on="GET"
    )
    place.run("--no-mark", "--no-sweep")
    capsys.readouterr()
    place.run("--report", "csv")
    first = next(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert (first["run_job_id"], first["run_record_id"]) == ("'=HYPERLINK(1)", "'+1")


def test_a_terminal_obeys_nothing_that_the_server_says(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    body = json.dumps({"error": {"code": "x", "message": "no \x1b[2J\x9b2J lease"}}).encode()
    place.fake.respond_next(422, body, on="POST")
    assert place.run("--no-mark") == 4
    shown = capsys.readouterr()
    assert "no \\x1b[2J\\x9b2J lease" in shown.out
    assert "\x1b" not in shown.out + shown.err
    assert "\x9b" not in shown.out + shown.err
