"""Servers that page through rows, each in its own way."""

from typing import Any

import httpx

from contract_tests.client.support import CHARGE


class Ledger:
    """Charges behind offset paging. `arriving` rows come in front before each page is cut."""

    def __init__(self, count: int, arriving: int = 0, *, has_more: bool = True) -> None:
        self.rows = [{"id": f"charge_{number}"} for number in range(count)]
        self.arriving, self.has_more = arriving, has_more
        self.pages = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        offset, limit = (int(request.url.params[name]) for name in ("offset", "limit"))
        if self.pages:
            new = [{"id": f"new_{self.pages}_{number}"} for number in range(self.arriving)]
            self.rows = new + self.rows
        self.pages += 1
        page = self.rows[offset : offset + limit]
        meta: dict[str, Any] = {"orderBy": []}
        if self.has_more:
            meta["hasMore"] = offset + limit < len(self.rows)
        return httpx.Response(200, json={"meta": meta, "results": page})


class Shown:
    """A list of rows that a server shows in its own way."""

    def __init__(self, rows: list[Any], cap: int = 250, **meta: Any) -> None:
        self.rows, self.cap, self.meta = rows, cap, meta
        self.void_after: int | None = None
        self.pages = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.pages += 1
        offset = int(request.url.params["offset"])
        if self.pages == self.void_after:
            del self.rows[0]
        page = self.rows[offset : offset + self.cap]
        return httpx.Response(200, json={"meta": {"orderBy": [], **self.meta}, "results": page})


OTHERS = [{**CHARGE, "id": f"other_{n}", "amount_in_cents": 1} for n in range(119)]
