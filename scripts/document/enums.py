"""Names for the values that an argument may have: one name for one set of values."""

from ..support.errors import ConfigurationError
from .arguments import texts
from .guard import TAKEN
from .lookup import follow, reference
from .operations import Operation, Operations
from .printed import pascal_case, singular
from .schemas import Schema
from .slices import Content


class Enums:
    """Hands out the names, in the order in which operations are listed."""

    def __init__(self, contract: Content, operations: Operations) -> None:
        self._contract = contract
        self._named: dict[str, tuple[str, ...] | None] = dict.fromkeys(
            [
                *contract["components"].get("schemas", {}),
                *TAKEN,
                *(pascal_case(operation.group) for operation in operations.operations),
            ]
        )

    def name(self, operation: Operation, wire: str, schema: Schema) -> str:
        """Name the enum at an argument; empty where there is none."""
        values = texts(follow(self._contract, schema))
        if not values:
            return ""
        if component := reference(schema):
            return component
        subject = singular(operation.group)
        own = wire.startswith(subject.rpartition("_")[2])
        base = pascal_case(wire if own else f"{subject}_{wire}")
        for name in (base, f"{base}Value", pascal_case(f"{operation.name}_{wire}")):
            if self._named.setdefault(name, values) == values:
                return name
        raise ConfigurationError(f"{operation.endpoint}: no name is left for the values of {wire}")
