"""Line numbers of JSON pointers in JSON text, for annotations."""

import re
from collections.abc import Iterable

from scripts.drift.references import step

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:\n]|[^\s{}\[\],:"]+')


def find(text: str, pointers: Iterable[str]) -> dict[str, int]:
    """Return the line of each pointer, counted from 1, or of its nearest parent that is there.

    Text that is not JSON has no structure to find: every pointer is on line 1.
    """
    wanted = {parent for pointer in pointers for parent in _with_parents(pointer)}
    lines = _scan(text, wanted) if text.lstrip().startswith("{") else {}
    return {
        pointer: next((lines[parent] for parent in _with_parents(pointer) if parent in lines), 1)
        for pointer in pointers
    }


def _with_parents(pointer: str) -> list[str]:
    names = pointer.split("/")
    return ["/".join(names[:count]) for count in range(len(names), 0, -1)]


def _scan(text: str, wanted: set[str]) -> dict[str, int]:
    lines: dict[str, int] = {}
    open_pointers: list[str] = []  # of the containers around the token
    counters: list[int | None] = []  # the next index of each list, None for an object
    pointer, is_key, line = "", False, 1
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token == "\n":
            line += 1
        elif token == ":":
            is_key = False
        elif token in "}]":
            open_pointers.pop()
            counters.pop()
        elif token == ",":
            pointer, is_key = _next(open_pointers, counters)
        elif is_key:
            pointer = step(open_pointers[-1], _unescaped(token))
        else:
            if pointer in wanted:
                lines.setdefault(pointer, line)
            if token in "{[":
                open_pointers.append(pointer)
                counters.append(-1 if token == "[" else None)
                pointer, is_key = _next(open_pointers, counters)
    return lines


def _next(open_pointers: list[str], counters: list[int | None]) -> tuple[str, bool]:
    index = counters[-1]
    if index is None:
        return open_pointers[-1], True
    counters[-1] = index + 1
    return step(open_pointers[-1], index + 1), False


def _unescaped(token: str) -> str:
    import json

    return str(json.loads(token))
