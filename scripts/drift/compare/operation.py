"""One operation's contract against another's: address, security, parameters, bodies, responses."""

from collections.abc import Iterator

from ..shape.shape import Shape
from ..shape.values import plain
from . import walk
from .changes import Change, Side, Site
from .contract import (
    Body,
    Contract,
    Header,
    Media,
    Parameter,
    Response,
    is_met,
    is_success,
    shown_security,
)


def compare(base: Contract, candidate: Contract) -> list[Change]:
    """List the changes of an operation that both documents have."""
    return [
        *_address(base, candidate),
        *_parameters(base, candidate),
        *_bodies(base, candidate),
        *_responses(base, candidate),
    ]


def _address(base: Contract, candidate: Contract) -> Iterator[Change]:
    site = Site(Side.OPERATION, "", base.pointer, candidate.pointer)
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
        yield Change(_security_rule(base, candidate), site, *shown)
    for server in sorted(base.servers - candidate.servers):
        yield Change("server-removed", site, server, sorted(candidate.servers))
    for server in sorted(candidate.servers - base.servers):
        yield Change("server-added", site, None, server)
    for key in sorted(base.leftovers.keys() | candidate.leftovers.keys()):
        old, new = base.leftovers.get(key), candidate.leftovers.get(key)
        if old != new:
            request = Site(Side.REQUEST, key, base.pointer, candidate.pointer)
            yield Change("unknown-keyword-changed", request, old, new, f"The keyword is {key!r}.")


def _security_rule(base: Contract, candidate: Contract) -> str:
    for credentials in base.security:
        if not any(is_met(needed, credentials) for needed in candidate.security):
            return "security-changed"
    if base.security < candidate.security:
        return "security-alternative-added"
    return "security-loosened"


def _ending(path: str) -> str:
    return "trailing slash" if path.endswith("/") else "no trailing slash"


def _parameters(base: Contract, candidate: Contract) -> Iterator[Change]:
    for key, old in base.parameters.items():
        new = candidate.parameters.get(key)
        if new is None:
            moved = [p.location for p in candidate.parameters.values() if p.name == old.name]
            note = f"The {moved[0]} now has one of this name." if moved else ""
            site = Site(Side.REQUEST, old.field, old.pointer, f"{candidate.pointer}/parameters")
            yield Change("parameter-removed", site, plain(old.shape), None, note)
        else:
            yield from _parameter(old, new)
    for key, new in candidate.parameters.items():
        if key not in base.parameters:
            rule = "required-parameter-added" if new.required else "parameter-added"
            site = Site(Side.REQUEST, new.field, f"{base.pointer}/parameters", new.pointer)
            yield Change(rule, site, None, plain(new.shape))


def _parameter(old: Parameter, new: Parameter) -> Iterator[Change]:
    site = Site(Side.REQUEST, old.field, old.pointer, new.pointer)
    if old.name != new.name and old.location == "path":
        yield Change(
            "path-parameter-renamed",
            Site(Side.OPERATION, old.field, old.pointer, new.pointer),
            old.name,
            new.name,
        )
    if old.required != new.required:
        rule = "parameter-became-required" if new.required else "parameter-became-optional"
        yield Change(rule, site, _need(required=old.required), _need(required=new.required))
    if old.serialisation != new.serialisation:
        yield Change(
            "parameter-serialisation-changed",
            site,
            list(old.serialisation),
            list(new.serialisation),
        )
    if old.deprecated != new.deprecated:
        rule = "field-deprecated" if new.deprecated else "field-undeprecated"
        yield Change(rule, site, old.deprecated, new.deprecated)
    shape = new.shape
    if _is_list_of_old(old, new):
        yield Change("type-widened", site, plain(old.shape), plain(shape))
        shape = shape.items
    yield from _walk(Site(Side.REQUEST, old.field, old.pointer, new.pointer), old.shape, shape)


def _is_list_of_old(old: Parameter, new: Parameter) -> bool:
    """Whether several values may be sent now, one of which is written as it was."""
    return (
        old.serialisation == new.serialisation == ("style form", "explode true")
        and "array" not in old.shape.types
        and new.shape.types == {"array"}
        and new.shape.sizes.get("minItems", 0) <= 1
    )


def _need(*, required: bool) -> str:
    return "required" if required else "optional"


def _walk(site: Site, old: Shape, new: Shape) -> list[Change]:
    try:
        return walk.compare(site.side, old, new, site.field)
    except walk.TooLarge:
        place = Site(Side.OPERATION, site.field, site.base, site.candidate)
        return [Change("not-comparable", place)]


def _bodies(base: Contract, candidate: Contract) -> Iterator[Change]:
    old, new = base.body, candidate.body
    if old is None and new is None:
        return
    if old is None or new is None:
        site = Site(
            Side.REQUEST,
            "body",
            old.pointer if old else base.pointer,
            new.pointer if new else candidate.pointer,
        )
        rule = (
            "body-removed"
            if new is None
            else "required-body-added"
            if new.required
            else "body-added"
        )
        yield Change(rule, site, _media_types(old), _media_types(new))
        return
    if old.required != new.required:
        rule = "body-became-required" if new.required else "body-became-optional"
        site = Site(Side.REQUEST, "body", old.pointer, new.pointer)
        yield Change(rule, site, _need(required=old.required), _need(required=new.required))
    yield from _contents(Side.REQUEST, old, new, "body")


def _media_types(body: Body | None) -> list[str] | None:
    return sorted(body.content) if body else None


def _contents(
    side: Side, old: Body | Response, new: Body | Response, field: str
) -> Iterator[Change]:
    site = Site(side, field, old.pointer, new.pointer)
    for name in sorted(old.content.keys() | new.content.keys()):
        before, after = _media(old.content, name), _media(new.content, name)
        if before and after:
            if before.encoding != after.encoding:
                yield Change("media-type-encoding-changed", site, before.encoding, after.encoding)
            where = Site(side, field, before.pointer, after.pointer)
            yield from _walk(where, before.shape, after.shape)
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
            yield from _contents(side, old, new, status)
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
        field = f"{status}.headers.{name}"
        if before is None or after is None:
            site = Site(
                side,
                field,
                before.pointer if before else old.pointer,
                after.pointer if after else new.pointer,
            )
            yield Change(
                "header-added" if before is None else "header-removed",
                site,
                _header(before),
                _header(after),
            )
            continue
        if before.required != after.required:
            rule = "header-became-required" if after.required else "header-became-optional"
            site = Site(side, field, before.pointer, after.pointer)
            yield Change(
                rule, site, _need(required=before.required), _need(required=after.required)
            )
        where = Site(side, field, before.pointer, after.pointer)
        yield from _walk(where, before.shape, after.shape)


def _header(header: Header | None) -> object:
    return plain(header.shape) if header else None
