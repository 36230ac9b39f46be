"""One operation as a method of the client: its kind, its arguments, and the record it reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .arguments import RESERVED, Argument, argument, upper_bound
from .enums import Enums
from .lookup import details_of, follow, listed, reference, success
from .operations import Operation, parameter_names
from .printed import literal, pascal_case, python_name, singular
from .records import rank
from .slices import Content

PAGING = ("limit", "offset", "order-by")
"""Query parameters that the engine sends by itself, or that have an argument of their own."""

LARGEST_PAGE = 250
"""Most records a page can have; `_engine/pages.py` says the same."""

STATUS, RETRY = "get_write_status", "retry_write"
"""The two operations by which every write is followed. Their names are fixed."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """One operation: `list`, `get`, `write`, or `request` where only the engine uses it."""

    operation: Operation
    kind: str
    name: str
    arguments: tuple[Argument, ...]
    path_arguments: tuple[Argument, ...]
    path: str
    """The path as a Python expression."""
    body: bool
    ordered: bool
    record: str
    within: str
    """The name of the list below `results`; empty where that is the list."""
    largest_page: int
    summary: object
    description: object

    @property
    def required(self) -> tuple[Argument, ...]:
        """Arguments without which there is no call."""
        return tuple(each for each in self.arguments if each.required)

    @property
    def optional(self) -> tuple[Argument, ...]:
        """Arguments that may be left out."""
        return tuple(each for each in self.arguments if not each.required)

    @property
    def takes_money(self) -> bool:
        """Whether dollars may be passed in place of cents."""
        return any(each.is_money for each in self.arguments)


def plan_method(contract: Content, operation: Operation, name: str, enums: Enums) -> Method:
    """Plan the method called `name` for an operation."""
    details = details_of(contract, operation)
    kind = kind_of(contract, operation)
    body = _body(contract, details)
    arguments = _arguments(contract, operation, body, enums)
    return Method(
        operation=operation,
        kind=kind,
        name=python_name(name),
        arguments=tuple(sorted(arguments, key=lambda each: rank(each.wire))),
        path_arguments=tuple(_path_arguments(details, operation)),
        path=_path(operation, checked=kind != "request"),
        body=body is not None,
        ordered=any(p["name"] == "order-by" for p in details["parameters"]),
        record=record_name(contract, operation) if kind in ("list", "get") else "",
        within=(listed(contract, operation) or ("",))[0],
        largest_page=_largest_page(contract, details),
        summary=details.get("summary"),
        description=details.get("description"),
    )


def kind_of(contract: Content, operation: Operation) -> str:
    """Say what an operation is, from the shape of its response."""
    members = success(contract, operation).get("properties", {})
    if operation.name in (STATUS, RETRY):
        return "request"
    if operation.method == "get":
        found = listed(contract, operation)
        if found is None:
            return "get" if reference(members.get("results")) else "request"
        return "list" if reference(found[1]) else "request"
    meta = follow(contract, members.get("meta", {})).get("properties", {})
    return "write" if "job_id" in members or "job_id" in meta else "request"


def record_name(contract: Content, operation: Operation) -> str:
    """Name the record that a read returns: that of its group, if it has all the fields."""
    found = listed(contract, operation)
    results = success(contract, operation)["properties"]["results"]
    own = reference(results if found is None else found[1])
    schemas = contract["components"]["schemas"]
    usual = pascal_case(singular(operation.group))
    fields, known = (schemas.get(name, {}).get("properties", {}) for name in (own, usual))
    return usual if fields.keys() <= known.keys() else own


def _arguments(
    contract: Content, operation: Operation, body: Any, enums: Enums
) -> Iterator[Argument]:
    """Yield the fields of the body, and then the parameters of the query."""
    taken = parameter_names(operation.path)
    for wire, schema in (body or {}).get("properties", {}).items():
        said = follow(contract, schema)
        yield argument(
            wire,
            said,
            said.get("description"),
            required=wire in body.get("required", ()),
            in_body=True,
            enum=enums.name(operation, wire, schema),
            taken=taken,
        )
    for parameter in details_of(contract, operation)["parameters"]:
        if parameter["in"] != "query" or parameter["name"] in PAGING:
            continue
        said = follow(contract, parameter.get("schema", {}))
        yield argument(
            parameter["name"],
            said,
            parameter.get("description") or said.get("description"),
            required=bool(parameter.get("required")),
            in_body=False,
            enum=enums.name(operation, parameter["name"], parameter.get("schema", {})),
            taken=[*taken, *(body or {}).get("properties", ())],
        )


def _largest_page(contract: Content, details: Content) -> int:
    limits = [p.get("schema") for p in details["parameters"] if p["name"] == "limit"]
    bounds = [upper_bound(follow(contract, each)) for each in limits]
    return min([LARGEST_PAGE, *(bound for bound in bounds if bound is not None)])


def _path_arguments(details: Content, operation: Operation) -> Iterator[Argument]:
    said = {p["name"]: p.get("description") for p in details["parameters"] if p["in"] == "path"}
    for name in parameter_names(operation.path):
        yield argument(name, {"type": "string"}, said.get(name), required=True, in_body=False)


def _path(operation: Operation, *, checked: bool) -> str:
    rest, parts = operation.path, []
    for name in parameter_names(operation.path):
        before, _, rest = rest.partition(f"{{{name}}}")
        given = python_name(name, RESERVED)
        call = f"segment({literal(name)}, {given})" if checked else f"quoted({given})"
        parts += [literal(before), f"_values.{call}"]
    return " + ".join([*parts, *([literal(rest)] if rest else [])])


def _body(contract: Content, details: Content) -> Any:
    media = details.get("requestBody", {}).get("content", {}).get("application/json")
    return None if media is None else follow(contract, media.get("schema", {}))
