"""Idempotency keys for an API that has none: each key is sent at most once, and never forgotten.

    from propexo_client import Propexo
    from propexo_client.journal import Journal

    with Propexo(environment="sandbox", journal=Journal("credits.journal")) as propexo:
        propexo.credits.create(idempotency_key="credit:acme:1001", ...)

Make the file once, with `python -m propexo_client journal init`. For several machines there is
`PostgresJournal`, in `propexo_client.journal.postgres`.
"""

from .base import BaseJournal
from .claims import Claim, Sendable
from .events import Entry, Event, State
from .file import Journal
from .header import Header

__all__ = [
    "BaseJournal",
    "Claim",
    "Entry",
    "Event",
    "Header",
    "Journal",
    "Sendable",
    "State",
]
