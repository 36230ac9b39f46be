"""Show and check this copy, explain errors, keep a journal, run credits.

Exit codes of verify:
  0  every file is as it was shipped
  1  generated files differ (hand-written ones may, too)
  2  wrong usage
  3  hand-written files differ
  4  cannot be checked: a record is missing or unreadable

A copy too damaged to be imported is checked by its file _contract/verify.py.
"""

import argparse
import inspect
import io
import json
import os
import re
import sys
import textwrap
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from . import errors
from ._contract import provenance, verify
from ._version import __version__

if TYPE_CHECKING:
    from .credits import Credits
    from .journal import BaseJournal

WRONG_USAGE = 2
WIDTH = 80
_ITEM = re.compile(r"\d+\. ")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return _command(sys.argv[1:] if arguments is None else arguments)
    except BrokenPipeError:  # whoever was reading has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _command(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"propexo-client {__version__}")
    parser.add_argument("--json", action="store_true", help="print JSON")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, text in (
        ("show", "say where this copy came from (without a command, too)"),
        ("verify", "check every file against what was shipped"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON"
        )
    explain = commands.add_parser("explain", help="say what an error means and what to do")
    explain.add_argument("error", nargs="?", metavar="NAME", help="OutcomeUnknown, for example")
    commands.add_parser("journal", help="keep idempotency keys, and settle them")
    commands.add_parser("run", help="post the credits of a CSV file, each exactly once")
    if words[:1] == ["journal"]:
        return _journal(f"{parser.prog} journal", words[1:])
    if words[:1] == ["run"]:
        return _run(f"{parser.prog} run", words[1:])
    options = parser.parse_args(words)
    if options.command == "explain":
        return _explain(options.error)
    if options.command == "verify":
        return verify.report(provenance.package_folder(), as_json=options.json)
    return _show(options.json)


def _journal(prog: str, arguments: Sequence[str]) -> int:
    from .journal import commands  # loaded for its own command only

    return commands.main(prog, arguments, _writes)


@contextmanager
def _writes(journal: "BaseJournal") -> "Generator[Credits]":
    """Connect to where the journal belongs, or, of its addresses, to that of the environment."""
    from .client import ENVIRONMENT_VARIABLE, Propexo

    environment = os.environ.get(ENVIRONMENT_VARIABLE) or journal.header.environments[0]
    with Propexo(environment=environment, journal=journal) as propexo:
        yield propexo.credits


def _run(prog: str, arguments: Sequence[str]) -> int:
    from .runs import commands  # loaded for its own command only

    return commands.main(prog, arguments)


def _explain(name: str | None) -> int:
    if name is None:
        print(inspect.cleandoc(errors.__doc__ or ""))
        return 0
    kind = getattr(errors, name, None)
    if name.startswith("_") or not (isinstance(kind, type) and issubclass(kind, Exception)):
        print(
            f"{__package__}: there is no error named {name}; explain without a name lists them",
            file=sys.stderr,
        )
        return WRONG_USAGE
    kinds = [each for each in kind.__mro__[1:] if each.__module__ == errors.__name__]
    parents = ", ".join(each.__name__ for each in kinds if not each.__name__.startswith("_"))
    print(f"{name} ({parents})\n" if parents else f"{name}\n")
    print("\n".join(_reflowed(inspect.getdoc(kind) or "")))
    return 0


def _reflowed(text: str) -> Iterator[str]:
    """Wrap the paragraphs and numbered items of a docstring, which may be wider than a terminal."""
    items = [""]
    for line in text.splitlines():
        if not line or not items[-1] or _ITEM.match(line):
            items.append(line)
        else:
            items[-1] += f" {line.strip()}"
    for item in items[1:]:
        indent = "   " if _ITEM.match(item) else ""
        yield from textwrap.wrap(item, WIDTH, subsequent_indent=indent) or [""]


def _show(as_json: bool) -> int:
    try:
        record, contract = provenance.read(), provenance.contract_sha256()
        lines = _describe(record, contract)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"{__package__}: the provenance cannot be read: {error!r}", file=sys.stderr)
        return verify.CANNOT_BE_CHECKED
    if as_json:
        facts = {"version": __version__, "contract_sha256": contract, "provenance": record}
        lines = [json.dumps(facts, indent=2, sort_keys=True)]
    print("\n".join(lines))
    return 0


def _describe(record: Mapping[str, Any], contract: str) -> list[str]:
    tools = ", ".join(f"{tool} {version}" for tool, version in record["tools"].items())
    return [
        f"propexo-client {__version__}",
        f"contract sha256 {contract}",
        f"files    sha256 {record['tree_sha256']}",
        f"made by  {tools}; {len(record['files'])} files",
        f"folder   {provenance.package_folder()}",
        "",
        *_origins(record["pin"]),
    ]


def _origins(pin: Mapping[str, Any]) -> list[str]:
    """Say of every operation where its contract comes from, those of one origin together."""
    groups: dict[str, list[str]] = {}
    for endpoint, entry in sorted(pin["operations"].items()):
        groups.setdefault(_origin(entry, pin["documents"]), []).append(f"  {endpoint}")
    return [line for origin in sorted(groups) for line in (origin, *groups[origin])]


def _origin(entry: Mapping[str, Any], documents: Mapping[str, Any]) -> str:
    how = f"{entry['origin']} {entry['at']} from"
    if "document" not in entry:
        return f"{how} {entry['page']}, in no known document"
    facts = documents[entry["document"]]
    version = f"{facts['version']}, " if "version" in facts else ""
    return f"{how} {entry['document']}, {version}sha256 {facts['sha256']}"


if __name__ == "__main__":
    sys.exit(main())
