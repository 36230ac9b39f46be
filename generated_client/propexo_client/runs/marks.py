"""Marks: a short code in a credit's description, by which it is recognized on the ledger.

The code is made from the journal's id, the key and the attempt, so that nothing needs to be stored.
"""

import hashlib
import re
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from ..messages import Request

Where: TypeAlias = Literal["start", "end"]

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 8
_CODE = re.compile(rf"(?<![0-9A-Z])[{_LETTERS}]{{{_LENGTH}}}(?![0-9A-Z])", re.ASCII | re.IGNORECASE)


def code(journal_id: str, key: str, attempt: int) -> str:
    """Return the code of one attempt: 8 digits and letters, none of which looks like another."""
    digest = hashlib.sha256(f"{journal_id}\n{key}\n{attempt}".encode()).digest()
    number = int.from_bytes(digest[:5])
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def marked(description: str, mark: str, where: Where) -> str:
    """Put a code into a description."""
    return f"[{mark}] {description}" if where == "start" else f"{description} [{mark}]"


def codes_in(description: str | None) -> set[str]:
    """Find whatever may be a code, however the system has changed the text around it."""
    return {found.upper() for found in _CODE.findall(description or "")}


def without(description: str | None) -> str:
    """Leave out codes, brackets and differences of case and blanks, to compare two texts."""
    return " ".join(re.sub(r"[\[\]]", " ", _CODE.sub(" ", description or "")).casefold().split())


def marked_request(request: Request, mark: str, where: Where) -> Request:
    """Make the request that carries a code; all else is as it was."""
    body = request.body
    body["description"] = marked(body["description"], mark, where)
    return replace(request, content=Request.of("", "", "", timeout=0, body=body).content)
