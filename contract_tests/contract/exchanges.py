"""Exchanges composed by hand from the documentation: one file each, with its source and its date.

None was recorded from a server.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

FOLDER = Path(__file__).resolve().parent.parent / "exchanges"
SANDBOX = "https://api.sandbox.propexo.com"


@dataclass(frozen=True)
class Exchange:
    """A request to one of our operations, and its response."""

    name: str
    operation: str
    source: str
    date: str
    request: dict[str, Any]
    status: int
    headers: dict[str, str]
    body: Any

    def response(self) -> httpx.Response:
        """Return the response as httpx gives it to a caller."""
        return httpx.Response(
            self.status,
            headers=self.headers,
            content=json.dumps(self.body).encode(),
            request=httpx.Request("GET", SANDBOX),
        )


def load() -> list[Exchange]:
    """Read every exchange, in the order of their names."""
    return [_read(path) for path in sorted(FOLDER.glob("*.json"))]


def _read(path: Path) -> Exchange:
    data = json.loads(path.read_bytes())
    return Exchange(
        name=path.stem,
        operation=data["operation"],
        source=data["source"],
        date=data["date"],
        request=data["request"],
        **data["response"],
    )
