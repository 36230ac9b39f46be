"""Line numbers of JSON pointers in JSON text, for annotations."""

import json
import re
from collections.abc import Iterable

from ...document.references import step

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def find(text: str, pointers: Iterable[str]) -> dict[str, int]:
    """Return the line of each pointer, counted from 1, or of its nearest parent that is there.

    Text that is not JSON has no structure to find: every pointer is on line 1.
    """
    pointers = list(pointers)
    found: dict[str, int] = {}
    if pointers and text.lstrip().startswith("{"):
        wanted = {parent for pointer in pointers for parent in _with_parents(pointer)}
        _scan(text, _skip(text, 0), "", wanted, found)
    starts = {
        pointer: next((found[parent] for parent in _with_parents(pointer) if parent in found), 0)
        for pointer in pointers
    }
    return {pointer: text.count("\n", 0, start) + 1 for pointer, start in starts.items()}


def _with_parents(pointer: str) -> list[str]:
    names = pointer.split("/")
    return ["/".join(names[:count]) for count in range(len(names), 0, -1)]


def _skip(text: str, index: int) -> int:
    found = _SPACE.match(text, index)
    return found.end() if found else index


def _scan(text: str, start: int, pointer: str, wanted: set[str], found: dict[str, int]) -> int:
    """Note where the wanted values below `start` begin, and return where its own value ends."""
    if pointer not in wanted or text[start] not in "{[":
        found[pointer] = start
        return int(_DECODER.raw_decode(text, start)[1])
    found[pointer] = start
    is_object = text[start] == "{"
    index, count = _skip(text, start + 1), 0
    while text[index] not in "}]":
        name: str | int = count
        if is_object:
            name, index = _DECODER.raw_decode(text, index)
            index = _skip(text, _skip(text, index) + 1)
        index = _skip(text, _scan(text, index, step(pointer, name), wanted, found))
        if text[index] == ",":
            index = _skip(text, index + 1)
        count += 1
    return index + 1
