"""Compare the pin with the vendor's document of today, for the operations this client depends on.

Exit codes: 0 nothing that matters, 1 breaking, 2 usage or configuration, 3 warning (with --fail-on
warning), 4 the document could not be had or is not OpenAPI.
"""

import argparse
import gc
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from scripts.document import operations, reader
from scripts.document.contract import with_usage
from scripts.document.operations import Operations
from scripts.document.reader import Document
from scripts.document.usage import operations_in
from scripts.drift import engine, reports, sources
from scripts.drift.judge import acceptance
from scripts.drift.judge.findings import Report
from scripts.drift.judge.rules import Severity
from scripts.support.errors import ConfigurationError, DocumentError
from scripts.support.files import ROOT
from scripts.support.progress import Terminal

DEFAULT_PIN = ROOT / "openapi" / "propexo.json"
BREAKING, CONFIGURATION, WARNING, NO_DOCUMENT = 1, 2, 3, 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        base = reader.read(options.base)
        wanted = _wanted(options, base)
        other = _candidate(options.candidate, wanted, base)
        report = engine.compare(
            base.content, other.content, wanted, names=(base.source, other.source)
        )
        accepted = acceptance.load(options.accepted) if options.accepted else ()
        report = acceptance.apply(report, accepted, datetime.now(UTC).date())
        report = replace(report, strict=options.strict)
        reports.write(options.format, reports.Presentation(report, base, other), options.output)
    except ConfigurationError as error:
        print(f"drift: {error}", file=sys.stderr)
        return CONFIGURATION
    except DocumentError as error:
        print(f"drift: {error}", file=sys.stderr)
        return NO_DOCUMENT
    return exit_code(report, options.fail_on)


def exit_code(report: Report, fail_on: str) -> int:
    """Return what the verdict means to a build."""
    if report.verdict is Severity.BREAKING:
        return BREAKING
    return WARNING if report.verdict is Severity.WARNING and fail_on == "warning" else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.drift",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--base",
        default=str(DEFAULT_PIN),
        metavar="FILE",
        help="what the client was built from [the pin]",
    )
    parser.add_argument(
        "--candidate", metavar="FILE-OR-URL", help="what to compare with [the vendor's URLs]"
    )
    slice_ = parser.add_mutually_exclusive_group()
    slice_.add_argument(
        "--operations",
        type=Path,
        metavar="FILE",
        help="what the client depends on [openapi/operations.toml]",
    )
    slice_.add_argument(
        "--operation",
        action="append",
        metavar='"METHOD /path"',
        help="depend on this alone; repeatable",
    )
    parser.add_argument("--format", choices=reports.FORMATS, default="text")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the report there")
    parser.add_argument("--fail-on", choices=("breaking", "warning"), default="breaking")
    parser.add_argument(
        "--strict", action="store_true", help="judge as if the client used everything"
    )
    default = acceptance.DEFAULT_PATH if acceptance.DEFAULT_PATH.exists() else None
    parser.add_argument(
        "--accepted", type=Path, default=default, metavar="FILE", help="accepted findings"
    )
    return parser


def _wanted(options: argparse.Namespace, base: Document) -> Operations:
    if options.operation:
        return operations.from_endpoints(options.operation)
    if options.operations:
        return with_usage(base.content, operations.load(options.operations))
    return operations_in(base.content) or with_usage(base.content, operations.load())


def _candidate(source: str | None, wanted: Operations, base: Document) -> Document:
    if source:
        return sources.read(source, base, Terminal())
    listed = wanted.sources or operations.load().sources
    return sources.download(wanted, listed, base, Terminal())


if __name__ == "__main__":
    gc.disable()  # the process is over before there is garbage worth collecting
    sys.exit(main())
