"""`accepted-drift.toml`: findings that someone has looked at and accepted until a date."""

import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ...support.errors import ConfigurationError
from ...support.files import ROOT
from .findings import Report

NAME = "accepted-drift.toml"
DEFAULT_PATH = ROOT / "openapi" / NAME


@dataclass(frozen=True)
class Acceptance:
    """One accepted finding. `expires` is the last day on which it counts."""

    fingerprint: str
    reason: str
    expires: date


def load(path: Path) -> tuple[Acceptance, ...]:
    """Read the file. Raises `ConfigurationError` with one line that names the entry."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not TOML: {error}") from None
    entries = data.pop("accepted", [])
    if data or not isinstance(entries, list):
        raise ConfigurationError(f"{path}: may contain [[accepted]] entries only")
    accepted = tuple(_acceptance(entry, f"{path}: entry {n}") for n, entry in enumerate(entries, 1))
    fingerprints = [entry.fingerprint for entry in accepted]
    for fingerprint in fingerprints:
        if fingerprints.count(fingerprint) > 1:
            raise ConfigurationError(f"{path}: {fingerprint} is accepted twice")
    return accepted


def _acceptance(entry: Any, where: str) -> Acceptance:
    if not isinstance(entry, dict) or entry.keys() != {"fingerprint", "reason", "expires"}:
        raise ConfigurationError(
            f"{where}: needs fingerprint, reason and expires, and nothing else"
        )
    for key in ("fingerprint", "reason"):
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise ConfigurationError(f"{where}: {key} must be a text that is not empty")
    expires = entry["expires"]
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise ConfigurationError(f"{where}: expires must be a date, as in 2027-03-31")
    return Acceptance(entry["fingerprint"], entry["reason"].strip(), expires)


def apply(report: Report, accepted: tuple[Acceptance, ...], today: date) -> Report:
    """Take accepted findings out of the verdict; note entries that expired or match nothing."""
    fingerprints = {finding.fingerprint for finding in report.findings}
    taken: dict[str, str] = {}
    notes: list[str] = []
    for entry in accepted:
        name = f"{entry.fingerprint} ({entry.reason})"
        if entry.fingerprint not in fingerprints:
            notes.append(f"{name} is accepted but matches nothing; remove it")
        elif entry.expires < today:
            notes.append(f"{name} was accepted until {entry.expires} only")
        else:
            taken[entry.fingerprint] = entry.reason
    return replace(
        report,
        findings=tuple(f for f in report.findings if f.fingerprint not in taken),
        accepted=tuple(
            (f, taken[f.fingerprint]) for f in report.findings if f.fingerprint in taken
        ),
        notes=tuple(notes),
    )
