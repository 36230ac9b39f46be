"""What tests of a journal do to one."""

import os
from pathlib import Path

from contract_tests.journal.processes import claimed
from propexo_client.journal import BaseJournal


def post(journal: BaseJournal, key: str, job_id: str) -> None:
    """Claim a key, and record that it was accepted."""
    claim = claimed(journal, key)
    assert claim is not None
    assert claim.accepted(job_id)


def states(journal: BaseJournal) -> dict[str, str]:
    """Give the state of every key."""
    return {entry.key: entry.state for entry in journal.entries()}


def rewrite(path: Path, content: bytes) -> None:
    """Give a file other content in place, so that it stays the same file."""
    fd = os.open(path, os.O_RDWR)
    os.pwrite(fd, content, 0)
    os.ftruncate(fd, len(content))
    os.close(fd)
