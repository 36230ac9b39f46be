"""The tables of docs/drift-rules.md: `python -m scripts.drift.judge.catalogue` writes them anew."""

from pathlib import Path

from ...support.files import ROOT, write_atomically
from ..compare.changes import Side
from .rules import RULES, Rule

DEFAULT_PATH = ROOT / "docs" / "drift-rules.md"

_START = "## Operations\n"
_OPERATIONS = f"""\
{_START}
| rule | severity | why | what to do |
| --- | --- | --- | --- |
"""
_FIELDS = """
## Parameters, bodies, statuses, headers and fields

| rule | request | success | error | why | what to do | lowered if |
| --- | --- | --- | --- | --- | --- | --- |
"""


def page(written: str) -> str:
    """Return the page with its tables as the rules are now; what people wrote before them stays."""
    prose, _, _ = written.partition(_START)
    operations = [rule for rule in RULES.values() if Side.OPERATION in rule.severities]
    fields = [rule for rule in RULES.values() if Side.OPERATION not in rule.severities]
    rows = [
        f"| `{r.id}` | {r.severity(Side.OPERATION)} | {r.why} | {r.remedy.pin} |\n"
        for r in operations
    ]
    return prose + _OPERATIONS + "".join(rows) + _FIELDS + "".join(_row(rule) for rule in fields)


def _row(rule: Rule) -> str:
    levels = " | ".join(
        str(rule.severities[side]) if side in rule.severities else "-"
        for side in (Side.REQUEST, Side.RESPONSE, Side.ERROR)
    )
    unless = (
        "; ".join(dict.fromkeys(filter(None, (rule.request_unless, rule.response_unless)))) or "-"
    )
    why = " ".join(filter(None, (rule.why, rule.read_why)))
    return f"| `{rule.id}` | {levels} | {why} | {rule.remedy.pin} | {unless} |\n"


def main(path: Path = DEFAULT_PATH) -> None:
    """Write the tables into the page at `path`."""
    write_atomically(path, page(path.read_text(encoding="utf-8")).encode())


if __name__ == "__main__":
    main()
