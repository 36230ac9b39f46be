"""One operation's contract against another's: address, security, parameters, bodies, responses."""

from collections.abc import Iterator

from scripts.drift.compare import walk
from scripts.drift.compare.changes import Change, Side, Site, side_of_status
from scripts.drift.compare.contract import Body, Contract, Header, Media, Parameter, Response
from scripts.drift.shape.plain import plain


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
        rule = (
            "security-alternative-added"
            if base.security < candidate.security
            else "security-changed"
        )
        yield Change(rule, site, sorted(base.security), sorted(candidate.security))
    for server in sorted(base.servers - candidate.servers):
        yield Change("server-removed", site, server, sorted(candidate.servers))
    for server in sorted(candidate.servers - base.servers):
        yield Change("server-added", site, None, server)
    for key in sorted(base.leftovers.keys() | candidate.leftovers.keys()):
        old, new = base.leftovers.get(key), candidate.leftovers.get(key)
        if old != new:
            request = Site(Side.REQUEST, key, base.pointer, candidate.pointer)
            yield Change("unknown-keyword-changed", request, old, new, f"The keyword is {key!r}.")


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
    yield from _walk(
        Side.REQUEST,
        Media(old.pointer, old.shape, ""),
        Media(new.pointer, new.shape, ""),
        old.field,
    )


def _need(*, required: bool) -> str:
    return "required" if required else "optional"


def _walk(side: Side, old: Media, new: Media, field: str) -> list[Change]:
    try:
        return walk.compare(side, old.shape, new.shape, field)
    except walk.TooLarge:
        return [Change("not-comparable", Site(Side.OPERATION, field, old.pointer, new.pointer))]


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
    for name in sorted(old.content.keys() - new.content.keys()):
        yield Change("media-type-removed", site, name, sorted(new.content))
    for name in sorted(new.content.keys() - old.content.keys()):
        yield Change("media-type-added", site, sorted(old.content), name)
    for name, media in old.content.items():
        other = new.content.get(name)
        if other is not None:
            if media.encoding != other.encoding:
                yield Change("media-type-encoding-changed", site, media.encoding, other.encoding)
            yield from _walk(side, media, other, field)


def _responses(base: Contract, candidate: Contract) -> Iterator[Change]:
    for status, old in base.responses.items():
        side = side_of_status(status)
        new = candidate.responses.get(status)
        if new is None:
            site = Site(side, status, old.pointer, f"{candidate.pointer}/responses")
            yield Change("status-removed", site, status, sorted(candidate.responses))
            continue
        yield from _contents(side, old, new, status)
        yield from _headers(side, status, old, new)
    for status, new in candidate.responses.items():
        if status not in base.responses:
            site = Site(side_of_status(status), status, f"{base.pointer}/responses", new.pointer)
            yield Change("status-added", site, sorted(base.responses), status)


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
        yield from _walk(
            side,
            Media(before.pointer, before.shape, ""),
            Media(after.pointer, after.shape, ""),
            field,
        )


def _header(header: Header | None) -> object:
    return plain(header.shape) if header else None
