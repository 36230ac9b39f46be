"""Operations and usage that a vendored contract carries itself, under `x-propexo-client`."""

from typing import Any

from scripts.document.operations import METHODS, Client, Operation, Operations
from scripts.drift.references import mapping
from scripts.support.errors import ConfigurationError

EXTENSION = "x-propexo-client"


def operations_in(document: dict[str, Any]) -> Operations | None:
    """Collect the operations that name themselves the client's. `None` if there are none.

    Each carries `{name, sends, reads}`; the document itself may carry
    `{servers, response_enums, response_extras}`.
    """
    found = tuple(
        _operation(method, path, item[method][EXTENSION])
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
    return Operations(found, client=settings) if found else None


def _operation(method: str, path: str, entry: Any) -> Operation:
    where = f"{method.upper()} {path}: {EXTENSION}"
    entry = mapping(entry)
    return Operation(
        method=method,
        path=path,
        name=str(entry.get("name", "")),
        sends=_texts(entry.get("sends"), f"{where}.sends"),
        reads=_texts(entry.get("reads"), f"{where}.reads"),
    )


def _texts(value: Any, where: str) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigurationError(f"{where}: must be a list of texts")
    return tuple(value)
