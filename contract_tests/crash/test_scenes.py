"""A sender that is stopped, a disk that is full, and eight processes that post the same keys."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.crash import scenes
from contract_tests.crash.scenes import KEY, KEYS, PROCESSES
from contract_tests.crash.vendor import Vendor
from propexo_client import Propexo
from propexo_client.journal import Journal, State
from propexo_client.testing.fake import TOKEN
from propexo_client.testing.server import _Handler

pytestmark = pytest.mark.crash
DAY = 24 * 3600.0
SILENCE = 0.3


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """Serve a vendor that makes no trouble."""
    vendor = Vendor(0)
    with vendor.listening():
        yield vendor


@pytest.fixture
def path(vendor: Vendor, tmp_path: Path) -> Path:
    path = tmp_path / "credits.journal"
    Journal.init(path, environment=vendor.url, ephemeral=True)
    return path


def resolved_and_posted_while_a_sender_is_stopped(path: Path, url: str) -> str:
    """Stop a sender, settle its key two days later, post it, let the sender go on."""
    process = scenes.start("stop", path, url)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    later = Journal(path, clock=lambda: time.time() + 2 * DAY)
    later.resolve(KEY, "not_posted", because="it is in no log, Ada")
    assert scenes.post(later, url)["outcome"] == "accepted"
    time.sleep(2 * SILENCE)
    process.send_signal(signal.SIGCONT)
    return str(scenes.outcomes(process)[0]["outcome"])


def test_a_stopped_sender_finds_its_connection_dropped_when_it_wakes(
    path: Path, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Handler, "timeout", SILENCE)

    outcome = resolved_and_posted_while_a_sender_is_stopped(path, vendor.url)

    assert outcome == "replayed"
    assert vendor.books[KEY] == 1
    assert [event.state for event in Journal(path).history(KEY)] == [
        State.SENDING,
        State.NOT_POSTED,
        State.SENDING,
        State.ACCEPTED,
    ]


def test_where_no_server_drops_silent_connections_the_double_is_found_and_listed(
    path: Path, vendor: Vendor
) -> None:
    """The limit of what a client can do: a person must wait, or rotate the token first."""
    outcome = resolved_and_posted_while_a_sender_is_stopped(path, vendor.url)

    assert outcome == "accepted"
    assert vendor.books[KEY] == 2
    journal = Journal(path)
    with Propexo(TOKEN, environment=vendor.url, journal=journal) as propexo:
        for event in journal.history(KEY):
            if event.state is State.ACCEPTED:
                propexo.credits.wait(event.job_id or "")
    assert [entry.key for entry in journal.entries(state="double")] == [KEY]


def test_on_a_disk_full_before_the_claim_nothing_is_sent(path: Path, vendor: Vendor) -> None:
    said = scenes.outcomes(scenes.start("full_before", path, vendor.url))

    assert said == [{"key": KEY, "outcome": "JournalUnavailable"}]
    assert vendor.books == {}
    assert scenes.post(Journal(path), vendor.url)["outcome"] == "accepted"


def test_a_disk_full_after_the_response_hides_no_job_and_frees_no_key(
    path: Path, vendor: Vendor
) -> None:
    said = scenes.outcomes(scenes.start("full_after", path, vendor.url))

    assert [(each["outcome"], each["recorded"]) for each in said] == [("accepted", False)]
    assert said[0]["job"]
    assert scenes.post(Journal(path), vendor.url)["outcome"] == "KeyInProgress"
    later = Journal(path, clock=lambda: time.time() + DAY)
    assert scenes.post(later, vendor.url)["outcome"] == "OutcomeUnknown"
    assert vendor.books == {KEY: 1}


def test_of_eight_processes_one_sends_each_key_and_all_get_its_job(
    places: tuple[str, ...], vendor: Vendor
) -> None:
    said = scenes.outcomes(scenes.start("race", places[0], vendor.url))

    assert len(said) == PROCESSES * KEYS
    assert vendor.books == {f"credit:{key}": 1 for key in range(KEYS)}
    first = Counter(each["key"] for each in said if each["outcome"] == "accepted")
    assert first == vendor.books
    assert {each["outcome"] for each in said} <= {"accepted", "replayed", "KeyInProgress"}
    jobs = {(each["key"], each["job"]) for each in said if "job" in each}
    assert len(jobs) == KEYS
