"""The pages a stranger reads: their blocks of code, their headings and their links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.support.files import ROOT

_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\S*)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S
)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.M)


@dataclass(frozen=True)
class Block:
    """A block of code, and the line of its page it starts on."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """List every page that is meant for readers."""
    consumer = ROOT / "contract_tests" / "consumer"
    folders = (ROOT, ROOT / "docs", ROOT / "generated_client", consumer)
    return sorted(page for folder in folders for page in folder.glob("*.md"))


def blocks(*languages: str) -> list[Block]:
    """List the blocks of all pages in these languages, or in any, in the order they are read."""
    found = [block for page in pages() for block in _blocks(page)]
    return [block for block in found if not languages or block.language in languages]


def for_an_engine(block: Block) -> bool:
    """Whether a block needs an engine that `make test-crash` alone installs, and runs there."""
    return re.search(r"^from (celery|dbos) import", block.text, re.M) is not None


def links(page: Path) -> list[str]:
    """List where the links of `page` go."""
    return _LINK.findall(_prose(page))


def anchors(page: Path) -> set[str]:
    """List what a link can point to within `page`."""
    return {_slug(heading) for heading in _HEADING.findall(_prose(page))}


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        code = re.sub(rf"^{found['indent']}", "", found["text"], flags=re.M)
        yield Block(page, line, found["language"], code)


def _prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def _slug(heading: str) -> str:
    words = re.sub(r"[^\w\s-]", "", heading.replace("`", "").lower())
    return re.sub(r"\s", "-", words.strip())
