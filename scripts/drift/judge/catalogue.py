"""The rules as a page of documentation: `python -m scripts.drift.judge.catalogue` writes it."""

# ruff: noqa: E501 (prose and tables: one row, one line)

from pathlib import Path

from ...support.files import ROOT, write_atomically
from ..compare.changes import Side
from .rules import RULES, Rule

DEFAULT_PATH = ROOT / "docs" / "drift-rules.md"

_HEAD = """\
# Drift rules

Written by `python -m scripts.drift.judge.catalogue`; a test checks that it is current.

Severities assume a client that uses everything: every field counts as used, every list of values as closed, the server
as strict. Where the client is known to send or read less, a finding is lowered to compatible if the last column applies
(to warning for a list of values that the client reads as open). It is never dropped.

## How documents are read

- Two documents are compared by what they mean, not by their text: `$ref`s, `allOf`, order, names of components and the
  spelling of null make no difference. A request may only widen, a response may only narrow.
- `nullable: true` counts as null in OpenAPI 3.1 too, where it is no keyword any more: vendors go on writing it.
- Alternatives (`oneOf`, `anyOf`) are compared one by one, each with everything that is written beside them. That a value
  may fit only one of `oneOf` matters only where `anyOf` became `oneOf` or the reverse.
- Beside `{type: string}`, `anyOf` lists values as a hint only: more of them are no change.
- A discriminator is compared as value to schema: by its mapping, by the names of the schemas where the mapping is silent,
  and down to schemas that only the mapping, or their own `allOf`, leads to.
- A status is looked up as a client would: by itself, by its range (`2XX`), by `default`. `default` speaks of success only
  where no success has a status of its own.
- If a difference lies in thousands of places, because schemas refer to one another at length, it is shown at its nearest
  place, and counts as used.
- YAML is read as version 1.2, with merge keys (`<<`). References to other documents are refused, in one line.
- Webhooks and components that no compared operation reaches are not looked at.

## Where other tools judge differently

Each of these is on purpose. The comparison is with the default levels of oasdiff.

| change | here | there | why |
| --- | --- | --- | --- |
| a response's bounds, lengths or patterns are loosened | warning | error | a reader seldom depends on them; a generated type never does |
| the default of an optional request field changes | warning | error | the client sends what it means, or is warned |
| a field that the client sends is gone from a request | breaking | warning | this vendor's server refuses unknown fields |
| a response lists one more value | breaking, or warning for an open list | warning | a closed list of states ends in an error |
| credentials that were accepted no longer are | breaking | info | the call stops working |
| the server that is used is gone | breaking | not looked at | the call stops working |
| an error response is no longer documented | warning | info | it still comes |
| `deprecated` is set | warning | info | there is time to act |
| a keyword that cannot apply to the type changes (`minLength` of a number) | cosmetic | error | no value is judged by it |
| stability levels, sunset policies, `x-extensible-enum`, tags, `operationId` | not looked at | rules of their own | they are agreements of other teams |

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
        f"| `{r.id}` | {r.severity(Side.OPERATION)} | {r.why} | {r.remedy.pin} |\n"
        for r in operations
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
    why = " ".join(filter(None, (rule.why, rule.read_why)))
    return f"| `{rule.id}` | {levels} | {why} | {rule.remedy.pin} | {unless} |\n"


def main(path: Path = DEFAULT_PATH) -> None:
    """Write the page to `path`."""
    write_atomically(path, page().encode())


if __name__ == "__main__":
    main()
