"""How much a change matters, and which side of an operation it is on."""

from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """From nothing at all to a call that stops working. A verdict is its worst finding's."""

    UNTOUCHED = 0
    COSMETIC = 1
    COMPATIBLE = 2
    WARNING = 3
    BREAKING = 4

    def __str__(self) -> str:
        """Write the level as reports do, in lower case."""
        return self.name.lower()


class Side(StrEnum):
    """Where in an operation a change is. What may widen and what may narrow depends on it."""

    OPERATION = "operation"
    REQUEST = "request"
    RESPONSE = "response"
    ERROR = "error"

    @property
    def direction(self) -> str:
        """Name the direction in which the data travels: `request`, `response` or `both`."""
        return {"operation": "both", "error": "response"}.get(self.value, self.value)


def side_of_status(status: str) -> Side:
    """Tell a success status from an error. `default` and ranges such as `4XX` are understood."""
    return Side.RESPONSE if status.startswith("2") else Side.ERROR
