"""The vendor's reference page of one operation, in the Markdown form that its site serves.

A page is documentation, not a contract, and its form may change any day. So what is not in the
known form is an error that names the line, and never read as a difference.
"""

import re
from dataclasses import dataclass, field, replace

ENDING = ".md"
_ENDPOINT = re.compile(r"(GET|PUT|POST|DELETE|PATCH) https?://[^/\s]+(/\S*)")
_FIELD = re.compile(
    r"[-*] `([^`\s]+)` \(([^()]+), (required|optional)\)(?:\s+[-\u2013\u2014:]\s*(.*))?"
)
_LISTED = re.compile(r'"([^"]*)"')
_PLACES = {
    ("request", "path parameters"): "path",
    ("request", "query parameters"): "query",
    ("request", "body (application/json)"): "body",
    ("response", "body (application/json)"): "response",
    ("response", "200 (application/json)"): "response",
}
_IGNORED_PLACES = ("headers", "header parameters")


class NotUnderstood(ValueError):
    """The page is not in the form that is known."""


@dataclass(frozen=True)
class Field:
    """A field as a page lists it. `values` are listed ones; empty if it lists none."""

    type: str
    required: bool
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """What a page says of its operation. Places it has no list for are absent.

    `may_be_cut` if nothing follows the request: then its last fields may be missing.
    """

    method: str
    path: str
    fields: dict[str, dict[str, Field]] = field(default_factory=dict)
    may_be_cut: bool = False


def parse(text: str) -> Page:
    """Read a page. Raises `NotUnderstood` with one line that says where it cannot be."""
    endpoint: re.Match[str] | None = None
    section, place, last = "", "", ""
    fields: dict[str, dict[str, Field]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("## "):
            section, place = line[3:].strip().lower(), ""
        elif line.startswith("### "):
            place = _place(section, line[4:].strip().lower(), number)
            if place and fields.setdefault(place, {}):
                raise NotUnderstood(f"line {number}: a second list of {place} fields")
        elif endpoint is None and not section:
            endpoint = _ENDPOINT.fullmatch(line.strip())
        elif place and line.startswith(("- ", "* ")):
            last, found = _field(line, number)
            if last in fields[place]:
                raise NotUnderstood(f"line {number}: {last} is listed twice")
            fields[place][last] = found
    if endpoint is None:
        raise NotUnderstood("it has no line with method and address")
    if not fields.keys() & {"path", "query", "body"}:
        raise NotUnderstood("it lists no fields of a request")
    may_be_cut = section == "request"
    if may_be_cut and last and place:
        fields[place][last] = replace(fields[place][last], values=())
    return Page(endpoint[1].lower(), endpoint[2].replace("\\", ""), fields, may_be_cut)


def _place(section: str, heading: str, number: int) -> str:
    if section.split(" ")[0] not in ("request", "response") or heading in _IGNORED_PLACES:
        return ""
    place = _PLACES.get((section.split(" ")[0], heading))
    if place is None and section == "request":
        raise NotUnderstood(f"line {number}: {heading!r} is a list of an unknown kind")
    return place or ""


def _field(line: str, number: int) -> tuple[str, Field]:
    found = _FIELD.fullmatch(line.rstrip())
    if found is None:
        raise NotUnderstood(f"line {number}: a list item that is no field")
    name, kind, need, description = found.groups()
    values = tuple(_LISTED.findall(description or "")) if kind == "enum" else ()
    return name, Field(kind.strip(), need == "required", values)
