"""Every report says everything, in the form its reader understands."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contract_tests.drift import tiny
from scripts.document import reader
from scripts.document.operations import from_endpoints, load
from scripts.document.reader import Document
from scripts.drift import compare, reports
from scripts.drift.judge import rules
from scripts.drift.reports import (
    Presentation,
    html,
    machine,
    markdown,
    text,
)
from scripts.drift.reports.presentation import lines_of
from scripts.support.files import ROOT

FIELDS: dict[str, Any] = {f"name_{n}": {"type": "string"} for n in range(12)}


def presentation(base: tiny.Json, candidate: tiny.Json, source: str = "base.json") -> Presentation:
    report = compare(base, candidate, from_endpoints([tiny.ENDPOINT]))
    raw = json.dumps(base, indent=2).encode()
    return Presentation(
        report,
        Document(source, raw, base),
        Document("candidate.json", b"", candidate),
        date(2026, 11, 24),
    )


@pytest.fixture
def many() -> Presentation:
    """Return a report of every severity."""
    base = tiny.document(
        {"type": "string", "default": "a"}, tiny.closed("gone", **FIELDS, required=("gone",))
    )
    candidate = tiny.document(
        {"type": "string", "default": "b"}, tiny.closed(**FIELDS, novelty={"type": "string"})
    )
    candidate["servers"].append({"url": "https://eu.example.com"})
    return presentation(base, candidate)


def test_the_json_report_follows_its_schema(many: Presentation) -> None:
    schema = json.loads((ROOT / "scripts" / "drift" / "report.schema.json").read_bytes())
    report = json.loads(machine.to_json(many))
    jsonschema_rs.validator_for(schema).validate(report)
    assert report["verdict"] == "breaking"
    assert {f["client_severity"] for f in report["findings"]} == {
        "breaking",
        "warning",
        "compatible",
        "cosmetic",
    }
    severities = [f["client_severity"] for f in report["findings"]]
    assert severities == sorted(
        severities, key=["breaking", "warning", "compatible", "cosmetic"].index
    )


def test_the_text_report_fits_one_screen_and_starts_with_what_matters(many: Presentation) -> None:
    written = text.render(many)
    assert len(written.splitlines()) <= 40
    assert written.startswith("drift: breaking")
    first = written.index("BREAKING  property-removed")
    assert first < written.index("WARNING  default-changed") < written.index("compatible ")
    assert "\x1b" not in written
    for part in (
        "200.field.gone",
        "/properties/gone",
        "accept as",
        "The pin is behind: 200.field.novelty",
    ):
        assert part in written


def test_colour_is_for_terminals_only(
    many: Presentation, capsys: pytest.CaptureFixture[str]
) -> None:
    text.show(many)
    assert "\x1b" not in capsys.readouterr().out


def test_a_text_report_of_a_hundred_findings_still_fits_one_screen() -> None:
    names: dict[str, Any] = {f"unrelated{'x' * n}": {"type": "string"} for n in range(100)}
    written = text.render(
        presentation(
            tiny.document(response=tiny.closed(**names)), tiny.document(response=tiny.closed())
        )
    )
    assert len(written.splitlines()) <= 50
    assert "84 more" in written


def test_markdown_stays_below_the_limit_and_counts_what_it_leaves_out() -> None:
    names: dict[str, Any] = {
        f"{n:04}" * 30: {"type": "string", "enum": [str(m) * 40 for m in range(60)]}
        for n in range(300)
    }
    written = markdown.render(
        presentation(
            tiny.document(response=tiny.closed(**names)), tiny.document(response=tiny.closed())
        )
    )
    assert len(written) <= 65_000
    assert re.search(r"\d+ more findings do not fit", written)
    assert written.count("<details") == written.count("</details>")


def test_markdown_does_not_let_the_document_write_markup() -> None:
    evil = {"type": "string", "enum": ["```\n# pwned <script>alert(1)</script> | @everyone"]}
    base, candidate = (
        tiny.document(response=evil),
        tiny.document(response={"type": "string", "enum": ["`x`|y"]}),
    )
    written = markdown.render(presentation(base, candidate))
    assert "\n# pwned" not in written
    row = next(line for line in written.splitlines() if line.startswith("| ") and "pwned" in line)
    assert len(re.findall(r"(?<!\\)\|", row)) == 3
    assert "````" in row


class Page(HTMLParser):
    """Collects what a browser would load, run or show of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.addresses += [str(v) for k, v in attrs if k in ("src", "href", "action", "onclick")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_everything_and_loads_nothing(many: Presentation) -> None:
    page = Page(html.render(many))
    assert page.tags["article"] == len(many.report.findings)
    assert page.tags["script"] == page.tags["img"] == page.tags["link"] == 0
    assert page.addresses == []
    for finding in many.report.findings:
        for part in (finding.rule, finding.fingerprint, *finding.fields, *finding.operations):
            assert part in page.text
    assert "version 1" in page.text
    assert "The pin is behind: 200.field.novelty" in page.text


def test_the_page_does_not_let_the_document_write_markup() -> None:
    evil = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>"
    base = tiny.document(response={"type": "string", "enum": [evil]})
    base["info"]["version"] = evil
    named: dict[str, Any] = {evil: {"type": "string"}}
    candidate = tiny.document(response=tiny.closed(**named))
    shown = html.render(presentation(base, candidate, source=f"{evil}.json"))
    page = Page(shown)
    assert page.tags["script"] == page.tags["img"] == 0
    assert evil in page.text


@pytest.mark.parametrize("name", ["text", "markdown", "html", "github"])
def test_a_document_cannot_reach_the_terminal_of_its_reader(name: str, tmp_path: Path) -> None:
    evil = "\x1b]0;pwned\x07\u202e\x9b31m"
    base = tiny.document(response={"type": "string", "enum": ["a"]})
    candidate = tiny.document(response={"type": "string", "enum": [evil]})
    reports.write(name, presentation(base, candidate), tmp_path / "report")
    written = (tmp_path / "report").read_text()
    assert all(letter == "\n" or letter.isprintable() for letter in written)
    assert "\\u001b" in written


def test_the_headline_says_which_versions_were_compared(many: Presentation) -> None:
    downloaded = replace(
        many.candidate,
        source="https://x.example/a.json",
        last_modified="Mon, 23 Nov 2026 05:00:00 GMT",
    )
    written = text.render(replace(many, candidate=downloaded))
    head = written.splitlines()[:3]
    assert head[0] == "drift: breaking, 4 findings, 1 of 1 operations compared"
    assert re.fullmatch(r"base.json \(version 1, sha256 [0-9a-f]{12}\)", head[1])
    assert "version 1, modified Mon, 23 Nov 2026 05:00:00 GMT, read 2026-11-24, sha256" in head[2]


def test_the_pin_says_when_it_was_taken_down() -> None:
    pin = ROOT / "openapi" / "propexo.json"
    document = reader.read(str(pin))
    report = compare(document.content, document.content, load())
    written = text.render(Presentation(report, document, document, date(2026, 11, 24)))
    assert re.search(
        r"openapi/propexo.json \(version 1.0.0, (transcribed|downloaded).* 20\d\d-", written
    )


def test_sarif_lists_every_finding_for_its_readers(many: Presentation) -> None:
    from sarif_pydantic import Sarif  # half a second, for each that collects

    log = Sarif.model_validate_json(machine.to_sarif(many))
    results = log.runs[0].results or []
    assert [result.rule_id for result in results] == [found.rule for found in many.report.findings]
    for result in results:
        assert result.message.text
        assert result.locations


def test_sarif_levels_follow_severity_and_lines_are_those_of_the_base(many: Presentation) -> None:
    run = json.loads(machine.to_sarif(many))["runs"][0]
    levels = {result["ruleId"]: result["level"] for result in run["results"]}
    assert levels["property-removed"] == "error"
    assert levels["default-changed"] == "warning"
    assert levels["server-added"] == "note"
    gone = next(result for result in run["results"] if result["ruleId"] == "property-removed")
    line = gone["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert '"gone"' in many.base.raw.decode().splitlines()[line - 1]


def test_github_annotations_are_commands_on_the_lines_of_the_base(many: Presentation) -> None:
    commands = machine.to_github(many).splitlines()
    assert [command.split()[0] for command in commands] == ["::error", "::warning", "::notice"]
    line = re.search(r"line=(\d+)", commands[0])
    assert line
    assert '"gone"' in many.base.raw.decode().splitlines()[int(line[1]) - 1]


def test_github_annotations_escape_what_would_end_them() -> None:
    base, candidate = (
        tiny.document(response={"type": "string", "enum": values})
        for values in (["a"], ["100%\n::error::x"])
    )
    written = machine.to_github(presentation(base, candidate))
    assert all(line.startswith("::") for line in written.splitlines())
    assert "\n::error::x" not in written
    assert "100%25" in written


@pytest.mark.parametrize("name", reports.FORMATS)
def test_every_format_can_be_written_to_a_file(
    name: str, many: Presentation, tmp_path: Path
) -> None:
    reports.write(name, many, tmp_path / "report")
    assert "property-removed" in (tmp_path / "report").read_text()


@pytest.mark.parametrize("name", reports.FORMATS)
def test_every_format_can_be_printed(
    name: str, many: Presentation, capsys: pytest.CaptureFixture[str]
) -> None:
    reports.show(name, many)
    assert "property-removed" in capsys.readouterr().out


def _pointers(node: Any, pointer: str = "") -> list[str]:
    children = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    escaped = [
        (f"{pointer}/{str(k).replace('~', '~0').replace('/', '~1')}", v) for k, v in children
    ]
    return [pointer, *(found for path, value in escaped for found in _pointers(value, path))]


def test_every_pointer_of_the_pin_has_its_line() -> None:
    written = (ROOT / "openapi" / "propexo.json").read_text()
    pointers = _pointers(json.loads(written))
    found = lines_of(written, pointers)
    rows = written.splitlines()
    for pointer in pointers[1:]:
        name = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        assert name.isdigit() or json.dumps(name, ensure_ascii=False) in rows[found[pointer] - 1]
    assert len({found[pointer] for pointer in pointers}) > 0.8 * len(rows) - 2000


def test_a_pointer_that_is_not_there_is_on_its_parents_line() -> None:
    assert lines_of('{\n "a": {\n  "b": 1}}', ["/a/x/y", "/a/b"]) == {"/a/x/y": 2, "/a/b": 3}
    assert lines_of("a:\n  b: 1\n", ["/a/b"]) == {"/a/b": 1}


def test_the_documented_rules_are_current() -> None:
    written = rules.PAGE.read_text()
    assert "## How documents are read" in written
    assert written == rules.page(written), "run: python -m scripts.drift.judge.rules"
