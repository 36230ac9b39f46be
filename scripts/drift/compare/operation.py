"""One operation's contract against another's: address, security, parameters, bodies, responses."""

from collections.abc import Iterator
from typing import Protocol

from ..shape.shape import Shape
from ..shape.values import plain
from . import schemas
from .changes import Change, Pair, Side, Site, deprecation, requiredness
from .contract import (
    Body,
    Contract,
    Media,
    Parameter,
    Response,
    is_met,
    is_success,
    shown_security,
)


class _Written(Protocol):
    @property
    def pointer(self) -> str: ...


def compare(base: Contract, candidate: Contract) -> list[Change]:
    """List the changes of an operation that both documents have."""
    return [
        *_address(base, candidate),
        *_parameters(base, candidate),
        *_body(base, candidate),
        *_responses(base, candidate),
    ]


def _site(side: Side, field: str, base: _Written, candidate: _Written) -> Site:
    return Site(side, field, base.pointer, candidate.pointer)


def _address(base: Contract, candidate: Contract) -> Iterator[Change]:
    site = _site(Side.OPERATION, "", base, candidate)
    before, after = _ending(base.path), _ending(candidate.path)
    if before != after:
        yield Change("path-slash-changed", site, before, after)
    if base.deprecated != candidate.deprecated or (
        candidate.deprecated and base.sunset != candidate.sunset
    ):
        rule = "operation-deprecated" if candidate.deprecated else "operation-undeprecated"
        note = f"It goes on {candidate.sunset}." if candidate.sunset else ""
        yield Change(rule, site, base.deprecated, candidate.deprecated, note)
    if base.security != candidate.security:
        shown = shown_security(base.security), shown_security(candidate.security)
        note = "The OAuth flows changed." if shown[0] == shown[1] else ""
        yield Change(_security_rule(base, candidate), site, *shown, note)
    for server in sorted(base.servers - candidate.servers):
        yield Change("server-removed", site, server, sorted(candidate.servers))
    for server in sorted(candidate.servers - base.servers):
        yield Change("server-added", site, None, server)
    for key in sorted(base.leftovers.keys() | candidate.leftovers.keys()):
        old, new = base.leftovers.get(key), candidate.leftovers.get(key)
        if old != new:
            site = _site(Side.REQUEST, key, base, candidate)
            yield Change("unknown-keyword-changed", site, old, new, f"The keyword is {key!r}.")


def _ending(path: str) -> str:
    return "trailing slash" if path.endswith("/") else "no trailing slash"


def _security_rule(base: Contract, candidate: Contract) -> str:
    for credentials in base.security:
        if not any(is_met(needed, credentials) for needed in candidate.security):
            return "security-changed"
    if base.security < candidate.security:
        return "security-alternative-added"
    return "security-loosened"


def _parameters(base: Contract, candidate: Contract) -> Iterator[Change]:
    """Compare parameters. One of the path in one document alone is no part of the path."""
    for key, old in base.parameters.items():
        new = candidate.parameters.get(key)
        if new is not None:
            yield from _parameter(old, new)
        elif old.location != "path":
            moved = [p.location for p in candidate.parameters.values() if p.name == old.name]
            note = f"The {moved[0]} now has one of this name." if moved else ""
            site = Site(Side.REQUEST, old.field, old.pointer, f"{candidate.pointer}/parameters")
            yield Change("parameter-removed", site, plain(old.shape), None, note)
    for key, new in candidate.parameters.items():
        if key not in base.parameters and new.location != "path":
            rule = "required-parameter-added" if new.required else "parameter-added"
            site = Site(Side.REQUEST, new.field, f"{base.pointer}/parameters", new.pointer)
            yield Change(rule, site, None, plain(new.shape))


def _parameter(old: Parameter, new: Parameter) -> Iterator[Change]:
    site = _site(Side.REQUEST, old.field, old, new)
    if old.name != new.name and old.location == "path":
        where = _site(Side.OPERATION, old.field, old, new)
        yield Change("path-parameter-renamed", where, old.name, new.name)
    yield from requiredness("parameter", site, old.required, new.required)
    if old.serialisation != new.serialisation:
        shown = list(old.serialisation), list(new.serialisation)
        yield Change("parameter-serialisation-changed", site, *shown)
    yield from deprecation("field", site, old.deprecated, new.deprecated)
    shape = new.shape
    if _is_list_of_old(old, new):
        yield Change("type-widened", site, plain(old.shape), plain(shape))
        shape = shape.items
    is_text, is_required = old.is_text and new.is_text, old.required and new.required
    yield from _schemas(site, old.shape, shape, is_text=is_text, is_required=is_required)


def _is_list_of_old(old: Parameter, new: Parameter) -> bool:
    """Whether several values may be sent now, one of which is written as it was."""
    return (
        old.serialisation == new.serialisation == ("style form", "explode true")
        and "array" not in old.shape.types
        and new.shape.types == {"array"}
        and new.shape.sizes.get("minItems", 0) <= 1
    )


def _schemas(
    site: Site, old: Shape, new: Shape, *, is_text: bool = False, is_required: bool = False
) -> list[Change]:
    pair = Pair(site.side, site.field, old, new, is_text=is_text, is_required=is_required)
    try:
        return schemas.compare(pair)
    except schemas.TooLarge:
        place = Site(Side.OPERATION, site.field, site.base, site.candidate)
        return [Change("not-comparable", place)]


def _body(base: Contract, candidate: Contract) -> Iterator[Change]:
    old, new = base.body, candidate.body
    site = _site(Side.REQUEST, "body", old or base, new or candidate)
    if old and new:
        yield from requiredness("body", site, old.required, new.required)
        yield from _contents(Side.REQUEST, "body", old, new)
    elif old:
        yield Change("body-removed", site, sorted(old.content), None)
    elif new:
        rule = "required-body-added" if new.required else "body-added"
        yield Change(rule, site, None, sorted(new.content))


def _contents(
    side: Side, field: str, old: Body | Response, new: Body | Response
) -> Iterator[Change]:
    site = _site(side, field, old, new)
    for name in sorted(old.content.keys() | new.content.keys()):
        before, after = _media(old.content, name), _media(new.content, name)
        if before and after:
            if before.encoding != after.encoding:
                yield Change("media-type-encoding-changed", site, before.encoding, after.encoding)
            yield from _schemas(_site(side, field, before, after), before.shape, after.shape)
        elif before is None:
            yield Change("media-type-added", site, sorted(old.content), name)
        elif side is Side.REQUEST or not _has_one_of(new.content, name):
            yield Change("media-type-removed", site, name, sorted(new.content))


def _media(content: dict[str, Media], name: str) -> Media | None:
    """Find a media type, or else the range that it is in."""
    ranges = (name, f"{name.partition('/')[0]}/*", "*/*")
    return next((content[name] for name in ranges if name in content), None)


def _has_one_of(content: dict[str, Media], name: str) -> bool:
    start, is_range, _ = name.partition("*")
    return bool(is_range) and any(other.startswith(start) for other in content)


def _responses(base: Contract, candidate: Contract) -> Iterator[Change]:
    for status in dict.fromkeys((*base.responses, *candidate.responses)):
        side = _side(base, candidate, status)
        old, new = base.response_to(status), candidate.response_to(status)
        if old and new:
            yield from _contents(side, status, old, new)
            yield from _headers(side, status, old, new)
        elif new:
            site = Site(side, status, f"{base.pointer}/responses", new.pointer)
            yield Change("status-added", site, sorted(base.responses), status)
        elif old and not _has_one_in(candidate, status):
            site = Site(side, status, old.pointer, f"{candidate.pointer}/responses")
            yield Change("status-removed", site, status, sorted(candidate.responses))


def _side(base: Contract, candidate: Contract, status: str) -> Side:
    if status == "default":
        success = base.default_is_success and candidate.default_is_success
    else:
        success = is_success(status)
    return Side.RESPONSE if success else Side.ERROR


def _has_one_in(contract: Contract, status: str) -> bool:
    """Whether a document has a status of the range `status`."""
    return status.endswith("XX") and any(s.startswith(status[0]) for s in contract.responses)


def _headers(side: Side, status: str, old: Response, new: Response) -> Iterator[Change]:
    for name in sorted(old.headers.keys() | new.headers.keys()):
        before, after = old.headers.get(name), new.headers.get(name)
        site = _site(side, f"{status}.headers.{name}", before or old, after or new)
        if before and after:
            yield from requiredness("header", site, before.required, after.required)
            yield from _schemas(site, before.shape, after.shape, is_text=True)
        elif before:
            yield Change("header-removed", site, plain(before.shape), None)
        elif after:
            yield Change("header-added", site, None, plain(after.shape))
