"""The two workers that docs/job-queues.md shows, run as printed, and the same without keys."""

import json
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from contract_tests.crash.posters import credit
from contract_tests.crash.vendor import Vendor
from contract_tests.docs.pages import blocks, for_an_engine
from contract_tests.journal.processes import opened
from propexo_client.journal import BaseJournal
from scripts.support.files import ROOT

_KEY, _MODULE = "idempotency_key=key, ", "jobs.py"
_PATIENCE = 60.0


class Engine(ABC):
    """One engine with one worker, in a folder of its own."""

    name = ""
    imported = ""
    journal = ""
    """How the snippet opens its journal."""

    longest_life = 0.25
    """The most seconds after a post arrives until the worker is killed."""

    def __init__(self, folder: Path, vendor: Vendor, place: str, *, keyed: bool) -> None:
        self._folder, self._place = folder, place
        shown = [block.text for block in blocks("python") if for_an_engine(block)]
        text = next(each for each in shown if f"from {self.imported} import" in each)
        if not keyed:
            text = self.replaced(text, {_KEY: "", self.journal: ""})
        (folder / _MODULE).write_text(self.replaced(text, self.settings()))
        self._environment = {
            **os.environ,
            "PROPEXO_TOKEN": vendor.token,
            "PROPEXO_ENVIRONMENT": vendor.url,
            "PYTHONPATH": str(ROOT / "generated_client"),
            **self.variables(),
        }
        self._worker: subprocess.Popen[bytes] | None = None

    @staticmethod
    def replaced(text: str, changes: dict[str, str]) -> str:
        """Change a snippet where a test must, and make sure that it says what is changed."""
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
        return text

    @abstractmethod
    def settings(self) -> dict[str, str]:
        """Say what of the snippet is changed, so that a test takes minutes, not hours."""

    @abstractmethod
    def variables(self) -> dict[str, str]:
        """Set what the snippet reads from the environment."""

    @abstractmethod
    def command(self) -> list[str]:
        """Say how a worker is started."""

    @abstractmethod
    def loader(self) -> str:
        """Write the code that enqueues `credits`."""

    def start(self) -> None:
        """Start the worker."""
        with (self._folder / "log").open("ab") as log:
            self._worker = subprocess.Popen(
                [sys.executable, *self.command()],
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Kill the worker and all of its processes, and start it again."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """Kill the worker and all of its processes."""
        if self._worker is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._worker.pid, signal.SIGKILL)
            self._worker.wait()

    def load(self, keys: list[str]) -> None:
        """Enqueue the credits, once the worker has made what it keeps them in."""
        credits_ = {key: credit(key) for key in keys}
        code = f"import datetime\ncredits = {credits_!r}\n{self.loader()}"
        until = time.monotonic() + _PATIENCE
        while True:
            done = subprocess.run(
                [sys.executable, "-c", code],
                cwd=self._folder,
                env=self._environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode == 0:
                return
            assert time.monotonic() < until, done.stderr
            time.sleep(0.5)

    def log(self) -> str:
        """Read what the worker printed."""
        return (self._folder / "log").read_text(errors="replace")[-3000:]


class Dbos(Engine):
    """DBOS on the PostgreSQL that holds the journal."""

    name = "DBOS on PostgreSQL"
    imported = "dbos"
    journal = "journal=PostgresJournal(url)"

    def settings(self) -> dict[str, str]:
        return {'"limit": 70': '"limit": 10000'}

    def variables(self) -> dict[str, str]:
        return {"DATABASE_URL": self._place}

    def command(self) -> list[str]:
        return [_MODULE, "one"]

    def loader(self) -> str:
        return "import jobs\njobs.load(credits)"


class Celery(Engine):
    """Celery with late acks on a broker in a folder, which redelivers what a dead child was at."""

    name = "Celery, late acks, files"
    processes = "1"
    imported = "celery"
    journal = 'journal=Journal(os.environ["PROPEXO_JOURNAL"])'
    longest_life = 0.08  # in the midst of a post: a child killed between two may block all others
    _options = '{"visibility_timeout": 600}'
    _late = "task_acks_late=True,"

    def settings(self) -> dict[str, str]:
        folders = {f"data_folder_{way}": str(self._made("messages")) for way in ("in", "out")} | {
            "control_folder": str(self._made("control"))
        }
        return {
            self._options: json.dumps({**folders, "polling_interval": 0.1}),
            self._late: f"{self._late} worker_lost_wait=0.5,",
        }

    def variables(self) -> dict[str, str]:
        return {"PROPEXO_JOURNAL": self._place, "BROKER_URL": "filesystem://"}

    def command(self) -> list[str]:
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        return ["-m", "celery", "-A", "jobs", "worker", "--concurrency", self.processes, *quiet]

    def loader(self) -> str:
        return "import jobs\nfor key in credits: jobs.post.delay(key, credits[key])"

    def kill(self) -> None:
        """Kill the process that runs tasks; the worker starts another."""
        assert self._worker is not None
        threads = Path(f"/proc/{self._worker.pid}/task").glob("*/children")
        for child in " ".join(thread.read_text() for thread in threads).split():
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)

    def _made(self, name: str) -> Path:
        (self._folder / name).mkdir(exist_ok=True)
        return self._folder / name


class CeleryOnRedis(Celery):
    """Celery with late acks on Redis, which redelivers after the visibility timeout."""

    name = "Celery, late acks, Redis"
    processes = "4"
    longest_life = Engine.longest_life

    def settings(self) -> dict[str, str]:
        return {self._options: '{"visibility_timeout": 5}'}

    def variables(self) -> dict[str, str]:
        return {"PROPEXO_JOURNAL": self._place, "BROKER_URL": f"redis+socket://{self._socket}"}

    def kill(self) -> None:
        Engine.kill(self)

    @property
    def _socket(self) -> Path:
        return self._folder / "redis"

    @contextmanager
    def broker(self, program: str) -> Iterator[None]:
        """Run Redis on a socket in the folder."""
        options = ["--port", "0", "--unixsocket", str(self._socket), "--save", ""]
        server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        try:
            while not self._socket.exists():
                time.sleep(0.01)
            yield
        finally:
            server.kill()
            server.wait()


def states(place: str) -> dict[str, str]:
    """Give the state of every key in a journal."""
    journal: BaseJournal = opened(place)
    try:
        return {entry.key: str(entry.state) for entry in journal.entries()}
    finally:
        journal.close()
