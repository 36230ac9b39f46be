"""A journal file that was torn, damaged or changed, at whatever byte."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.journal.processes import claimed
from contract_tests.journal.support import post, rewrite
from propexo_client.errors import (
    JournalRefused,
)
from propexo_client.journal import Journal
from propexo_client.journal.lines import data_in, line_of


@pytest.fixture
def three(journal: Journal, path: Path) -> tuple[bytes, list[int]]:
    """Give a file whose last three events are of three keys, and where each line ends."""
    for number in range(4):
        post(journal, f"credit:{number}", f"J{number}")
    content = path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(content) if byte == 10]
    return content, ends


def torn_files(content: bytes, ends: list[int]) -> Iterator[tuple[int, bytes]]:
    """Cut and zero at every byte of the last two events; say how many lines are left whole."""
    for place in range(ends[-3], ends[-1]):
        whole = sum(end <= place for end in ends)
        yield whole, content[:place]
        yield whole, content[:place] + bytes(len(content) - place)


def test_a_torn_tail_is_cut_off_by_the_next_writer_at_whatever_byte_it_was_torn(
    path: Path, three: tuple[bytes, list[int]]
) -> None:
    content, ends = three
    tried = 0
    for whole, torn in torn_files(content, ends):
        rewrite(path, torn)
        reader = Journal(path)
        assert len(reader._index.notes) + sum(len(h) for h, _ in reader._histories()) == whole
        assert path.read_bytes() == torn, "a reader wrote"
        assert claimed(reader, "next") is not None
        written = path.read_bytes()
        assert written.startswith(content[: ends[whole - 1]])
        assert all(data_in(line) is not None for line in written.splitlines())
        assert written.count(b"\n") == whole + 1
        tried += 1
    assert tried > 600


def test_a_damaged_line_that_others_follow_is_refused_at_whatever_byte_it_is_damaged(
    path: Path, three: tuple[bytes, list[int]]
) -> None:
    content, ends = three
    for place in range(ends[-4], ends[-2]):
        line = 1 + sum(end <= place for end in ends)
        for byte in (0, content[place] ^ 1):
            rewrite(path, content[:place] + bytes([byte]) + content[place + 1 :])
            with pytest.raises(JournalRefused, match=f"is damaged in line {line},"):
                Journal(path)


def test_a_damaged_header_is_refused(path: Path, three: tuple[bytes, list[int]]) -> None:
    content, _ = three
    rewrite(path, content[:20] + b"x" + content[21:])
    with pytest.raises(JournalRefused, match="damaged in line 1"):
        Journal(path)


@pytest.mark.parametrize("content", [b"", b"\n", b"key,amount\n", b"\0" * 100])
def test_what_is_no_journal_is_refused(journal: Journal, path: Path, content: bytes) -> None:
    rewrite(path, content)
    with pytest.raises(JournalRefused, match=r"is no journal|was cut"):
        Journal(path)
    with pytest.raises(JournalRefused, match="was cut or replaced"):
        journal.get("credit:1")


def test_a_file_cut_or_rewritten_while_it_is_in_use_is_refused(
    path: Path, journal: Journal, three: tuple[bytes, list[int]]
) -> None:
    content, ends = three
    journal.get("credit:1")
    for changed in (content[: ends[-2]], content[: ends[-2]] + b"x" * (ends[-1] - ends[-2] + 9)):
        rewrite(path, changed)
        with pytest.raises(JournalRefused, match="was cut or replaced while it was in use"):
            claimed(journal, "credit:9")


def test_an_event_that_is_whole_but_cannot_be_read_is_refused(path: Path) -> None:
    event = {"key": "credit:1", "seq": 1, "attempt": 1, "state": "lost"}
    rewrite(path, path.read_bytes() + line_of(event))
    with pytest.raises(JournalRefused, match="has an event that cannot be read"):
        Journal(path).get("credit:1")
