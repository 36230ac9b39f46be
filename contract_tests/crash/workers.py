"""Workers that post credits until each is killed, and the process that forks and kills them.

python -m contract_tests.crash.workers SETTING, which is a `Setting` as JSON
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal
from urllib.request import urlopen

from contract_tests.crash.posters import WAYS, Numbers, Poster
from contract_tests.journal.processes import child, ended, opened
from propexo_client.journal import base

WORKERS = 4
TIMEOUT, GRACE = 1.0, 1.0
"""Seconds. The journal's own grace is 30: after it a key only reads as overdue."""

IN_PEACE = 60.0
"""Timeout of the last workers, which a slow machine must not hurry."""

LONGEST_PAUSE = 0.04
_CHECK_BOOKS_EVERY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One run. `places` are names of one journal; for the naive way a file of what is done."""

    places: tuple[str, ...]
    url: str
    way: Literal["blocking", "awaitable", "naive"]
    kills: int
    seed: int = 1

    def run(self) -> dict[str, Any]:
        """Run it in a process of its own, and return what that says."""
        done = subprocess.run(
            [sys.executable, "-m", __name__, json.dumps(asdict(self))],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said | {"stderr": done.stderr}


class Run:
    """Forks workers, kills them, and lets the last ones finish in peace."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._chance = random.Random(setting.seed)
        self._naive = setting.way == "naive"
        count = WORKERS if self._naive else 1
        self._numbers = [Numbers(f"credit:{name}") for name in range(count)]
        self._inherited: Poster = WAYS[setting.way](setting.url, setting.places[0], TIMEOUT)
        self._inherited.post(["credit:before"])

    def kills(self) -> list[str]:
        """Kill workers at random moments, and return what the journal then said wrongly."""
        running: dict[int, int] = {}
        wrong: list[str] = []
        for life in range(self._setting.kills + WORKERS):
            for slot in set(range(WORKERS)) - set(running):
                running[slot] = child(partial(self._live, life, slot))
            time.sleep(self._chance.uniform(0, LONGEST_PAUSE))
            victim = running.pop(self._chance.choice(list(running)))
            os.kill(victim, signal.SIGKILL)
            ended([victim])
            if not self._naive:
                wrong += self._check(whole=life % _CHECK_BOOKS_EVERY == 0)
        for victim in running.values():
            os.kill(victim, signal.SIGKILL)
        ended(list(running.values()))
        return wrong

    def finish(self) -> list[int]:
        """Let new workers post every key again, and return how they ended."""
        return ended([child(partial(self._finish, slot)) for slot in range(WORKERS)], 120)

    def settle(self) -> int:
        """Be the person who looks up in the books what nothing else knows; count the keys."""
        time.sleep(TIMEOUT + GRACE)
        books = self._books()
        with closing(opened(self._setting.places[0])) as journal:
            unsettled = [entry.key for entry in journal.entries() if entry.needs_a_person]
            for key in unsettled:
                verdict: Any = "posted" if key in books else "not_posted"
                journal.resolve(key, verdict, because="the vendor's books", sooner=True)
        return len(unsettled)

    def states(self) -> dict[str, str]:
        """Give the state of every key that was drawn."""
        with closing(opened(self._setting.places[0])) as journal:
            known = {entry.key: str(entry.state) for entry in journal.entries()}
        return {key: known.get(key, "none") for numbers in self._numbers for key in numbers}

    def keys(self) -> list[str]:
        """List every key that was drawn."""
        return [key for numbers in self._numbers for key in numbers]

    def _live(self, life: int, slot: int) -> None:
        chance = random.Random(f"{self._setting.seed} {life} {slot}")
        poster = self._inherited if chance.random() < 0.5 else self._own(chance, TIMEOUT)
        poster.post(self._noisily(self._numbers[slot % len(self._numbers)].draw(chance)))

    def _finish(self, slot: int) -> None:
        chance = random.Random(slot)
        keys = list(self._numbers[slot % len(self._numbers)])
        chance.shuffle(keys)
        poster = self._own(chance, IN_PEACE)
        for _ in range(2):
            poster.post(keys)

    def _own(self, chance: random.Random, timeout: float) -> Poster:
        place = chance.choice(self._setting.places)
        poster: Poster = WAYS[self._setting.way](self._setting.url, place, timeout)
        return poster

    def _noisily(self, keys: Iterator[str]) -> Iterator[str]:
        """Open and close the file again and again: it must not cost anybody the lock on it."""
        for key in keys:
            for place in self._setting.places:
                if Path(place).exists():
                    Path(place).open("rb").close()
            yield key

    def _check(self, *, whole: bool) -> list[str]:
        """Read the journal; compare it with the books, which are read before and after it."""
        before = self._books() if whole else {}
        with closing(opened(self._setting.places[-1])) as journal:
            if not whole:
                journal.get("credit:0:0")
                return []
            entries = {entry.key: entry for entry in journal.entries()}
        after = self._books()
        free = [key for key in before if key not in entries or entries[key].sendable]
        invented = [
            key for key, entry in entries.items() if entry.job_id is not None and key not in after
        ]
        return [f"booked, yet free: {key}" for key in free] + [
            f"accepted, yet not booked: {key}" for key in invented
        ]

    def _books(self) -> dict[str, int]:
        return read_books(self._setting.url)


def read_books(url: str) -> dict[str, int]:
    """Ask a vendor how often each key was booked."""
    with urlopen(f"{url}/books") as response:
        books: dict[str, int] = json.loads(response.read())
    return books


def main(setting: Setting) -> dict[str, Any]:
    """Kill, finish in peace, settle, finish again."""
    base.GRACE_SECONDS = GRACE
    run = Run(setting)
    wrong = run.kills()
    urlopen(f"{setting.url}/calm").close()
    time.sleep(1)  # whatever is executed late is executed
    codes = run.finish()
    if setting.way == "naive":
        return {"keys": run.keys(), "codes": codes}
    unsettled = run.settle()
    codes += run.finish()
    return {
        "keys": run.keys(),
        "codes": codes,
        "wrong": wrong,
        "unsettled": unsettled,
        "states": run.states(),
    }


if __name__ == "__main__":
    print(json.dumps(main(Setting(**json.loads(sys.argv[1])))))
