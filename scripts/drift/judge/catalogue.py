"""The rules as a page of documentation: `python -m scripts.drift.judge.catalogue` writes it."""

from pathlib import Path

from scripts.drift.compare.changes import Side
from scripts.drift.judge.rules import RULES, Rule
from scripts.support.files import ROOT, write_atomically

DEFAULT_PATH = ROOT / "docs" / "drift-rules.md"

_HEAD = """\
# Drift rules

Written by `python -m scripts.drift.judge.catalogue`; a test checks that it is current.

Severities are those of the contract: every field counts as used, every list of values as closed,
the server as strict. Where `openapi/operations.toml` says what the client sends and reads, a
finding is lowered to compatible if the last column holds (to warning for a list of values that the
client reads as open). It is never dropped.

"""
_OPERATION_HEAD = """\
## Operations

| rule | severity | why | what to do |
| --- | --- | --- | --- |
"""
_FIELD_HEAD = """
## Parameters, bodies, statuses, headers and fields

| rule | request | success | error | why | what to do | lowered if |
| --- | --- | --- | --- | --- | --- | --- |
"""


def page() -> str:
    """Write the page."""
    operations = [rule for rule in RULES.values() if Side.OPERATION in rule.severities]
    fields = [rule for rule in RULES.values() if Side.OPERATION not in rule.severities]
    rows = [
        f"| `{r.id}` | {r.severity(Side.OPERATION)} | {r.why} | {r.remedy} |\n" for r in operations
    ]
    return _HEAD + _OPERATION_HEAD + "".join(rows) + _FIELD_HEAD + "".join(_row(r) for r in fields)


def _row(rule: Rule) -> str:
    levels = " | ".join(
        str(rule.severities[side]) if side in rule.severities else "-"
        for side in (Side.REQUEST, Side.RESPONSE, Side.ERROR)
    )
    unless = (
        "; ".join(dict.fromkeys(filter(None, (rule.request_unless, rule.response_unless)))) or "-"
    )
    return f"| `{rule.id}` | {levels} | {rule.why} | {rule.remedy} | {unless} |\n"


def main(path: Path = DEFAULT_PATH) -> None:
    """Write the page to `path`."""
    write_atomically(path, page().encode())


if __name__ == "__main__":
    main()
