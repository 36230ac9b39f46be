"""Many threads and processes on one journal file; kills, forks and full disks among them."""

import fcntl
import threading
from pathlib import Path

import pytest

from contract_tests.journal.processes import claimed
from contract_tests.journal.scenes import play
from contract_tests.journal.situations import FIELDS, OPERATION
from contract_tests.journal.support import post, states
from propexo_client.errors import (
    JournalUnavailable,
)
from propexo_client.journal import Journal, Sendable, State, disk


def test_the_lock_holds_while_others_open_and_close_the_file_in_this_process(
    journal: Journal, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other-name"
    other.hardlink_to(path)
    tried: list[str] = []

    def sync(_: int) -> None:
        path.open("rb").close()
        for name in (path, other):
            with name.open("rb") as file, pytest.raises(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            tried.append(name.name)

    monkeypatch.setattr(disk, "sync", sync)
    post(journal, "credit:1", "J1")
    assert len(tried) == 4


def test_two_names_are_one_journal(journal: Journal, path: Path, tmp_path: Path) -> None:
    hard, soft = tmp_path / "hard", tmp_path / "soft"
    hard.hardlink_to(path)
    soft.symlink_to(path)
    post(journal, "credit:1", "J1")

    for name in (hard, soft):
        assert states(Journal(name)) == {"credit:1": "accepted"}
    assert claimed(Journal(hard), "credit:2") is not None
    assert claimed(journal, "credit:2") is None


def test_the_path_is_made_absolute_at_construction(
    journal: Journal, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    relative = Journal(path.name)
    monkeypatch.chdir("/")
    post(relative, "credit:1", "J1")

    assert states(journal) == {"credit:1": "accepted"}


def test_a_process_that_is_stopped_while_it_writes_blocks_others_only_for_their_time(
    journal: Journal, path: Path
) -> None:
    found = journal.look("credit:1", OPERATION, FIELDS)
    assert isinstance(found, Sendable)
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(JournalUnavailable, match="another process holds the lock"):
            journal.claim(found, lasting=1, within=0.05)
    assert journal.claim(found, lasting=1, within=0.05) is not None


def test_a_thread_that_holds_the_journal_blocks_others_only_for_their_time(
    journal: Journal,
) -> None:
    reading, done = threading.Event(), threading.Event()

    def hold() -> None:
        with journal._open(write=False, within=1):
            reading.set()
            done.wait(10)

    holding = threading.Thread(target=hold)
    holding.start()
    reading.wait(10)
    try:
        with pytest.raises(JournalUnavailable, match="is busy in another thread"):
            journal.look("credit:1", OPERATION, FIELDS, within=0.01)
    finally:
        done.set()
        holding.join()
    assert claimed(journal, "credit:1") is not None


def test_threads_claim_each_key_once(journal: Journal) -> None:
    won: list[str] = []

    def work() -> None:
        won.extend(
            f"key-{number}" for number in range(20) if claimed(journal, f"key-{number}") is not None
        )

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == sorted(f"key-{number}" for number in range(20))


def test_sixteen_processes_claim_each_of_sixty_keys_once(path: Path) -> None:
    said = play("race", path, 16, 60)

    assert said["codes"] == [0] * 16, said["stderr"]
    assert sorted(said["won"]) == sorted(f"key-{number}" for number in range(60))


def test_a_fork_while_threads_write_neither_hangs_nor_fails(path: Path) -> None:
    assert play("forks", path, 30)["codes"] == [0] * 30


def test_what_was_acknowledged_survives_every_kill(path: Path) -> None:
    check_kills(path, play("kill", path, 25, 7)["said"])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_what_was_acknowledged_survives_many_kills(path: Path, seed: int) -> None:
    check_kills(path, play("kill", path, 400, seed)["said"])


def check_kills(path: Path, said: list[str]) -> None:
    """Every event that a worker knew to be written is there, and no attempt was claimed twice."""
    journal = Journal(path)
    sending: dict[str, list[int]] = {}
    known: set[str] = set()
    for entry in journal.entries():
        sending[entry.key] = [e.attempt for e in entry.history if e.state is State.SENDING]
        known |= {f"{entry.key} {event.nonce}" for event in entry.history}
        ended = [before.nonce for before, _ in zip(entry.history, entry.history[1:], strict=False)]
        known |= {f"{entry.key} {nonce} ended" for nonce in ended}
    assert len(said) > 50
    for line in said:
        assert line.removesuffix(" sending") in known
    assert all(attempts == sorted(set(attempts)) for attempts in sending.values())
    assert claimed(journal, "next") is not None


@pytest.mark.parametrize("room", [0, 1, 100])
def test_on_a_full_disk_nothing_is_claimed_and_the_process_is_done_with_the_file(
    journal: Journal, path: Path, room: int
) -> None:
    first, *others = play("full", path, room)["said"]

    assert "File too large" in first or "bytes were written" in first
    assert all("could not be written" in reason for reason in others)
    assert states(journal) == {}
    assert claimed(journal, "key-1") is not None


def test_an_outcome_that_finds_the_disk_full_leaves_the_key_bound(
    journal: Journal, path: Path
) -> None:
    assert "bytes were written" in play("full_later", path, 50)["said"]

    assert states(journal) == {"key-1": "sending"}
    assert claimed(journal, "key-1") is None


def test_after_a_failed_sync_the_file_is_closed_for_the_process(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sync(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(disk, "sync", sync)
    with pytest.raises(JournalUnavailable, match="Input/output error"):
        claimed(journal, "credit:1")
    monkeypatch.undo()
    for attempt in (lambda: journal.get("credit:1"), lambda: Journal(path)):
        with pytest.raises(JournalUnavailable, match="restart the process"):
            attempt()


def test_a_commit_interrupted_by_ctrl_c_is_taken_back(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sync(_: int) -> None:
        monkeypatch.setattr(disk, "sync", lambda _: None)
        raise KeyboardInterrupt

    monkeypatch.setattr(disk, "sync", sync)
    with pytest.raises(KeyboardInterrupt):
        claimed(journal, "credit:1")

    assert states(journal) == {"credit:1": "released"}
