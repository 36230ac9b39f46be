"""Regular expressions in one spelling, as far as that takes no proof."""

import re
import warnings

_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
_GROUP = re.compile(r"(?<!\\)\((?:\?:|(?!\?))((?:[^\\()|]|\\.)*)\)(?![*+?{])")
_ANYTHING = re.compile(r"(?:\.|\[\\s\\S\]|\[\\S\\s\]|\[\^\])\*\??")
_NOT_FREE = re.compile(r"\\[bBAZ1-9]|\(\?[=!<]|(?<!\\)[\^$]")
_PRIVATE = 0xE000


def normal_pattern(pattern: str) -> str:
    """Drop groups that group nothing. Empty if every text matches, as by `.*`."""
    classes: list[str] = []

    def hide(found: re.Match[str]) -> str:
        classes.append(found[0])
        return chr(_PRIVATE + len(classes) - 1)

    hidden, before = _CLASS.sub(hide, pattern), ""
    while before != hidden and not re.search(r"\\[1-9]", hidden):
        before, hidden = hidden, _GROUP.sub(r"\1", hidden)
    for index, written in enumerate(classes):
        hidden = hidden.replace(chr(_PRIVATE + index), written)
    return "" if _matches_everything(hidden) else hidden


def _matches_everything(pattern: str) -> bool:
    """Whether every text matches. What may be empty is found in every text."""
    starts, ends = pattern.startswith("^"), re.search(r"(?<!\\)\$$", pattern) is not None
    body = pattern[starts : len(pattern) - ends]
    if starts and ends:
        return _ANYTHING.fullmatch(body) is not None
    if _NOT_FREE.search(_CLASS.sub("x", body)):
        return False
    try:
        with warnings.catch_warnings(action="ignore"):
            return re.match(body, "") is not None
    except (re.error, RecursionError, OverflowError):
        return False
