"""Credit runs that are killed again and again, until they are left to end.

python -m contract_tests.crash.credit_runs URL FOLDER SEED RUNS KILLS
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests.journal.processes import child, ended
from propexo_client import Propexo
from propexo_client.journal import Journal, base
from propexo_client.runs import CreditRun, CsvFile, schedule
from propexo_client.runs.run import Mark
from propexo_client.testing.fake import TOKEN

ROWS = 50
TIMEOUT, GRACE = 2.0, 0.5
FIRST_LOOK = 0.02
LONGEST_LIFE = 0.5
_HEADER = "key,integration_id,lease_id,financial_account_id,amount,transaction_date,description"


@dataclass(frozen=True, slots=True)
class KilledRun:
    """A file with a journal of its own. Every credit has a lease that is called like its key."""

    url: str
    folder: Path
    name: str
    mark: Mark

    @property
    def journal(self) -> Path:
        return self.folder / f"{self.name}.journal"

    def prepare(self) -> None:
        """Write the file, and make the journal."""
        keys = (f"{self.name}-{row}" for row in range(ROWS))
        lines = [f"{key},intg_1,{key},finacct_1,12.50,2026-01-15,Credit" for key in keys]
        self._file.write_text("\n".join([_HEADER, *lines]))
        Journal.init(self.journal, environment=self.url, ephemeral=True)

    def kill(self, chance: random.Random, kills: int) -> int:
        """Start it, alone or twice, and kill it; return how many were killed before their end."""
        killed = 0
        while killed < kills:
            running = [child(self._post) for _ in range(chance.choice((1, 1, 2)))]
            time.sleep(chance.uniform(0.02, LONGEST_LIFE))
            for pid in running:
                os.kill(pid, signal.SIGKILL)
            codes = ended(running)
            killed += codes.count(-signal.SIGKILL)
            if set(codes) == {0}:
                break  # it is done
        return killed

    def finish(self) -> dict[str, Any]:
        """Let it end, and return what it reports."""
        self._result.unlink(missing_ok=True)
        ended([child(self._post)], 60)
        said: dict[str, Any] = json.loads(self._result.read_text())
        return said

    def settle(self) -> None:
        """Be the person who looks up in the ledger what is unknown."""
        books = self.books()
        with closing(Journal(self.journal)) as journal:
            for entry in list(journal.entries()):
                if entry.needs_a_person:
                    verdict: Any = "posted" if books[entry.key] else "not_posted"
                    journal.resolve(entry.key, verdict, because="the ledger", sooner=True)

    def books(self) -> Counter[str]:
        """Count in the ledger how often each key is booked."""
        with Propexo(TOKEN, environment=self.url) as propexo:
            charges = propexo.charges.list(integration_id="intg_1", page_size=250)
            return Counter(charge.lease_id or "" for charge in charges)

    @property
    def _file(self) -> Path:
        return self.folder / f"{self.name}.csv"

    @property
    def _result(self) -> Path:
        return self.folder / f"{self.name}.json"

    def _post(self) -> None:
        with Propexo(
            TOKEN,
            environment=self.url,
            journal=Journal(self.journal),
            timeout=TIMEOUT,
            on_rate_limit="raise",
        ) as propexo:
            report = CreditRun(
                propexo, CsvFile(self._file), mark=self.mark, allow_twins=True
            ).post()
        labels = {each.row.key: each.label for each in report}
        self._result.write_text(json.dumps({"labels": labels, "exit_code": report.exit_code}))


def main(url: str, folder: Path, seed: int, runs: int, kills: int) -> list[dict[str, Any]]:
    """Kill runs; let each end, be settled by a person, and end again."""
    base.GRACE_SECONDS = GRACE
    schedule._SHORTEST = FIRST_LOOK
    chance, said = random.Random(seed), []
    for number in range(runs):
        run = KilledRun(url, folder, f"run-{seed}-{number}", "end" if number % 2 else "none")
        run.prepare()
        killed = run.kill(chance, kills)
        first = run.finish()
        run.settle()
        said.append({"mark": run.mark, "killed": killed, "first": first, "last": run.finish()})
    return said


if __name__ == "__main__":
    address, place, *numbers = sys.argv[1:]
    print(json.dumps(main(address, Path(place), *map(int, numbers))))
