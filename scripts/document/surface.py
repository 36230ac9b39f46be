"""What users shall see, planned from the contract: groups of methods, and records.

Everything a template prints is decided here and in the modules this one uses; templates only lay
it out. Names follow from `operations.toml`: a group is an attribute of the client, the first word
of an operation's name is its method, and the singular of the group names its record.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..support.errors import ConfigurationError
from .enums import Enums
from .guard import TAKEN
from .methods import Method, plan_method
from .operations import Operations
from .printed import pascal_case, singular
from .records import Record, plan_record
from .slices import Content


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


def _group(contract: Content, operations: Operations, name: str, enums: Enums) -> Group:
    members = [each for each in operations.operations if each.group == name]
    verbs = [each.name.partition("_")[0] for each in members]
    methods = tuple(
        plan_method(contract, each, verb if verbs.count(verb) == 1 else each.name, enums)
        for each, verb in zip(members, verbs, strict=True)
    )
    used = {
        each.annotation.partition(" ")[0]: each.values
        for method in methods
        for each in method.arguments
        if each.values
    }
    return Group(name=name, methods=methods, enums=used)


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
        yield replace(group, reader=readers[0])


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
