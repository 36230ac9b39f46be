"""Where each operation of a pin came from: the record beside a pin, or in a copy's provenance.

An operation was downloaded, or transcribed by hand: from a document, or from a reference page where
no document is known that has it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .operations import Operation, erase_parameters

DOWNLOADED, TRANSCRIBED = "downloaded", "transcribed"
RECORD = "pin.json"
PROVENANCE = "PROVENANCE.json"


@dataclass(frozen=True)
class Origin:
    """Where one operation came from. One of `document` and `page` is an address.

    `at` is the day of a transcription, or the moment of a download in UTC.
    """

    kind: str
    at: str
    document: str | None = None
    page: str | None = None

    @property
    def is_downloaded(self) -> bool:
        """Whether a machine took it from a document. If not, a person wrote it down."""
        return self.kind == DOWNLOADED

    @property
    def is_unpublished(self) -> bool:
        """Whether no document is known that has it. If one is, its absence is a removal."""
        return self.kind == TRANSCRIBED and self.document is None


class Origins:
    """The origins of a pin's operations; empty where no record can be read."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        """Take the record as it stands in the file."""
        self.record = record
        self._by_identity = {
            _identity(endpoint): entry for endpoint, entry in _mapping(record, "operations").items()
        }

    def of(self, operation: Operation) -> Origin | None:
        """Say where an operation came from; `None` if the record does not know it."""
        entry = self.entry(operation)
        if not entry:
            return None
        return Origin(
            kind=str(entry.get("origin", "")),
            at=str(entry.get("at", "")),
            document=entry.get("document"),
            page=entry.get("page"),
        )

    def entry(self, operation: Operation) -> dict[str, Any]:
        """Return all that the record says of an operation; empty if it does not know it."""
        return dict(self._by_identity.get(operation.identity, {}))

    def downloads(self, operations: Iterable[Operation]) -> set[str]:
        """List the addresses of the documents from which the operations were downloaded."""
        found = (self.of(operation) for operation in operations)
        return {o.document for o in found if o and o.is_downloaded and o.document}

    def document(self, address: str) -> dict[str, Any]:
        """Return what the record says of a document: its sha256, size, and when it was read."""
        return dict(_mapping(self.record, "documents").get(address, {}))


def beside(document: Path) -> Origins:
    """Read the record of a pin, or of the contract in a copy of the client."""
    for name, keys in ((RECORD, ()), (PROVENANCE, ("pin",))):
        try:
            record = json.loads(document.with_name(name).read_bytes())
            for key in keys:
                record = record[key]
            return Origins(record if isinstance(record, dict) else {})
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return Origins({})


def _identity(endpoint: str) -> tuple[str, str]:
    method, _, path = endpoint.partition(" ")
    return method.lower(), erase_parameters(path)


def _mapping(record: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = record.get(key)
    return value if isinstance(value, dict) else {}
