"""What tests run in processes of its own: it forks, kills and limits them.

python -m contract_tests.journal.processes SCENE PATH [NUMBER ...]
"""

import json
import os
import random
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from contract_tests.journal.situations import FIELDS, OPERATION
from propexo_client.errors import JournalUnavailable, KeyInProgress
from propexo_client.journal import BaseJournal, Claim, Journal, Sendable


def opened(place: str) -> BaseJournal:
    """Open a journal, wherever it is."""
    if not place.startswith("postgresql:"):
        return Journal(place)
    from propexo_client.journal.postgres import PostgresJournal

    return PostgresJournal(place)


def claimed(journal: BaseJournal, key: str) -> Claim | None:
    """Claim a key if it is free."""
    with suppress(KeyInProgress):
        found = journal.look(key, OPERATION, FIELDS)
        if isinstance(found, Sendable):
            return journal.claim(found, lasting=30, within=20)
    return None


def child(work: Callable[[], None]) -> int:
    """Run `work` in a fork."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def ended(children: list[int], seconds: float = 60.0) -> list[int]:
    """Wait for children, and give their exit codes; one that hangs is killed, which is -9."""
    codes: dict[int, int] = {}
    until = time.monotonic() + seconds
    while len(codes) < len(children):
        for pid in set(children) - set(codes):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                codes[pid] = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)
    return [codes[pid] for pid in children]


def race(place: str, processes: int, keys: int) -> dict[str, Any]:
    """Let many processes claim the same keys, each in an order of its own."""
    _, name = tempfile.mkstemp()
    wins = Path(name)
    start = time.monotonic() + 0.2

    def work() -> None:
        journal, order = opened(place), list(range(keys))
        random.Random(os.getpid()).shuffle(order)
        time.sleep(max(0.0, start - time.monotonic()))
        for number in order:
            if claimed(journal, f"key-{number}") is not None:
                _note(wins, f"key-{number}")

    codes = ended([child(work) for _ in range(processes)])
    won = wins.read_text().split()
    wins.unlink()
    return {"codes": codes, "won": won}


def inherit(place: str, children: int) -> dict[str, Any]:
    """Use a journal, fork, and use it in the children and in the parent at once."""
    journal = opened(place)
    assert claimed(journal, "parent-0") is not None

    def work(number: int) -> None:
        for key in range(10):
            assert claimed(journal, f"child-{number}-{key}") is not None

    running = [child(partial(work, number)) for number in range(children)]
    for key in range(1, 10):
        assert claimed(journal, f"parent-{key}") is not None
    codes = ended(running)
    assert claimed(journal, "parent-10") is not None
    return {"codes": codes}


def kill(place: str, kills: int, seed: int) -> dict[str, Any]:
    """Let workers claim and record until each is killed, and say what they knew to be written."""
    path, chance = Path(place), random.Random(seed)
    said = path.with_suffix(".said")

    def work(name: str) -> None:
        journal = Journal(path)
        for number in range(100_000):
            claim = claimed(journal, f"{name}-{number // 2}")
            if claim is not None:
                _note(said, f"{claim.key} {claim.event.nonce} sending")
                claim.released("none left") if number % 2 else claim.accepted(f"{name}-{number}")
                _note(said, f"{claim.key} {claim.event.nonce} ended")

    running: list[int] = []
    for life in range(kills):
        while len(running) < 3:
            running.append(child(partial(work, f"life-{life}-{len(running)}")))
        time.sleep(chance.uniform(0, 0.03))
        victim = running.pop(chance.randrange(len(running)))
        os.kill(victim, signal.SIGKILL)
        ended([victim])
    for victim in running:
        os.kill(victim, signal.SIGKILL)
    ended(running)
    return {"said": said.read_text().splitlines()}


def forks(place: str, children: int) -> dict[str, Any]:
    """Fork while threads write; each child uses the journal it inherited."""
    journal = opened(place)
    stop = threading.Event()

    def write(name: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            claimed(journal, f"thread-{name}-{number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in range(2)]
    for thread in threads:
        thread.start()

    def work(number: int) -> None:
        assert claimed(journal, f"child-{number}") is not None

    codes = []
    for number in range(children):
        codes += ended([child(partial(work, number))], 20.0)
    stop.set()
    for thread in threads:
        thread.join()
    return {"codes": codes}


def full(place: str, room: int) -> dict[str, Any]:
    """Claim on a disk that is full after `room` more bytes, twice; then with another object."""
    path = Path(place)
    journal = Journal(path)
    limit = path.stat().st_size + room
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    said: list[bool | str] = []
    for use in (journal, journal, None):
        try:
            said.append(claimed(use or Journal(path), "key-1") is not None)
        except JournalUnavailable as error:
            said.append(error.reason)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return {"said": said}


def full_later(place: str, room: int) -> dict[str, Any]:
    """Claim, then find the disk full when the outcome is to be recorded."""
    path = Path(place)
    claim = claimed(Journal(path), "key-1")
    assert claim is not None
    limit = path.stat().st_size + room
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        return {"said": claim.accepted("J1")}
    except JournalUnavailable as error:
        return {"said": error.reason}


def _note(path: Path, line: str) -> None:
    """Append a line that survives the end of this process, in one write."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(fd, f"{line}\n".encode())
    os.close(fd)


if __name__ == "__main__":
    scenes = (race, inherit, kill, forks, full, full_later)
    scene = {each.__name__: each for each in scenes}[sys.argv[1]]
    print(json.dumps(scene(sys.argv[2], *map(int, sys.argv[3:]))))
