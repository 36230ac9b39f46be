"""What our contract promises of every response, and a document must go on promising.

A response may promise more than before: another field, a narrower type, one value less. It must
not promise less of what the client, or whoever reads `.raw`, was promised.
"""

from collections.abc import Iterator

from contract_tests.contract import fields
from contract_tests.contract.complaints import Complaint
from contract_tests.contract.published import Published
from scripts.document.schemas import Schema
from scripts.document.slices import Content, resolve_pointer

Side = tuple[Content, Schema]
Problems = Iterator[tuple[tuple[str, ...], str]]

_CONTAINERS = frozenset({"array", "object"})
_ALL = _CONTAINERS | {"string", "integer", "number", "boolean", "null"}


def broken(before: Published, after: Published) -> Iterator[Complaint]:
    """Yield every status, media type and field that is promised no longer, or otherwise."""
    documented = after.responses()
    for status, bodies in before.responses().items():
        side = f"response {status}"
        entry = covering(status, documented)
        if entry is None:
            texts = (", ".join(each.responses()) for each in (before, after))
            yield Complaint(after.endpoint, side, "", "no longer documented", *texts)
            continue
        for media, schema in bodies.items():
            if media in documented[entry]:
                promised, found = (
                    (before.content, schema),
                    (after.content, documented[entry][media]),
                )
                for steps, problem in _fields(promised, found, ()):
                    texts = (fields.describe(*each, steps) for each in (promised, found))
                    yield Complaint(after.endpoint, side, ".".join(steps), problem, *texts)
            else:
                kinds = ", ".join(documented[entry]) or "no body"
                yield Complaint(after.endpoint, side, "", "another media type", media, kinds)


def covering(status: str, documented: dict[str, dict[str, Schema]]) -> str | None:
    """Find the entry of a document that speaks for a status: its own, its range, or "default"."""
    names = (status, f"{status[0]}XX", f"{status[0]}xx", "default")
    return next((name for name in names if name in documented), None)


def _fields(promised: Side, found: Side, steps: tuple[str, ...]) -> Problems:
    ours, theirs = fields.find(*promised, steps), fields.find(*found, steps)
    if not theirs:
        yield steps, "no longer declared"
        return
    kinds, now = _kinds(promised[0], ours), _kinds(found[0], theirs)
    if news := _news(kinds, now, required=_is_required(promised, steps)):
        yield steps, f"may now be {' or '.join(sorted(news))}"
        return
    for name in dict.fromkeys(name for each in ours for name in fields.names(promised[0], each)):
        yield from _fields(promised, found, (*steps, name))
    if fields.find(*promised, (*steps, fields.EACH)):
        yield from _fields(promised, found, (*steps, fields.EACH))


def _news(kinds: frozenset[str], now: frozenset[str], *, required: bool) -> frozenset[str]:
    """Say which types are new. Null is none where values are read leniently, one by one."""
    news = now - kinds
    return news if required and kinds <= _CONTAINERS else news - {"null"}


def _is_required(side: Side, steps: tuple[str, ...]) -> bool:
    content, schema = side
    parents = fields.find(content, schema, steps[:-1])
    parts = (part for parent in parents for part in fields.branches(content, parent))
    return not steps or any(steps[-1] in part.get("required", []) for part in parts)


def _kinds(content: Content, schemas: list[Schema]) -> frozenset[str]:
    """Collect the types that a field may have, of the branches that name some."""
    named = [kinds for schema in schemas if (kinds := _kinds_of(content, schema)) != _ALL]
    return frozenset[str]().union(*named) if named else _ALL


def _kinds_of(content: Content, schema: Schema) -> frozenset[str]:
    if not isinstance(schema, dict):
        return _ALL
    if "$ref" in schema:
        return _kinds_of(content, resolve_pointer(content, schema["$ref"]))
    kinds = _own_kinds(schema)
    for part in schema.get("allOf", []):
        kinds &= _kinds_of(content, part)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            kinds &= frozenset[str]().union(*(_kinds_of(content, part) for part in schema[key]))
    return kinds


def _own_kinds(schema: dict[str, Schema]) -> frozenset[str]:
    given = schema.get("type", [])
    kinds = {given} if isinstance(given, str) else set(given)
    if not kinds and "properties" in schema:
        kinds = {"object"}
    if "number" in kinds:
        kinds.add("integer")
    return frozenset(kinds) or _ALL
