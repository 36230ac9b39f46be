"""Draw what each version of the vendor's document would have meant for this client.

    python -m scripts.history [FOLDER]

Draws docs/history.svg from the facts in openapi/history.json. With a FOLDER of documents, named
DATE-COMMIT.yml or .yml.xz, compares each with the one before it first, and writes the facts anew.
"""

import argparse
import json
import lzma
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from scripts import drift
from scripts.document import operations, reader, usage
from scripts.drift.compare.openapi import Document
from scripts.drift.judge.rules import Severity
from scripts.support.errors import ConfigurationError, PipelineError
from scripts.support.files import ROOT, canonical_json, write_atomically
from scripts.support.progress import Progress, Terminal

_SUMMARY = "Draw what each version of the vendor's document would have meant for this client."
FACTS = ROOT / "openapi" / "history.json"
PICTURE = ROOT / "docs" / "history.svg"
CONTRACT = ROOT / "generated_client" / "propexo_client" / "_generated" / "contract.json"

_LEFT, _RIGHT, _TOP, _LANE = 130, 850, 330, 36
_CAPTIONS = (62, 126, 190, 254)  # stairs, so that no line crosses an earlier caption
_LINE = 18
_LAST_CAPTION = 680  # further right, a caption is written to the left of its line
_STYLE = """
    .breaking { fill: #c0392b } .warning { fill: #cf8a12 } .compatible { fill: #3576b5 }
    .cosmetic { fill: #8a919b } .untouched { fill: #b9bec6 }
    text { fill: #1d2733 } .small { font-size: 14px; fill: #55606c } .bold { font-weight: 600 }
    line { stroke: #d5dae0 } .lead { stroke: #c0392b; stroke-width: 1.2 }
    .back { fill: none } @media (prefers-color-scheme: dark) { .back { fill: #fff } }
"""


@dataclass(frozen=True)
class Version:
    """One version, and what it would have meant for a client made from the version before it.

    `operations` of ours were in either of the two; `breaks` counts the findings that break it, and
    `hit` the operations they are in. The first version has nothing to be compared with.
    """

    date: str
    commit: str
    verdict: str = ""
    operations: int = 0
    findings: int = 0
    breaks: int = 0
    hit: int = 0
    caption: tuple[str, ...] = ()

    @property
    def day(self) -> int:
        """The day of its date, as a number that grows by one a day."""
        return date.fromisoformat(self.date).toordinal()


def load(path: Path = FACTS) -> tuple[Version, ...]:
    """Read the facts, oldest version first."""
    found: list[dict[str, Any]] = json.loads(path.read_bytes())["versions"]
    return tuple(
        Version(**{**entry, "caption": tuple(entry.get("caption", ()))}) for entry in found
    )


def compared(versions: Sequence[Version], folder: Path, progress: Progress) -> Iterator[Version]:
    """Compare each version with the one before it. Raises `PipelineError` for one not there."""
    client = usage.operations_in(json.loads(CONTRACT.read_bytes()))
    if client is None:
        raise ConfigurationError(f"{CONTRACT.name}: does not record what the client uses")
    documents: dict[str, dict[str, Any]] = {}
    yield replace(versions[0], verdict="", operations=0, findings=0, breaks=0, hit=0)
    for older, newer in pairwise(versions):
        progress.update(f"{newer.date} {newer.commit}")
        documents = {
            each.commit: documents.get(each.commit) or _read(each, folder)
            for each in (older, newer)
        }
        yield _judged(newer, documents[older.commit], documents[newer.commit], client)


def _judged(
    version: Version, base: dict[str, Any], head: dict[str, Any], client: operations.Operations
) -> Version:
    indexes = [Document(base, "base"), Document(head, version.commit)]
    known = tuple(o for o in client.operations if any(index.find(o) for index in indexes))
    report = drift.compare(base, head, replace(client, operations=known))
    breaks = [each for each in report.findings if each.client_severity is Severity.BREAKING]
    return replace(
        version,
        verdict=str(report.verdict),
        operations=len(known),
        findings=len(report.findings),
        breaks=len(breaks),
        hit=len({endpoint for each in breaks for endpoint in each.operations}),
    )


def _read(version: Version, folder: Path) -> dict[str, Any]:
    name = f"{version.date}-{version.commit}.yml"
    place = folder / name
    if place.is_file():
        return reader.parse(place.read_bytes(), name)
    try:
        raw = lzma.decompress((folder / f"{name}.xz").read_bytes())
    except (OSError, lzma.LZMAError) as error:
        raise PipelineError(f"{place}: cannot be read: {error}") from None
    return reader.parse(raw, name)


def write(versions: Sequence[Version], path: Path = FACTS) -> None:
    """Write the facts, without what is empty."""
    entries = [{name: v for name, v in asdict(each).items() if v} for each in versions]
    facts = {"source": "https://github.com/propexo/documentation", "versions": entries}
    write_atomically(path, canonical_json(facts))


def picture(versions: Sequence[Version]) -> str:
    """Draw the versions as SVG: one dot each, in a lane for each verdict."""
    judged = [version for version in versions if version.verdict]
    lanes = [str(severity) for severity in sorted(Severity, reverse=True)]
    counts = {lane: sum(version.verdict == lane for version in judged) for lane in lanes}
    first, last = judged[0].day, judged[-1].day
    bottom = _TOP + _LANE * (len(lanes) - 1)

    def x(day: int) -> int:
        return round(_LEFT + (_RIGHT - _LEFT) * (day - first) / (last - first))

    body = [
        _text(20, 28, "What each version of the vendor's document meant for this client", "bold")
    ]
    for index, lane in enumerate(lanes):
        y = _TOP + _LANE * index
        body.append(f'<line x1="{_LEFT}" y1="{y}" x2="{_RIGHT}" y2="{y}"/>')
        body.append(_text(20, y + 4, f"{counts[lane]} {lane}"))
    for year in range(date.fromordinal(first).year, date.fromordinal(last).year + 1):
        for month in (1, 7):
            day = date(year, month, 1).toordinal()
            if first <= day <= last:
                body.append(_text(x(day), bottom + 34, f"{year}-{month:02}", "small", "middle"))
    captioned = [version for version in judged if version.caption]
    for index, version in enumerate(captioned):
        body += _caption(x(version.day), _CAPTIONS[index % len(_CAPTIONS)], version)
    for version in judged:
        y = _TOP + _LANE * lanes.index(version.verdict)
        size = 7 if version.breaks else 4.5
        shown = f"{version.date} {version.commit}: {version.verdict}"
        body.append(
            f'<circle class="{version.verdict}" cx="{x(version.day)}" cy="{y}" r="{size}">'
            f"<title>{shown}</title></circle>"
        )
    return _svg(
        bottom + 52, body, f"{counts['breaking']} of {len(judged)} changes would have broken it"
    )


def _caption(x: int, y: int, version: Version) -> Iterator[str]:
    yield f'<line class="lead" x1="{x}" y1="{y - 10}" x2="{x}" y2="{_TOP}"/>'
    side, anchor = (6, "start") if x < _LAST_CAPTION else (-6, "end")
    for index, line in enumerate((version.date, *version.caption)):
        kind = "small" if index else "bold small"
        yield _text(x + side, y + _LINE * index, line, kind, anchor)


def _text(x: int, y: int, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(height: int, body: Sequence[str], summary: str) -> str:
    inside = "\n  ".join(body)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 {height}" role="img" \
aria-labelledby="t" font-family="system-ui, sans-serif" font-size="15">
  <title id="t">{escape(summary)}.</title>
  <style>{_STYLE}  </style>
  <rect class="back" width="880" height="{height}" rx="8"/>
  {inside}
</svg>
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.history", description=_SUMMARY)
    parser.add_argument("folder", nargs="?", type=Path, help="documents to compare first")
    folder: Path | None = parser.parse_args(arguments).folder
    versions = load()
    if folder is not None:
        try:
            progress = Terminal()
            versions = tuple(compared(versions, folder, progress))
            progress.clear()
        except PipelineError as error:
            print(f"history: {error}", file=sys.stderr)
            return 1
        write(versions)
    write_atomically(PICTURE, picture(versions).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
