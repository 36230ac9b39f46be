"""The journal on the command line: what it prints, and with which exit code."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.journal.conftest import Time
from contract_tests.journal.processes import claimed
from contract_tests.journal.shell import Shell
from contract_tests.journal.situations import DAY
from contract_tests.journal.support import post, states
from propexo_client.__main__ import main
from propexo_client.journal import Journal, State


@pytest.fixture
def run(path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(path, capsys)


@pytest.fixture
def filled(journal: Journal, time: Time, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """Give a journal with a key in every state, which commands see a day later."""
    for key in ("double", "posted", "accepted", "failed"):
        post(journal, f"credit:{key}", f"J-{key}")
    journal.job_ended("J-double", State.POSTED, record_id="R1")
    journal.booked("credit:double", 2, record_id="R2")
    journal.job_ended("J-posted", State.POSTED, record_id="R3")
    journal.job_ended("J-failed", State.FAILED, reason="account 12 is closed")
    for key in ("released", "refused", "unknown"):
        claim = claimed(journal, f"credit:{key}")
        assert claim is not None
        getattr(claim, key)(f"this is why it is {key}, and it takes more than a line to say it all")
    claimed(journal, "credit:overdue")
    time.now += DAY - 10
    claimed(journal, "credit:sending")
    monkeypatch.setattr(
        "propexo_client.journal.commands.Journal", lambda path: Journal(path, clock=time)
    )
    time.now += 10
    return journal


def test_init_makes_a_journal_and_prints_the_line_that_pins_it(run: Shell, tmp_path: Path) -> None:
    place = str(tmp_path / "new.journal")

    assert run("init", place, "--environment", "sandbox", "--ephemeral") == 0

    assert f"Journal({place!r}, id={Journal(place).id!r})" in run.out
    assert run("init", place, "--environment", "sandbox", "--ephemeral") == 4
    assert "there is something already" in run.err
    assert run("init", place + "2", "--environment", "nowhere") == 2
    assert run.err.startswith("environment: pass")


@pytest.mark.usefixtures("filled")
def test_list_shows_what_is_urgent_first_and_says_that_a_person_is_needed(run: Shell) -> None:
    assert run("list") == 3

    first, *rows = [line.split()[0] for line in run.out.splitlines()[:10]]
    assert first == "STATE"
    assert rows[:6] == ["DOUBLE", "OVERDUE", "UNKNOWN", "failed", "sending", "accepted"]
    assert sorted(rows[6:]) == ["posted", "refused", "released"]
    assert "\n9 keys: 1 double, 1 overdue, 1 unknown, 1 failed" in run.out


@pytest.mark.usefixtures("filled")
def test_list_of_one_state_needs_nobody_when_nothing_is_unsettled(run: Shell) -> None:
    assert run("list", "--state", "posted") == 0
    assert run.out.splitlines()[1].split()[0] == "posted"
    assert run("list", "--state", "unknown") == 3
    assert run("list", "--state", "overdue") == 3
    assert run("list", "--state", "lost") == 2


def test_a_journal_without_its_option_is_shown_where_it_goes(run: Shell) -> None:
    assert run("list", "credits.journal") == 2
    assert "unknown: credits.journal. A journal is named by --journal PATH-or-URL" in run.err


def test_an_empty_journal_is_listed_as_such(run: Shell) -> None:
    assert run("list") == 0
    assert run.out == "0 keys\n"


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        ("double", "BOOKED TWICE. Reverse one of the two"),
        ("posted", "Nothing to do: it is posted."),
        ("released", "Nothing to do: it was not executed"),
        ("failed", "not-posted --give-up-job"),
        ("sending", "Wait until 1970-01-13 13:47:"),
        ("accepted", "First ask the status of job J-accepted"),
        ("unknown", "not-posted from 1970-01-13 13:47:"),
        ("overdue", "3. the log of jobs: /v1"),
    ],
)
@pytest.mark.usefixtures("filled")
def test_show_says_all_that_is_known_and_what_to_do(run: Shell, key: str, advice: str) -> None:
    assert run("show", f"credit:{key}") == 0

    assert advice in " ".join(run.out.split())
    for fact in ("amount_in_cents = 12500", "lease_id = lease_1", "attempt 1, by "):
        assert fact in run.out


def test_show_escapes_what_would_command_a_terminal(run: Shell, journal: Journal) -> None:
    claim = claimed(journal, "credit:1")
    assert claim is not None
    claim.unknown("red \x1b[31m, half \ud800")

    assert run("show", "credit:1") == 0

    assert "red \\x1b[31m, half \\ud800" in " ".join(run.out.split())


def test_show_of_a_key_never_used(run: Shell) -> None:
    assert run("show", "credit:9") == 2
    assert run.err.startswith("key: 'credit:9' was never used in /")


def test_resolve_takes_several_keys_and_says_what_it_would_not_take(
    run: Shell, filled: Journal, time: Time
) -> None:
    time.now += DAY
    code = run(
        *("resolve", "credit:unknown", "credit:failed", "credit:overdue", "not-posted"),
        *("--because", "not in Rentvine, Ada"),
    )

    assert code == 1
    assert "credit:unknown: was unknown, is not_posted" in run.out
    assert "credit:overdue: was overdue, is not_posted" in run.out
    assert "look with the token that posted it at" in run.out
    assert "failed as job J-failed, which anybody can still retry" in run.err
    assert states(filled)["credit:failed"] == "failed"
    assert filled.history("credit:unknown")[-1].detail == {"because": "not in Rentvine, Ada"}


@pytest.mark.usefixtures("filled")
def test_resolve_waits_24_hours_or_takes_the_vendors_word(run: Shell) -> None:
    words = ("resolve", "credit:unknown", "not-posted", "--because", "Ada")
    assert run(*words) == 1
    assert "may still be executed: say not posted in 0.0 hours" in run.err
    assert run(*words, "--sooner") == 0


def test_resolve_frees_a_failed_key_whose_job_is_given_up(run: Shell, filled: Journal) -> None:
    words = ("resolve", "credit:failed", "not-posted", "--because", "Ada", "--give-up-job")
    assert run(*words) == 0
    assert states(filled)["credit:failed"] == "not_posted"


@pytest.mark.usefixtures("filled")
def test_resolve_posted_is_taken_at_once(run: Shell) -> None:
    assert run("resolve", "credit:unknown", "posted", "--because", "seen, Ada") == 0
    assert run.out == "credit:unknown: was unknown, is posted\n"


def test_retry_without_a_token_says_which_variable_to_set(
    run: Shell, filled: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PROPEXO_TOKEN", "PROPEXO_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert run("retry", "credit:failed") == 2
    assert "PROPEXO_TOKEN" in run.err
    assert states(filled)["credit:failed"] == "failed"


@pytest.mark.parametrize("words", [("resolve", "k", "posted"), ("resolve", "k", "lost"), ("x",)])
def test_wrong_usage(run: Shell, words: tuple[str, ...]) -> None:
    assert run(*words) == 2


def test_adopt_says_which_keys_a_copy_lacks(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy, used = tmp_path / "copy", tmp_path / "used.txt"
    copy.write_bytes(path.read_bytes())
    copy.chmod(0o600)
    used.write_text("credit:1\ncredit:2\n\n")
    run = Shell(copy, capsys)

    assert run("list") == 4
    assert "is a copy, or was restored" in run.err
    assert run("adopt", "--because", "restored, Ada") == 2
    assert run("adopt", "--used-since", str(tmp_path / "none"), "--because", "Ada") == 2
    assert run("adopt", "--used-since", str(used), "--because", "restored, Ada") == 0
    assert run.out.endswith("2 of 2 keys used since became unknown\n")
    assert states(Journal(copy)) == {"credit:1": "unknown", "credit:2": "unknown"}
    assert run("adopt", "--none-used", "--also", "https://gate.way", "--because", "Ada") == 0
    Journal(copy).check_environment("https://gate.way")


@pytest.fixture
def copy(path: Path, tmp_path: Path) -> Path:
    """Copy a journal, so that it is refused until it is adopted."""
    return Path(shutil.copy(path, tmp_path / "copy.journal"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "used has no key; if none was used, say so with --none-used"),
        (b"\n \r\n", "used has no key; if none was used, say so with --none-used"),
        (b"credit:1\ncredit:\xc3\xbc\n", "used:2: pass 1 to 255 printable ASCII characters"),
        (b"\xff\xfec\0", "used is not UTF-8 text"),
    ],
)
def test_a_list_of_used_keys_that_closes_none_or_a_wrong_one_is_refused(
    copy: Path, capsys: pytest.CaptureFixture[str], content: bytes, says: str
) -> None:
    run, used = Shell(copy, capsys), copy.with_name("used")
    used.write_bytes(content)
    assert run("adopt", "--used-since", str(used), "--because", "restored") == 2
    assert run.err == f"--used-since: {copy.parent}/{says}\n"
    assert run("list") == 4


def test_a_list_of_used_keys_may_come_from_windows(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, used = Shell(copy, capsys), copy.with_name("used")
    used.write_bytes(b"\xef\xbb\xbfcredit:1\r\ncredit:2 \r\n\r\n")
    assert run("adopt", "--used-since", str(used), "--because", "restored") == 0
    assert states(Journal(copy)) == {"credit:1": "unknown", "credit:2": "unknown"}


def test_upgrade_of_a_journal_of_this_version(run: Shell) -> None:
    assert run("upgrade") == 0
    assert "is of version 1, the newest: nothing to do" in run.out


def test_the_journal_may_be_named_by_the_environment(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["journal", "list"]) == 2
    assert "pass --journal PATH-or-URL, or set PROPEXO_JOURNAL" in capsys.readouterr().err
    monkeypatch.setenv("PROPEXO_JOURNAL", str(path))
    assert main(["journal", "list"]) == 0


def test_without_psycopg_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "propexo_client.journal.postgres", raising=False)
    assert main(["journal", "list", "--journal", "postgresql://h/d"]) == 4
    assert "install propexo-client[postgres]" in capsys.readouterr().err


def test_a_reader_who_leaves_early_and_a_plain_terminal_are_no_trouble(
    path: Path, journal: Journal
) -> None:
    for number in range(30):
        claim = claimed(journal, f"credit:{number}")
        assert claim is not None
        claim.unknown("ü" * 200)
    command = f"{sys.executable} -m propexo_client journal list --journal {path}"
    done = subprocess.run(
        ["/bin/sh", "-c", f"PYTHONIOENCODING=ascii {command} | head -1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("STATE")
