"""Compare what a client was made from with the vendor's document of today.

Exit codes:
  0  nothing that matters
  1  breaking
  2  usage or configuration
  3  warning (with --fail-on warning)
  4  a document could not be fetched or read, or an operation was not compared
     (with --require-all)
"""

import argparse
import filecmp
import gc
import importlib.util
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ..document import operations, origins, published, reader
from ..document.contract import with_usage
from ..document.operations import Operations
from ..document.reader import Document
from ..document.sources import search
from ..document.usage import operations_in
from ..support.errors import ConfigurationError, DocumentError, Unreachable
from ..support.files import ROOT
from ..support.progress import Terminal
from . import engine, reports
from .compare import openapi, page
from .judge import acceptance
from .judge.findings import Report
from .judge.rules import Audience, Severity

PIN = ROOT / "openapi" / "propexo.json"
CONTRACT = Path("_generated") / "contract.json"
BREAKING, CONFIGURATION, WARNING, NOT_COMPARED = 1, 2, 3, 4
_PROGRESS = Terminal()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except ConfigurationError as error:
        print(f"drift: {error}", file=sys.stderr)
        reports.show(options.format or "text", str(error))
        return CONFIGURATION
    except DocumentError as error:
        failure = str(error)
    except Exception as error:  # whatever it is, it is not drift
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        failure = f"a defect of this check, not drift: {type(error).__name__}: {error} ({where})"
    print(f"drift: {failure}", file=sys.stderr)
    return _report_failure(options, " ".join(failure.split()))


def run() -> None:
    """Run as a command of its own."""
    gc.disable()  # the process is over before there is garbage worth collecting
    sys.exit(main())


def exit_code(report: Report, fail_on: str, *, require_all: bool = False) -> int:
    """Return what the verdict means to a build."""
    if report.verdict is Severity.BREAKING:
        return BREAKING
    if require_all and report.unwatched:
        return NOT_COMPARED
    return WARNING if report.verdict is Severity.WARNING and fail_on == "warning" else 0


def _run(options: argparse.Namespace) -> int:
    _check_reports(options)
    now = datetime.now(UTC)
    base = reader.read(str(_base(options)))
    wanted = _wanted(options, base)
    other = _candidate(options.against, wanted, base)
    pages = "" if options.pages is None and not options.against else options.pages
    report = engine.compare(
        base.content,
        other.content,
        wanted,
        names=(base.source, other.source),
        elsewhere=page.look_up(wanted, base, other, pages, _PROGRESS),
    )
    report = acceptance.apply(report, _accepted(options), now.date())
    report = replace(report, strict=options.strict)
    audience = Audience.PIN if _is_pin(options) else Audience.COPY
    presentation = reports.Presentation(report, base, other, now.date(), audience)
    for name, path in options.report:
        reports.write(name, presentation, path)
    if options.report and not options.format:
        files = ", ".join(str(path) for _, path in options.report)
        print(f"drift: {reports.summary(report)}; see {files}", file=sys.stderr)
    else:
        _show(options.format or "text", presentation)
    return exit_code(report, options.fail_on, require_all=options.require_all)


def _check_reports(options: argparse.Namespace) -> None:
    """Refuse a report over a file that is read here, or over another report: one would be lost."""
    sources = (_base(options), options.against, _accepted_path(options), options.operations)
    read = {Path(source).resolve() for source in sources if source}
    written = set[Path]()
    for _, path in options.report:
        place = path.resolve()
        if place in read:
            raise ConfigurationError(
                f"--report: {path}: is read by this check; write the report elsewhere"
            )
        if place in written:
            raise ConfigurationError(f"--report: {path}: is named for two reports")
        written.add(place)


def _show(name: str, presentation: reports.Presentation) -> None:
    try:
        reports.show(name, presentation)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads it has read enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report_failure(options: argparse.Namespace, message: str) -> int:
    try:
        for name, path in options.report:
            reports.write(name, message, path)
    except ConfigurationError as error:
        print(f"drift: {error}", file=sys.stderr)
        return CONFIGURATION
    reports.show(options.format or "text", message)
    return NOT_COMPARED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="propexo-drift" if not PIN.exists() else "python -m scripts.drift",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    base = parser.add_mutually_exclusive_group()
    base.add_argument(
        "copy", nargs="?", type=Path, metavar="COPY",
        help="folder of the copied client [the pin, in a checkout; else the installed client]",
    )  # fmt: skip
    base.add_argument("--base", type=Path, metavar="FILE", help="the document to compare from")
    parser.add_argument(
        "--against", "--candidate", metavar="FILE-OR-URL",
        help="the document to compare with [the vendor's addresses]",
    )  # fmt: skip
    parser.add_argument(
        "--pages", metavar="FOLDER-OR-URL", nargs="?", const="",
        help="also read the reference pages of operations in no document, from there or from the"
        " vendor's addresses [the latter, without --against]",
    )  # fmt: skip
    wanted = parser.add_mutually_exclusive_group()
    wanted.add_argument(
        "--operations", type=Path, metavar="FILE", help="what the client depends on"
    )
    wanted.add_argument(
        "--operation", action="append", metavar='"METHOD /path"',
        help="compare this alone; repeatable",
    )  # fmt: skip
    _add_results(parser)
    return parser


def _add_results(parser: argparse.ArgumentParser) -> None:
    """Add how a comparison is judged and reported."""
    parser.add_argument(
        "--format", choices=reports.FORMATS, help="print this report [text, without --report]"
    )
    parser.add_argument(
        "--report", action="append", default=[], type=_report, metavar="FORMAT=FILE",
        help="write a report to a file; repeatable",
    )  # fmt: skip
    parser.add_argument("--fail-on", choices=("breaking", "warning"), default="breaking")
    parser.add_argument(
        "--require-all", action="store_true", help="exit with 4 if an operation is not compared"
    )
    parser.add_argument(
        "--strict", action="store_true", help="judge as if the client used everything"
    )
    parser.add_argument(
        "--accepted", type=Path, metavar="FILE",
        help=f"accepted findings [{acceptance.NAME}: in openapi/ for the pin, else in this folder]",
    )  # fmt: skip


def _report(text: str) -> tuple[str, Path]:
    name, _, path = text.partition("=")
    if name not in reports.FORMATS or not path:
        known = ", ".join(reports.FORMATS)
        raise argparse.ArgumentTypeError(f"write FORMAT=FILE, with one of {known}, not {text!r}")
    return name, Path(path)


def _is_pin(options: argparse.Namespace) -> bool:
    if options.base:
        return bool(options.base.name != CONTRACT.name)
    return options.copy is None and PIN.exists()


def _base(options: argparse.Namespace) -> Path:
    if options.base:
        return Path(options.base)
    if options.copy:
        contract = Path(options.copy) / CONTRACT
        if not contract.exists():
            raise Unreachable(f"{options.copy}: is no copy of the client: there is no {contract}")
        return contract
    if PIN.exists():
        return PIN
    found = importlib.util.find_spec("propexo_client")
    if found is None or not found.submodule_search_locations:
        raise ConfigurationError("name the folder of the copied client; none is installed")
    return Path(found.submodule_search_locations[0]) / CONTRACT


def _accepted(options: argparse.Namespace) -> tuple[acceptance.Acceptance, ...]:
    path = _accepted_path(options)
    return acceptance.load(path) if options.accepted or path.exists() else ()


def _accepted_path(options: argparse.Namespace) -> Path:
    default = acceptance.DEFAULT_PATH if _is_pin(options) else Path(acceptance.NAME)
    return options.accepted or default


def _wanted(options: argparse.Namespace, base: Document) -> Operations:
    if options.operation:
        return operations.from_endpoints(options.operation)
    carried = None if options.operations else operations_in(base.content)
    if carried:
        return published.recall(carried, Path(base.source))
    path = options.operations or operations.DEFAULT_PATH
    if not path.exists() and not options.operations:
        raise ConfigurationError(f"{base.source}: names no operations; name some with --operation")
    return with_usage(base.content, operations.load(path))


def _candidate(source: str | None, wanted: Operations, base: Document) -> Document:
    """Read the document at `source`, or what the vendor's sources have together.

    Each operation is taken from the first source that has it. One that is gone is a finding, so
    nothing is refused for it. But a source that `base` was downloaded from must not fail: a later
    one may have an older version.
    """
    if source:
        return _read(source, base)
    listed = wanted.sources
    if not listed and operations.DEFAULT_PATH.exists():
        listed = operations.load().sources
    if not listed:
        raise ConfigurationError(
            "it is not known where the vendor publishes; name a document with --against"
        )
    return search(
        wanted.operations,
        listed,
        read=lambda address: _read(address, base),
        find=openapi.path_of,
        needed=origins.beside(Path(base.source)).downloads(wanted.operations),
        progress=_PROGRESS,
    ).together()


def _read(source: str, base: Document) -> Document:
    """Read a candidate; a file with the base's very bytes is not parsed."""
    if source.startswith(("http://", "https://")):
        document = reader.read(source, progress=_PROGRESS)
        _PROGRESS.say(f"drift: read {source}")
        return document
    files = Path(source), Path(base.source)
    if all(file.is_file() for file in files) and filecmp.cmp(*files, shallow=False):
        return replace(base, source=source)
    return reader.read(source, progress=_PROGRESS)


if __name__ == "__main__":
    run()
