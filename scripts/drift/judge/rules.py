"""The catalogue: every kind of change this tool names, and how much it matters on each side of an operation.

`python -m scripts.drift.judge.rules` writes its tables into docs/drift-rules.md.
"""

# ruff: noqa: E501 (tables: one row, one line)

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from ...support.files import ROOT, write_atomically
from ..compare.changes import Side


class Severity(IntEnum):
    """From nothing at all to a call that stops working. A verdict is its worst finding's."""

    UNTOUCHED = 0
    COSMETIC = 1
    COMPATIBLE = 2
    WARNING = 3
    BREAKING = 4

    def __str__(self) -> str:
        """Write the level as reports do, in lower case."""
        return self.name.lower()


_LEVELS = dict(zip("KCWB", list(Severity)[1:], strict=True))


class Unless(StrEnum):
    """What must be known of the client for a finding to be lowered to compatible."""

    NEVER = ""
    UNSENT = "not sent by this client"
    ALWAYS_SENT = "always sent by this client"
    FITS = "what this client sends is still accepted"
    UNREAD = "not read by this client"
    COPES = "not read, or read with care for its absence"
    OPEN = "not read, or read as an open list"


class Audience(StrEnum):
    """Who reads a report: whoever keeps the pin, or whoever has a copy of the client made from it."""

    PIN = "pin"
    COPY = "copy"


@dataclass(frozen=True)
class Remedy:
    """What to do about a change, for each audience."""

    pin: str
    copy: str

    def for_(self, audience: Audience) -> str:
        """Return the text for one audience."""
        return self.pin if audience is Audience.PIN else self.copy


@dataclass(frozen=True)
class Rule:
    """One kind of change. Severities assume a client that uses everything."""

    id: str
    severities: dict[Side, Severity]
    why: str
    remedy: Remedy
    request_unless: Unless = Unless.NEVER
    response_unless: Unless = Unless.NEVER
    read_why: str = ""

    def why_on(self, side: Side) -> str:
        """Say why it matters on one side."""
        return self.why if side is Side.REQUEST else self.read_why or self.why

    def unless(self, side: Side) -> Unless:
        """Return what would lower it on one side."""
        return self.request_unless if side is Side.REQUEST else self.response_unless


_UPDATE = "before the change is live, take a release of the client that knows it"
CALL = Remedy(
    "Change the client before the change is live, then pin the new document.",
    f"Do not rely on this call: {_UPDATE}.",
)
SEND = Remedy(
    "Change what the client sends, then pin the new document.",
    f"Requests like this may be refused: {_UPDATE}.",
)
READ = Remedy(
    "Change what the client reads, then pin the new document.",
    f"Do not rely on this field: {_UPDATE}.",
)
COPE = Remedy(
    "Make sure that the client copes, then pin the new document.",
    "Make sure that your code copes. A newer release of the client may know of it.",
)
TAKE = Remedy(
    "Nothing is at stake. Pin the new document when convenient.",
    "Nothing is at stake.",
)
ASK = Remedy(
    "Ask the vendor what is meant, then pin the new document or accept the finding.",
    "Ask the vendor what is meant, then accept the finding or take a newer release of the client.",
)
RELEASE = Remedy(
    "Publish it as a new major version of the client, or keep the old pin.",
    "Your copy keeps the name. Stop using it before you take a newer release of the client.",
)
PLAN = Remedy(
    "Plan to do without it.",
    "Plan to do without it, or for a release of the client that does.",
)

_FIELD_SIDES = (Side.REQUEST, Side.RESPONSE, Side.ERROR)
_UNSENT, _ALWAYS, _FITS = Unless.UNSENT, Unless.ALWAYS_SENT, Unless.FITS
_UNREAD, _COPES, _OPEN, _NEVER = Unless.UNREAD, Unless.COPES, Unless.OPEN, Unless.NEVER


def _operation(id_: str, level: str, why: str, remedy: Remedy, unless: Unless = _NEVER) -> Rule:
    return Rule(id_, {Side.OPERATION: _LEVELS[level]}, why, remedy, response_unless=unless)


def _rule(
    id_: str,
    levels: str,
    why: str,
    remedy: Remedy,
    request: Unless = _NEVER,
    response: Unless = _NEVER,
    read: str = "",
) -> Rule:
    """Define a rule by its levels in a request, a success response and an error response; `-` where it cannot occur."""
    severities = {
        side: _LEVELS[level]
        for side, level in zip(_FIELD_SIDES, levels, strict=True)
        if level != "-"
    }
    return Rule(id_, severities, why, remedy, request, response, read)


_ALL = (
    _operation("operation-removed", "B", "The call no longer exists.", CALL),
    _operation("operation-added", "C", "The document now has an operation that it lacked.", TAKE),
    _operation("path-slash-changed", "B", "The other form may redirect, and a redirected POST may lose its body.", CALL),
    _operation("path-parameter-renamed", "K", "Names of path parameters do not travel.", TAKE),
    _operation("operation-deprecated", "W", "The vendor plans to remove the call.", PLAN),
    _operation("operation-undeprecated", "C", "The vendor keeps the call after all.", TAKE),
    _operation("security-changed", "B", "The credentials this client sends are no longer what is asked for.", CALL),
    _operation("security-alternative-added", "C", "There is one more way to authenticate.", TAKE),
    _operation("security-loosened", "C", "Less is asked for than this client brings.", TAKE),
    _operation("server-removed", "B", "Requests go to an address that is no longer documented.", CALL, _UNREAD),
    _operation("server-added", "K", "There is one more address; the known ones stay.", TAKE),
    _operation("text-or-layout-changed", "K", "Only texts, examples, order or references changed.", TAKE),
    _operation("not-comparable", "B", "Too large to compare in full; what was not compared counts as breaking.", ASK),
    Rule("public-name-removed", dict.fromkeys(Side, Severity.WARNING), "Users of the client call it by this name.", RELEASE),
    _operation("page-endpoint-changed", "W", "The call is documented at another address.", ASK),
    _rule("page-field-removed", "BW-", "It is no longer listed; a request with it may be refused.", SEND, _UNSENT, _UNREAD, "It is no longer listed."),
    _rule("page-required-field-added", "B--", "Requests without it are refused.", SEND, _ALWAYS),
    _rule("page-field-added", "CC-", "One more field is listed.", TAKE),
    _rule("page-field-became-required", "WC-", "Requests without it may be refused.", SEND, _ALWAYS),
    _rule("page-field-became-optional", "CW-", "A response may come without it.", READ, _NEVER, _COPES),
    _rule("page-type-changed", "WW-", "Its type is listed otherwise.", ASK, _UNSENT, _UNREAD),
    _rule("page-values-changed", "WW-", "Other values are listed.", ASK, _UNSENT, _UNREAD),
    _rule("body-removed", "B--", "The server no longer takes a body.", SEND, _UNSENT),
    _rule("body-added", "C--", "The server now takes a body, if there is one.", TAKE),
    _rule("required-body-added", "B--", "Requests without a body are refused.", SEND, _ALWAYS),
    _rule("body-became-required", "B--", "Requests without a body are refused.", SEND, _ALWAYS),
    _rule("body-became-optional", "C--", "The body may now be left out.", TAKE),
    _rule("media-type-removed", "BBW", "The body no longer comes in the form the client speaks.", CALL),
    _rule("media-type-added", "CCC", "One more form of the body is documented.", TAKE),
    _rule("media-type-encoding-changed", "BBW", "The parts of the body are written differently.", CALL, _UNSENT, _UNREAD),
    _rule("parameter-added", "C--", "One more optional parameter.", TAKE),
    _rule("required-parameter-added", "B--", "Requests without it are refused.", SEND, _ALWAYS),
    _rule("parameter-removed", "B--", "It is refused, or ignored and more is returned than was asked for.", SEND, _UNSENT),
    _rule("parameter-became-required", "B--", "Requests without it are refused.", SEND, _ALWAYS),
    _rule("parameter-became-optional", "C--", "It may now be left out.", TAKE),
    _rule("parameter-serialisation-changed", "B--", "The same value must be written differently.", SEND, _UNSENT),
    _rule("status-removed", "-BW", "The documented outcome is gone; another must take its place.", READ),
    _rule("status-added", "-WC", "One more outcome is documented.", COPE),
    _rule("header-removed", "-BB", "The header may no longer come.", READ, _NEVER, _UNREAD),
    _rule("header-added", "-CC", "One more header comes.", TAKE),
    _rule("header-became-optional", "-BW", "The header may be missing.", READ, _NEVER, _COPES),
    _rule("header-became-required", "-CC", "The header now always comes.", TAKE),
    _rule("property-removed", "BBB", "A request with it is refused as unknown.", CALL, _UNSENT, _UNREAD, "Responses no longer have it."),
    _rule("optional-property-removed", "BWW", "A request with it is refused as unknown.", CALL, _UNSENT, _UNREAD, "Responses no longer have it."),
    _rule("property-renamed", "BBB", "A request with the old name is refused as unknown.", CALL, _UNSENT, _UNREAD, "Responses no longer have the old name."),
    _rule("property-added", "CCC", "One more field; nothing asks for it.", TAKE),
    _rule("required-property-added", "BCC", "Requests without it are refused.", SEND, _ALWAYS),
    _rule("property-became-required", "BCC", "Requests without it are refused.", SEND, _ALWAYS),
    _rule("property-became-optional", "CBW", "A response may come without it.", READ, _NEVER, _COPES),
    _rule("null-added", "CBW", "Null may come where a value was promised.", READ, _NEVER, _COPES),
    _rule("null-removed", "BCC", "Requests with null are refused.", SEND, _FITS),
    _rule("type-changed", "BBB", "Values have another type.", CALL, _UNSENT, _UNREAD),
    _rule("type-widened", "CBW", "Values of one more type may come.", READ, _NEVER, _UNREAD),
    _rule("type-narrowed", "BCC", "Values of a type are refused that were accepted.", SEND, _FITS),
    _rule("variants-widened", "CBW", "Values of one more form may come.", READ, _NEVER, _UNREAD),
    _rule("variants-narrowed", "BCC", "Values of a form are refused that were accepted.", SEND, _FITS),
    _rule("variants-changed", "BBB", "Neither set of forms is proven to include the other.", CALL, _FITS, _UNREAD),
    _rule("enum-value-added", "CBW", "A value may come that the client's list lacks.", READ, _NEVER, _OPEN),
    _rule("enum-value-removed", "BCC", "The value is refused.", SEND, _FITS),
    _rule("enum-introduced", "BWK", "Values are refused that are not listed.", COPE, _FITS, _UNREAD, "Values are listed now; generated types close."),
    _rule("enum-dropped", "CBW", "Any value may come.", READ, _NEVER, _OPEN),
    _rule("bound-tightened", "BCK", "Numbers are refused that were accepted.", SEND, _FITS),
    _rule("bound-loosened", "CWK", "Numbers may come that could not before.", COPE, _NEVER, _UNREAD),
    _rule("size-tightened", "BCK", "Lengths or counts are refused that were accepted.", SEND, _FITS),
    _rule("size-loosened", "CWK", "Lengths or counts may come that could not before.", COPE, _NEVER, _UNREAD),
    _rule("pattern-tightened", "BCK", "Texts are refused that were accepted.", SEND, _FITS),
    _rule("pattern-loosened", "CWK", "Texts may come that could not before.", COPE, _NEVER, _UNREAD),
    _rule("pattern-changed", "BWK", "Texts must match another pattern.", SEND, _FITS, _UNREAD),
    _rule("format-tightened", "BCK", "Values are refused that were accepted.", SEND, _FITS),
    _rule("format-loosened", "CWK", "Values may come that could not before.", COPE, _NEVER, _UNREAD),
    _rule("format-changed", "BBK", "Values are written differently.", CALL, _FITS, _UNREAD),
    _rule("constraint-tightened", "BCK", "Values are refused that were accepted.", SEND, _FITS),
    _rule("constraint-loosened", "CWK", "Values may come that could not before.", COPE, _NEVER, _UNREAD),
    _rule("constraint-changed", "BBW", "Neither set of values is proven to include the other.", CALL, _FITS, _UNREAD),
    _rule("impossible", "BBB", "No value at all satisfies the new schema.", ASK, _UNSENT, _UNREAD),
    _rule("closed-property-added", "-WK", "A field may come that the schema ruled out until now.", COPE, _NEVER, _UNREAD),
    _rule("extras-closed", "BCK", "Fields that are not listed are refused.", SEND, _UNSENT),
    _rule("extras-opened", "CWK", "Fields that are not listed may come.", COPE, _NEVER, _UNREAD),
    _rule("default-changed", "WCK", "Leaving it out now means something else.", SEND, _ALWAYS),
    _rule("field-deprecated", "WWK", "The vendor plans to remove it.", PLAN, _UNSENT, _UNREAD),
    _rule("field-undeprecated", "CCK", "The vendor keeps it after all.", TAKE),
    _rule("discriminator-value-added", "CBW", "A value may come that selects a schema known by another.", READ, _NEVER, _OPEN),
    _rule("discriminator-value-removed", "BCC", "The value no longer selects a schema.", SEND, _UNSENT),
    _rule("discriminator-changed", "WWW", "Variants are distinguished differently.", ASK, _UNSENT, _UNREAD),
    _rule("content-encoding-changed", "BBW", "The text contains something encoded differently.", CALL, _UNSENT, _UNREAD),
    _rule("unknown-keyword-changed", "WWW", "A keyword changed that this tool does not know.", ASK, _UNSENT, _UNREAD),
)  # fmt: skip

RULES = {rule.id: rule for rule in _ALL}

PAGE = ROOT / "docs" / "drift-rules.md"
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
    operations, fields = "", ""
    for rule in _ALL:
        if Side.OPERATION in rule.severities:
            operations += f"| `{rule.id}` | {rule.severities[Side.OPERATION]} | {rule.why} | {rule.remedy.pin} |\n"
        else:
            levels = " | ".join(str(rule.severities.get(side, "-")) for side in _FIELD_SIDES)
            unless = (
                "; ".join(dict.fromkeys(filter(None, (rule.request_unless, rule.response_unless))))
                or "-"
            )
            why = f"{rule.why} {rule.read_why}".strip()
            fields += f"| `{rule.id}` | {levels} | {why} | {rule.remedy.pin} | {unless} |\n"
    return prose + _OPERATIONS + operations + _FIELDS + fields


if __name__ == "__main__":
    write_atomically(PAGE, page(PAGE.read_text(encoding="utf-8")).encode())
