"""An operation that is in no document: its reference page, and what that says otherwise."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...document import origins, reader, reference_page
from ...document.operations import Operations, erase_parameters
from ...document.reader import Document
from ...document.reference_page import Field, NotUnderstood, Page
from ...support.errors import DocumentError
from ...support.progress import Progress
from ..shape.shape import Shape
from ..shape.values import plain
from . import openapi
from .changes import Change, Side, Site, requiredness
from .contract import Contract

_PRIMITIVES = {"string", "integer", "number", "double", "boolean", "object", "enum", "list"}
_NAMES = {"double": "number", "array": "list"}


@dataclass(frozen=True)
class Elsewhere:
    """What is known of an operation that is in no document: its page, or why there is none.

    `only_transcribed` if the candidate has no more than the same transcription by hand.
    """

    page: Page | None
    reason: str
    unknown: str = ""
    only_transcribed: bool = False


def look_up(
    wanted: Operations, base: Document, candidate: Document, pages: str | None, progress: Progress
) -> dict[str, Elsewhere]:
    """Say how each operation that no document is known to have is watched.

    `pages` is a folder or address that has the reference pages, an empty text for the addresses
    that are recorded beside the base, and `None` for not looking at any.
    """
    known, theirs = origins.beside(Path(base.source)), origins.beside(Path(candidate.source))
    found: dict[str, Elsewhere] = {}
    for operation in wanted.operations:
        origin, other = known.of(operation), theirs.of(operation)
        if origin is None or not origin.is_unpublished:
            continue
        again = other is not None and other.is_unpublished
        if not again and openapi.path_of(candidate.content, operation):
            continue
        watched = _by_page(origin.page, pages, progress)
        unknown = " ".join(map(str, known.entry(operation).get("unknown", ())))
        found[operation.endpoint] = replace(watched, unknown=unknown, only_transcribed=again)
    return found


def _by_page(address: str | None, pages: str | None, progress: Progress) -> Elsewhere:
    if address is None:
        return Elsewhere(None, "transcribed by hand from no page that is known")
    if pages is None:
        return Elsewhere(None, "no document has it, and its reference page was not read (--pages)")
    place = f"{address.rstrip('/')}{reference_page.ENDING}"
    if pages:
        place = f"{pages.rstrip('/')}/{place.rpartition('/')[2]}"
    try:
        return Elsewhere(reference_page.parse(reader.read_text(place, progress=progress)), "")
    except DocumentError as error:
        return Elsewhere(None, f"its reference page cannot be read: {error}")
    except NotUnderstood as error:
        return Elsewhere(None, f"its reference page {place} cannot be understood: {error}")


def compare(base: Contract, method: str, page: Page, unknown: str = "") -> list[Change]:
    """List what the page says otherwise.

    `unknown` names the fields of which the pin does not know all; their types are not compared.
    Raises `NotUnderstood` if the page may be cut and lacks most of the body.
    """
    changes = [
        *_address(base, method, page),
        *_fields(base, Side.REQUEST, "query", page),
        *_fields(base, Side.REQUEST, "body", page),
        *_fields(base, Side.RESPONSE, "response", page),
    ]
    gone = [c for c in changes if c.rule == "page-field-removed" and c.site.side is Side.REQUEST]
    if page.may_be_cut and 2 * len(gone) > len(_ours(base, "body")):
        raise NotUnderstood("it ends within its request, and most fields are missing")
    found = (c for c in changes if c.rule != "page-type-changed" or not _is_in(c, unknown))
    return [replace(change, note="So says its reference page.") for change in found]


def _is_in(change: Change, text: str) -> bool:
    name = change.site.field.rpartition(".")[2]
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _address(base: Contract, method: str, page: Page) -> Iterator[Change]:
    ours, theirs = f"{method.upper()} {base.path}", f"{page.method.upper()} {page.path}"
    if erase_parameters(ours) != erase_parameters(theirs):
        site = Site(Side.OPERATION, "", base.pointer, "")
        yield Change("page-endpoint-changed", site, ours, theirs)


def _fields(base: Contract, side: Side, place: str, page: Page) -> Iterator[Change]:
    ours = _ours(base, place)
    theirs = page.fields.get(place)
    if theirs is None and (side is not Side.REQUEST or not ours):
        return
    theirs = theirs or {}
    prefix = {"response": "200"}.get(place, place)
    for name, (shape, required) in ours.items():
        site = Site(side, f"{prefix}.{name}", shape.pointer or base.pointer, "")
        if name in theirs:
            yield from _field(site, shape, required, theirs[name])
        else:
            yield Change("page-field-removed", site, plain(shape), None)
    for name, found in theirs.items():
        if name not in ours:
            site = Site(side, f"{prefix}.{name}", base.pointer, "")
            required = side is Side.REQUEST and found.required
            rule = "page-required-field-added" if required else "page-field-added"
            yield Change(rule, site, None, found.type)


def _ours(base: Contract, place: str) -> dict[str, tuple[Shape, bool]]:
    if place == "query":
        found = (p for p in base.parameters.values() if p.location == "query")
        return {p.name: (p.shape, p.required) for p in found}
    response = base.response_to("200")
    content = (base.body.content if base.body else {}) if place == "body" else {}
    if place == "response" and response:
        content = response.content
    media = content.get("application/json")
    if media is None:
        return {}
    properties = media.shape.properties.items()
    return {name: (shape, name in media.shape.required) for name, shape in properties}


def _field(site: Site, shape: Shape, required: bool, found: Field) -> Iterator[Change]:
    yield from requiredness("page-field", site, required, found.required)
    ours, theirs = _kind(shape), _NAMES.get(found.type, found.type)
    if ours != (theirs if theirs in _PRIMITIVES else "union"):
        yield Change("page-type-changed", site, ours, found.type)
    elif shape.enum is not None and found.values:
        listed = [str(value) for value in shape.enum.values()]
        if set(listed) != set(found.values):
            yield Change("page-values-changed", site, sorted(listed), sorted(found.values))


def _kind(shape: Shape) -> str:
    if shape.forms:
        return "union"
    if shape.enum is not None:
        return "enum"
    kinds = {"array": "list"}
    return " or ".join(sorted(kinds.get(kind, kind) for kind in shape.types))
