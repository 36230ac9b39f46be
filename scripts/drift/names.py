"""What names of fields say: whether two look alike, and which are money, dates, ids or states."""

import re

_SENSITIVE = re.compile(
    r"amount|cents|money|price|balance|total|rent\b|fee"
    r"|date|_at$|_on$|month|last_seen|day|(^|_)ids?$|status|state|^is_",
    re.IGNORECASE,
)
_LEAF = re.compile(r"([^.\[\]{}]*)[\[\]{}]*$")


def leaf(field: str) -> str:
    """Return the last name of a field, as `amount_in_cents` of `200.results[].amount_in_cents`."""
    found = _LEAF.search(field)
    return found.group(1) if found else field


def is_sensitive(field: str) -> bool:
    """Tell fields of money, dates, ids and states, which come first among what matters less."""
    return bool(_SENSITIVE.search(leaf(field)))


def are_similar(before: str, after: str) -> bool:
    """Guess whether one name replaced the other: most words shared, or a slip of spelling."""
    old, new = (
        set(re.split(r"[_\-]|(?<=[a-z])(?=[A-Z])", name.lower())) for name in (before, after)
    )
    if old <= new or new <= old:
        return True
    from difflib import SequenceMatcher  # renamings are rare

    return SequenceMatcher(None, before.lower(), after.lower()).ratio() >= 0.75
