"""Arguments and documents for the command line."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from contract_tests.drift import tiny

Run = Callable[..., int]
MAKE = '[operations.make]\nendpoint = "POST /things/"\n'
TODAY = datetime.now(UTC).date()
ONE = ("--operation", tiny.ENDPOINT)


def changed(**keywords: Any) -> tiny.Json:
    document = tiny.document()
    tiny.operation(document).update(keywords)
    return document


def accept(
    folder: Path, fingerprint: str, expires: date, reason: str = "looked at"
) -> tuple[str, ...]:
    entry = (
        f'[[accepted]]\nfingerprint = "{fingerprint}"\nreason = "{reason}"\nexpires = {expires}\n'
    )
    (folder / "accepted.toml").write_text(entry)
    return (*ONE, "--accepted", "accepted.toml")
