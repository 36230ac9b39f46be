"""What a journal says of itself, in notes that are appended like events."""

import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from ..environment import Environment, base_url
from ..errors import InvalidArgument, JournalRefused
from .events import moment_text, writer

VERSION: Final = 1
"""Version of what is stored. A newer one is refused, an older one is upgraded by command only."""

Note: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Header:
    """What a journal is: folded from its notes, of which a later one adds to an earlier."""

    id: str = ""
    version: int = 0
    environments: tuple[str, ...] = ()
    ephemeral: bool = False
    home: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def of(cls, notes: Iterable[Note]) -> "Header":
        """Fold the notes; unknown names in them are ignored."""
        header = cls()
        for note in notes:
            known = {name: note[name] for name in ("id", "version", "ephemeral") if name in note}
            also = (note["environment"],) if "environment" in note else ()
            header = replace(
                header,
                **known,
                home=note.get("home", header.home),
                environments=header.environments + also,
                settings={**header.settings, **note.get("settings", {})},
            )
        return header


def first_note(environment: str, *, ephemeral: bool = False) -> dict[str, Any]:
    """Write the note that a new journal begins with."""
    base = base_url(environment)
    if ephemeral and base == Environment.PRODUCTION:
        raise JournalRefused("journal: an ephemeral journal is not for production")
    return {
        "id": f"jrn_{secrets.token_hex(12)}",
        "version": VERSION,
        "environment": base,
        "ephemeral": ephemeral,
    }


def signed(note: Note) -> Note:
    """Add who wrote a note, and when."""
    return {**note, "who": writer(), "at": moment_text(time.time())}


def reason_given(because: object) -> str:
    """Accept the reason that a person must give."""
    if not isinstance(because, str) or not because.strip():
        raise InvalidArgument("because: say who saw what, and where")
    return because.strip()
