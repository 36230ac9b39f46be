"""What users shall see, planned from the contract: groups of methods, and records.

Everything a template prints is decided here and in the modules this one uses; templates only lay
it out. Names follow from `operations.toml`: a group is an attribute of the client, the first word
of an operation's name is its method, and the singular of the group names its record.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..support.errors import ConfigurationError
from .arguments import RESERVED, Argument, argument, upper_bound
from .enums import Enums
from .guard import TAKEN
from .lookup import details_of, follow, listed, reference, success
from .operations import Operation, Operations, parameter_names
from .printed import literal, pascal_case, python_name, singular
from .records import Record, plan_record, rank
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


@dataclass(frozen=True, kw_only=True)
class Group:
    """Operations that share an attribute of the client."""

    name: str
    methods: tuple[Method, ...]
    reader: "Method | None" = None
    """How the record that a ledger write created is read."""
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Name of its class."""
        return pascal_case(self.name)

    @property
    def flows(self) -> str:
        """Name of the class with its flows."""
        return f"{pascal_case(singular(self.name))}Flows"

    @property
    def ledger_write(self) -> "Method | None":
        """The write whose result can be read back."""
        return next((each for each in self.methods if each.operation.creates), None)

    @property
    def listed(self) -> str:
        """Name of the record that it lists first of all; empty if it lists nothing."""
        return next((each.record for each in self.methods if each.kind == "list"), "")

    @property
    def is_public(self) -> bool:
        """Whether users see it; the rest are requests for the engine."""
        return any(each.kind != "request" for each in self.methods)


@dataclass(frozen=True, kw_only=True)
class Surface:
    """The whole of it."""

    groups: tuple[Group, ...]
    records: tuple[Record, ...]

    def method(self, operation: str) -> Method:
        """Find the method for an operation."""
        found = (m for g in self.groups for m in g.methods if m.operation.name == operation)
        if (method := next(found, None)) is None:
            raise ConfigurationError(f"operations.toml: writes need the operation {operation}")
        return method

    def record(self, name: str) -> Record:
        """Find a record by its name."""
        return next(each for each in self.records if each.name == name)


def plan(contract: Content, operations: Operations) -> Surface:
    """Plan the surface for a contract.

    Raises `ConfigurationError` where two things would have one name, or where a ledger write
    creates what cannot be read.
    """
    names = [operation.group for operation in operations.operations]
    enums = Enums(contract, operations)
    groups = [_group(contract, operations, name, enums) for name in dict.fromkeys(names)]
    surface = Surface(
        groups=tuple(sorted(_with_readers(groups), key=lambda group: group.name)),
        records=tuple(_records(contract, operations, groups)),
    )
    _check_names(surface)
    return surface


def kind_of(contract: Content, operation: Operation) -> str:
    """Tell what an operation is from the shape of its response."""
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


def _group(contract: Content, operations: Operations, name: str, enums: Enums) -> Group:
    members = [each for each in operations.operations if each.group == name]
    verbs = [each.name.partition("_")[0] for each in members]
    methods = tuple(
        _method(contract, each, verb if verbs.count(verb) == 1 else each.name, enums)
        for each, verb in zip(members, verbs, strict=True)
    )
    used = {
        each.annotation.partition(" ")[0]: each.values
        for method in methods
        for each in method.arguments
        if each.values
    }
    return Group(name=name, methods=methods, enums=used)


def _method(contract: Content, operation: Operation, name: str, enums: Enums) -> Method:
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


def _records(contract: Content, operations: Operations, groups: list[Group]) -> Iterator[Record]:
    negatives = {
        operation.creates.group: singular(operation.group)
        for operation in operations.operations
        if operation.creates and operation.creates.sign < 0
    }
    made = {method.record: group.name for group in groups for method in group.methods}
    waiting, seen = [name for name in made if name], set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        schema = contract["components"]["schemas"][name]
        negative = negatives.get(made.get(name, ""), "")
        record = plan_record(contract, name, schema, negative=negative, is_part=name not in made)
        waiting += [each.nested for each in record.fields if each.nested]
        yield record


def _with_readers(groups: list[Group]) -> Iterator[Group]:
    for group in groups:
        write = group.ledger_write
        if write is None or write.operation.creates is None:
            yield group
            continue
        target = write.operation.creates.group
        readers = [
            method
            for other in groups
            for method in other.methods
            if other.name == target and method.kind == "get"
        ]
        if not readers:
            raise ConfigurationError(
                f"operations.toml [operations.{write.operation.name}]: creates {target}, but no"
                " operation gets one of them; add it"
            )
        yield Group(name=group.name, methods=group.methods, reader=readers[0], enums=group.enums)


def _check_names(surface: Surface) -> None:
    seen: dict[str, object] = dict.fromkeys(TAKEN, "a name that generated code uses")
    for name, what in _public_names(surface):
        if seen.setdefault(name, what) != what:
            raise ConfigurationError(
                f"operations.toml: {seen[name]} and {what} would both be called {name};"
                " choose another group or name a schema in [schemas]"
            )


def _public_names(surface: Surface) -> Iterator[tuple[str, object]]:
    for group in surface.groups:
        if group.is_public:
            yield group.title, f"group {group.name}"
            yield group.flows, f"the flows of {group.name}"
            yield f"Common{group.title}", f"what both clients have of {group.name}"
        yield from ((name, ("enum", values)) for name, values in group.enums.items())
        for method in group.methods:
            names = [each.name for each in (*method.path_arguments, *method.arguments)]
            for name in names:
                if names.count(name) > 1:
                    raise ConfigurationError(
                        f"{method.operation.endpoint}: two fields would both be called {name}"
                    )
    for record in surface.records:
        yield record.name, f"record {record.name}"
