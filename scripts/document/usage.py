"""What the client does with each operation: derived from the surface, carried by the contract.

This is the only module that writes or reads `x-propexo-client`, so a vendored copy is judged like
the pin. `sends` and `reads` list fields; a trailing `?` means "not always sent", or "copes when it
is absent or null: it is only passed on". The fields of a `record` are all passed on; they are not
listed one by one.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..support.errors import ConfigurationError
from .arguments import MONEY
from .methods import RETRY, STATUS, Method
from .operations import METHODS, Client, Operation, Operations
from .records import plan_record
from .references import mapping
from .slices import Content
from .surface import Surface, plan

EXTENSION = "x-propexo-client"

# The fields by which hand-written rules decide. The surface gives all others.
_JOB = ("200.meta.job_id", "200.job_id?")
_DECIDING = {
    "write": _JOB,
    "list": ("200.meta.hasMore?", "200.meta.total?", "200.results"),
    "get": ("200.results",),
    STATUS: ("200.write_status", "200.errors?", "200.created_record_id?"),
    RETRY: ("200.job_id", "200.meta.job_id?", "200.success?"),
}
_ECHOED = ("integration_id", "lease_id", MONEY)
_REFUSAL = ("code?", "message?", "details.issues?", "details.details.issues?")


def describe(contract: Content, operations: Operations) -> Content:
    """Return the contract with what the client does written into it."""
    surface = plan(contract, operations)
    for group in surface.groups:
        for method in group.methods:
            details = contract["paths"][method.operation.path][method.operation.method]
            details[EXTENSION] = _entry(surface, group.name, method)
    client = operations.client
    settings = {
        "response_enums": "open" if client.open_enums else None,
        "response_extras": "kept" if client.keeps_extras else None,
        "servers": None if client.servers is None else list(client.servers),
        "sources": [list(addresses) for addresses in operations.sources],
    }
    return {**contract, EXTENSION: {key: value for key, value in settings.items() if value}}


def operations_in(document: Content) -> Operations | None:
    """Collect the operations that a contract says the client uses. `None` if it says nothing."""
    found = tuple(
        _operation(document, method, path)
        for path, item in document["paths"].items()
        for method in METHODS
        if EXTENSION in mapping(mapping(item).get(method))
    )
    client = mapping(document.get(EXTENSION))
    settings = Client(
        servers=_texts(client.get("servers"), EXTENSION),
        open_enums=client.get("response_enums") == "open",
        keeps_extras=client.get("response_extras") == "kept",
    )
    listed = client.get("sources")
    sources = tuple(
        addresses
        for source in (listed if isinstance(listed, list) else [])
        if (addresses := _texts(source, f"{EXTENSION}.sources"))
    )
    return Operations(found, sources=sources, client=settings) if found else None


def described(operations: Operations, contract: Content) -> Operations:
    """Return `operations` with what `contract` says the client does with them."""
    said = operations_in(contract)
    known = {each.identity: each for each in said.operations} if said else {}
    return replace(
        operations,
        operations=tuple(
            replace(each, sends=use.sends, reads=use.reads, public=use.public, record=use.record)
            if (use := known.get(each.identity))
            else each
            for each in operations.operations
        ),
    )


def _entry(surface: Surface, group: str, method: Method) -> dict[str, Any]:
    operation = method.operation
    is_public = method.kind != "request"
    entry = {
        "name": operation.name,
        "kind": method.kind,
        "method": f"{group}.{method.name}" if is_public else None,
        "record": method.record or None,
        "within": method.within or None,
        "creates": _creates(surface, group, method),
        "sends": list(_sends(method) if operation.sends is None else operation.sends),
        "reads": operation.reads,
    }
    if operation.reads is None and (is_public or operation.name in _DECIDING):
        entry["reads"] = list(_reads(surface, method))
    return {key: value for key, value in entry.items() if value is not None}


def _creates(surface: Surface, group: str, method: Method) -> dict[str, Any] | None:
    created = method.operation.creates
    if created is None:
        return None
    reader = next(each.reader for each in surface.groups if each.name == group)
    record = "" if reader is None else reader.record
    return {"record": record, "sign": created.sign, "date": created.date}


def _sends(method: Method) -> Iterator[str]:
    if method.kind == "list":
        yield from ("query.limit", "query.offset")
        if method.ordered:
            yield "query.order-by"
    yield from (f"path.{each.wire}" for each in method.path_arguments)
    for each in (*method.required, *method.optional):
        place = "body" if each.in_body else "query"
        yield f"{place}.{each.wire}" + ("" if each.required else "?")


def _reads(surface: Surface, method: Method) -> Iterator[str]:
    yield from _DECIDING.get(method.operation.name) or _DECIDING[method.kind]
    if method.within:
        yield f"200.results.{method.within}"
    if method.operation.creates:
        yield from (f"200.result.{field}?" for field in _ECHOED)
    if method.record:
        place = _place(method.kind, method.within)
        yield from (f"{place}.{field}" for field in _decided_by(surface, method))
    yield from (f"400.error.{field}" for field in _REFUSAL)


def _place(kind: str, within: str) -> str:
    place = f"200.results.{within}" if within else "200.results"
    return f"{place}[]" if kind == "list" else place


def _decided_by(surface: Surface, method: Method) -> list[str]:
    """Name the fields by which reading a write back decides, beside the id."""
    creations = [m.operation.creates for g in surface.groups for m in g.methods]
    group = method.operation.group
    dates = {created.date for created in creations if created and created.group == group}
    return ["id", MONEY, "lease_id", *sorted(dates)] if dates else ["id"]


def _passed_on(document: Content, record: str, place: str) -> Iterator[str]:
    """List the fields of a record: each is an attribute, and none but the decisive is needed."""
    schema = document.get("components", {}).get("schemas", {}).get(record)
    if not isinstance(schema, dict):
        return
    for each in plan_record(document, record, schema, is_part=True).fields:
        if each.nested:
            yield from _passed_on(document, each.nested, f"{place}.{each.wire}[]")
        else:
            yield f"{place}.{each.wire}?"


def _operation(document: Content, method: str, path: str) -> Operation:
    where = f"{method.upper()} {path}: {EXTENSION}"
    entry = mapping(document["paths"][path][method][EXTENSION])
    public, record = str(entry.get("method", "")), str(entry.get("record", ""))
    reads = _texts(entry.get("reads"), f"{where}.reads")
    if reads is not None and record:
        place = _place(str(entry.get("kind")), str(entry.get("within", "")))
        passed_on = _passed_on(document, record, place)
        reads += tuple(each for each in passed_on if each.rstrip("?") not in reads)
    return Operation(
        method=method,
        path=path,
        name=str(entry.get("name", "")),
        group=public.partition(".")[0],
        sends=_texts(entry.get("sends"), f"{where}.sends"),
        reads=reads,
        public=public,
        record=record,
    )


def _texts(value: Any, where: str) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigurationError(f"{where}: must be a list of texts")
    return tuple(value)
