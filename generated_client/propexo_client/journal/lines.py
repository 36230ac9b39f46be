"""Lines of a journal file, and what is kept in memory of them.

A line is eight hex digits of CRC-32, a space, compact JSON, a line feed.
"""

import json
import os
import re
from array import array
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from zlib import crc32

from .._json import is_object
from .events import Event, State, moment_text
from .header import Note

CHUNK = 1 << 22

_to_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_NAMES = tuple(field.name for field in fields(Event))
_TIMES = ("at", "deadline")
_START = re.compile(rb"(?=[0-9a-f]{8} \{)")


def line_of(data: Mapping[str, Any]) -> bytes:
    """Write one line. Half a surrogate pair becomes an escape that JSON reads back."""
    text = _to_json(data).encode(errors="backslashreplace")
    return b"%08x %s\n" % (crc32(text), text)


def data_in(line: bytes) -> dict[str, Any] | None:
    """Read one line without its line feed; None when it is not as it was written."""
    text = line[9:]
    try:
        if line[8:9] != b" " or int(line[:8], 16) != crc32(text):
            return None
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if is_object(data) else None


def holds_a_line(damaged: bytes) -> bool:
    """Say whether a whole line begins anywhere in there: its writer has acknowledged it."""
    return any(
        data_in(damaged[start.start() : damaged.index(b"\n", start.start())]) is not None
        for start in _START.finditer(damaged, 0, damaged.rfind(b"\n") + 1)
    )


def data_of(event: Event) -> dict[str, Any]:
    """Give an event as JSON, without what is empty; moments as text."""
    values = {name: getattr(event, name) for name in _NAMES}
    data = {name: value for name, value in values.items() if value not in (None, "", {})}
    return data | {name: moment_text(data[name]) for name in _TIMES if name in data}


def event_of(data: Mapping[str, Any]) -> Event:
    """Read an event back. Raises TypeError, ValueError or KeyError when it is none."""
    values = dict(data, state=State(data["state"]))
    for name in _TIMES:
        if name in data:
            values[name] = datetime.fromisoformat(data[name]).timestamp()
    return Event(**values)


class Index:
    """What was read of a file: where the lines of each key are, and how far it goes."""

    def __init__(self) -> None:
        self.spans: dict[str, array[int]] = {}
        self.owners: dict[str, str] = {}
        self.notes: list[Note] = []
        self.size = 0
        self.tail = b""

    def add(self, line: bytes, data: dict[str, Any]) -> None:
        """Take in the line that begins at `size`; `data` is what it says."""
        key = data.get("key")
        if key is None:
            self.notes.append(data)
        else:
            self.spans.setdefault(key, array("Q")).extend((self.size, self.size + len(line)))
            for job_id in (data.get("job_id"), data.get("detail", {}).get("other_job")):
                if job_id is not None:
                    self.owners.setdefault(job_id, key)
        self.size += len(line) + 1
        self.tail = line + b"\n"

    def follows(self, fd: int) -> bool:
        """Whether the file still is what was read of it."""
        return os.pread(fd, len(self.tail), self.size - len(self.tail)) == self.tail

    def read_on(self, fd: int) -> bool:
        """Take in what was appended. False: what follows is no whole line."""
        rest = b""
        while more := os.pread(fd, CHUNK, self.size + len(rest)):
            *lines, rest = (rest + more).split(b"\n")
            for line in lines:
                data = data_in(line)
                if data is None:
                    return False
                self.add(line, data)
        return not rest
