"""What the templates print of a planned surface; it comes beside them as `plan.jinja`."""

from typing import Any

from . import docstrings
from .arguments import MONEY, Argument
from .generator import CLASS, TAG
from .methods import LARGEST_PAGE, RETRY, STATUS, Method
from .operations import Operation
from .printed import literal, pascal_case, snake_case
from .records import Record
from .surface import Group, Surface

PLAN = "plan.jinja"


def plan_template(surface: Surface) -> str:
    """Write the plan as a template to import: in ASCII, so no text can end the literal early."""
    plan = {
        "groups": {TAG + group.name: _group(surface, group) for group in surface.groups},
        "records": {CLASS + record.name: _record(record) for record in surface.records},
        "public": [_entry(group) for group in surface.groups if group.is_public],
        "enums": {
            name: [literal(value) for value in values]
            for group in surface.groups
            for name, values in sorted(group.enums.items())
        },
        "exports": _exports(surface),
    }
    return f"{{% set plan = {plan!a} %}}\n"


def _exports(surface: Surface) -> list[tuple[str, list[str]]]:
    enums = sorted({name for group in surface.groups for name in group.enums})
    return [
        *((f"api.{g.name}", [f"Async{g.title}", g.title]) for g in surface.groups if g.is_public),
        *((f"models.{record.module}", [record.name]) for record in surface.records),
        *([("types", enums)] if enums else []),
    ]


def _entry(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "title": group.title,
        "flows": group.flows,
        "doc": docstrings.of_group(group),
    }


def _group(surface: Surface, group: Group) -> dict[str, Any]:
    write = group.ledger_write
    return {
        **_entry(group),
        "is_public": group.is_public,
        "imports": sorted(_imports(surface, group)),
        "listed": group.listed,
        "common": any(method.kind in ("list", "write") for method in group.methods),
        "bases": ", ".join(_bases(group)),
        "resource": _resource(group),
        "jobs": {STATUS, RETRY} <= {method.operation.name for method in group.methods},
        "reader": _reader(group),
        "record": group.reader.record if group.reader else "",
        "creates": _creates(write.operation) if write else None,
        "write": literal(write.operation.name) if write else "",
        "methods": [_method(method) for method in group.methods],
    }


def _creates(operation: Operation) -> dict[str, Any] | None:
    created = operation.creates
    return None if created is None else {"sign": created.sign, "date": literal(created.date)}


def _imports(surface: Surface, group: Group) -> set[str]:
    records = {method.record for method in group.methods if method.record}
    lines = set()
    if group.reader is not None:
        records.add(group.reader.record)
        other = group.reader.operation.group
        if other != group.name:
            flows = next(each.flows for each in surface.groups if each.name == other)
            lines.add(f"from .{other} import {flows}")
    if any(method.kind == "write" for method in group.methods):
        home = surface.method(STATUS).operation.group
        if home != group.name:
            lines.add(f"from .{home} import JobFlows")
    lines |= {f"from ..types import {name}" for name in group.enums}
    modules = {each.name: each.module for each in surface.records}
    return lines | {f"from ..models.{modules[name]} import {name}" for name in records}


def _bases(group: Group) -> list[str]:
    kinds = {method.kind for method in group.methods}
    reads = ["ReadFlows"] if kinds & {"list", "get"} else []
    if group.reader is not None:
        return ["JobFlows", f"ReadBackFlows[{group.reader.record}]", *reads]
    return ["JobFlows", *reads] if "write" in kinds else reads


def _resource(group: Group) -> str:
    if group.reader is not None:
        return f"LedgerResource[{group.flows}, {group.reader.record}]"
    writes = any(method.kind == "write" for method in group.methods)
    return f"{'Write' if writes else ''}Resource[{group.flows}]"


def _reader(group: Group) -> str:
    """Return the expression that reads the record a write created."""
    if group.reader is None:
        return ""
    own = group.reader.operation.group == group.name
    flows = Group(name=group.reader.operation.group, methods=()).flows
    owner = "self" if own else f"{flows}(self._session)"
    return f"{owner}.{group.reader.name}(record_id, timeout=timeout)"


def _method(method: Method) -> dict[str, Any]:
    operation = method.operation
    ways = {
        "write": (docstrings.of_write, docstrings.of_preparation, docstrings.of_write_and_wait),
        "get": (docstrings.of_get,),
        "list": (docstrings.of_list,),
    }.get(method.kind, ())
    return {
        "kind": method.kind,
        "name": method.name,
        "prepare": "prepare" if method.name == "create" else f"prepare_{method.name}",
        "docs": [way(method) for way in ways],
        "positional": [f"{each.name}: str" for each in method.path_arguments],
        "named": _parameters(method),
        "key": ["idempotency_key: str | None = None"],
        "more": _more(method),
        "more_passed": _more_passed(method),
        "waits": ["wait_timeout: float = FOLLOW_SECONDS", "poll_interval: float = POLL_SECONDS"],
        "passed": _passed(method),
        "operation": literal(operation.name),
        "function": operation.name,
        "http": literal(operation.method.upper()),
        "path": method.path,
        **_body(method),
        **_query(method),
        "ordered": method.ordered,
        "paging": [
            *(
                [f"largest_page={method.largest_page}"]
                if method.largest_page != LARGEST_PAGE
                else []
            ),
            *([f"within={literal(method.within)}"] if method.within else []),
        ],
        "record": method.record,
        "role": {STATUS: "_status_request", RETRY: "_retry_request"}.get(operation.name, ""),
    }


def _body(method: Method) -> dict[str, Any]:
    required = [each for each in method.required if each.in_body]
    return {
        "body": f"{pascal_case(method.operation.name)}Request" if method.body else "",
        "body_types": [
            f"{literal(each.wire)}: {_body_type(each)}" for each in method.arguments if each.in_body
        ],
        "body_always": [f"{literal(each.wire)}: {_checked(each)}" for each in required],
        "body_sometimes": [_assignment(each) for each in method.optional if each.in_body],
    }


def _query(method: Method) -> dict[str, Any]:
    required = [each for each in method.required if not each.in_body]
    optional = [each for each in method.optional if not each.in_body]
    return {
        "has_query": bool(required or optional),
        "query_always": [_addition(each) for each in required],
        "query_sometimes": [(each.name, _addition(each)) for each in optional],
    }


def _parameters(method: Method) -> list[str]:
    """Return the keyword arguments as they are declared: money among the required ones."""
    declared = []
    for each in (*method.required, *method.optional):
        if each.is_money:
            declared += [f"{MONEY}: int | None = None", "amount: Decimal | None = None"]
        elif each.required:
            declared.append(f"{each.name}: {_annotation(each)}")
        else:
            declared.append(f"{each.name}: {each.annotation} | None = None")
    return declared


def _more(method: Method) -> list[str]:
    """Return the keyword arguments that no document names."""
    paging = ["page_size: int = PAGE_SIZE"] if method.kind == "list" else []
    order = ["order_by: str = OLDEST_FIRST"] if method.ordered and paging else []
    return [*paging, *order, "timeout: float | None = None"]


def _more_passed(method: Method) -> list[str]:
    names = [each.partition(":")[0] for each in _more(method)]
    return [f"{name}={name}" for name in names]


def _passed(method: Method) -> list[str]:
    arguments = (*method.path_arguments, *method.required, *method.optional)
    passed = [f"{each.name}={each.name}" for each in arguments]
    return [*passed, "amount=amount"] if method.takes_money else passed


def _annotation(argument: Argument) -> str:
    return f"{argument.annotation} | None" if argument.nullable else argument.annotation


def _checked(argument: Argument) -> str:
    if not argument.nullable or argument.is_money:
        return argument.check
    return f"None if {argument.name} is None else {argument.check}"


def _assignment(argument: Argument) -> tuple[str, str]:
    return argument.name, f"body[{literal(argument.wire)}] = {argument.check}"


def _addition(argument: Argument) -> str:
    key = literal(argument.wire)
    if argument.annotation == "Sequence[str]":
        return f"query += [({key}, each) for each in {argument.check}]"
    return f"query.append(({key}, {argument.check}))"


def _body_type(argument: Argument) -> str:
    kind = argument.wire_type
    if argument.nullable and kind != "Any":
        kind = f"{kind} | None"
    return kind if argument.required else f"NotRequired[{kind}]"


def _record(record: Record) -> dict[str, Any]:
    nested = sorted({each.nested for each in record.fields if each.nested})
    return {
        "name": record.name,
        "module": record.module,
        "doc": record.doc,
        "base": "Record" if record.has_id else "Part",
        "negative": record.negative,
        "imports": [f"from .{snake_case(name)} import {name}" for name in nested],
        "fields": [
            {
                "name": each.name,
                "annotation": each.annotation,
                "read": each.read,
                "doc": each.doc,
                "private": each.private,
            }
            for each in record.fields
        ],
    }
