"""Check that what is about to be released is named, described and generated as it says.

    python -m scripts.release [--tag vX.Y.Z]

Exits 1 after listing everything that is wrong, one line each.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence

from scripts import generate
from scripts.document import operations
from scripts.pin import DEFAULT_PIN, Pin
from scripts.shipping import manifest
from scripts.shipping.manifest import PACKAGE
from scripts.support.files import ROOT
from scripts.support.package import verify

_SUMMARY = "Check that version, changelog and provenance agree."
_HEADING = re.compile(r"^## \[([^\]]+)\](?: - (\d{4}-\d\d-\d\d))?[ \t]*$", re.MULTILINE)


def problems(tag: str | None = None) -> Iterator[str]:
    """Yield what stands in the way of a release, with the remedy."""
    version = manifest.version()
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        yield f"__version__ {version!r} is not MAJOR.MINOR.PATCH; fix {PACKAGE.name}/_version.py"
    if tag is not None and tag != f"v{version}":
        yield f"the tag is {tag}, the version {version}; tag v{version}, or change __version__"
    yield from _in_the_changelog(version, manifest.contract_sha256()[:12])
    yield from _in_the_package(version)


def _in_the_changelog(version: str, contract: str) -> Iterator[str]:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    sections = {
        heading[1]: (heading[2], text[heading.end() : end].strip())
        for heading, end in zip(headings, ends, strict=True)
    }
    if sections.get("Unreleased", ("", ""))[1]:
        yield f"CHANGELOG.md: move what is under [Unreleased] to [{version}] with today's date"
    date, body = sections.get(version, ("", ""))
    if not body:
        yield f"CHANGELOG.md: has nothing under [{version}]"
    elif not date:
        yield f"CHANGELOG.md: [{version}] has no date; write ## [{version}] - YYYY-MM-DD"
    if contract not in body:
        yield f"CHANGELOG.md: [{version}] does not name its contract; add: Contract: `{contract}`."


def _in_the_package(version: str) -> Iterator[str]:
    generated = verify.verify(PACKAGE).generated
    if generated is None or generated:
        yield "the generated code was edited, or has no provenance; run `make client`"
    elif not generate.is_current(generate.Inputs(), generate.GENERATED):
        yield "the generated code is not what the pin and the tools give; run `make client`"
    transcribed = Pin.read(DEFAULT_PIN).transcribed(operations.load().operations)
    if transcribed and not version.startswith("0."):
        names = ", ".join(operation.endpoint for operation in transcribed)
        yield (
            f"version {version} promises a contract, but {len(transcribed)} operations are"
            f" transcribed by hand; run `make pin`: {names}"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.release", description=_SUMMARY)
    parser.add_argument("--tag", help="the tag to be released, as in v1.2.3")
    options = parser.parse_args(arguments)
    found = list(problems(tag=options.tag))
    for problem in found:
        print(f"release: {problem}", file=sys.stderr)
    if not found:
        contract = manifest.contract_sha256()[:12]
        print(f"release: {manifest.version()} with contract {contract} is ready")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
