"""`openapi/operations.toml`: the operations we depend on."""

import keyword
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..support.errors import ConfigurationError
from ..support.files import ROOT

DEFAULT_PATH = ROOT / "openapi" / "operations.toml"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_PARAMETER = re.compile(r"\{[^{}]*\}")


def erase_parameters(path: str) -> str:
    """Reduce a path to its identity: parameter names carry no meaning on the wire."""
    return _PARAMETER.sub("{}", path)


def parameter_names(path: str) -> list[str]:
    """List the names between the braces of a path."""
    return [name[1:-1] for name in _PARAMETER.findall(path)]


@dataclass(frozen=True)
class Creates:
    """What a ledger write creates: records of `group`, the amount times `sign`, dated `date`."""

    group: str
    sign: int
    date: str


@dataclass(frozen=True)
class Operation:
    """One operation, and what the client does with it. `None` usage means "assume everything"."""

    method: str
    path: str
    name: str = ""
    group: str = ""
    sends: tuple[str, ...] | None = None
    reads: tuple[str, ...] | None = None
    creates: Creates | None = None
    public: str = ""
    """The method that users call, such as `charges.list`."""
    record: str = ""
    """The class of records it returns."""
    published: str = ""
    """The hash of the text it was published with; known to a copy, which has another form of it."""
    published_path: str = ""
    """The path it was published under, where its parameters had other names."""
    body_is_optional: bool = False
    """Whether it was published with a body that may be left out."""

    @property
    def endpoint(self) -> str:
        """Method and path, as in `POST /v1/resident-credits/rentvine/`."""
        return f"{self.method.upper()} {self.path}"

    @property
    def identity(self) -> tuple[str, str]:
        """Method and path without parameter names."""
        return self.method, erase_parameters(self.path)


@dataclass(frozen=True)
class Client:
    """What is known of the client as a whole. The defaults assume the worst."""

    servers: tuple[str, ...] | None = None
    open_enums: bool = False
    keeps_extras: bool = False


@dataclass(frozen=True)
class Operations:
    """The whole file."""

    operations: tuple[Operation, ...]
    sources: tuple[tuple[str, ...], ...] = ()
    schemas: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=Client)

    def named(self, name: str) -> Operation:
        """Find the operation called `name`."""
        for operation in self.operations:
            if operation.name == name:
                return operation
        raise ConfigurationError(f"operations.toml: no operation is called {name!r}")


def parse_endpoint(text: str, where: str) -> tuple[str, str]:
    """Split `POST /v1/...` into a lower-case method and a path."""
    method, _, path = text.strip().partition(" ")
    if method.lower() not in METHODS or not path.startswith("/"):
        raise ConfigurationError(
            f'{where}: write "METHOD /path", as in "GET /v1/resident-charges/", not {text!r}'
        )
    return method.lower(), path.strip()


def from_endpoints(endpoints: Iterable[str]) -> Operations:
    """Depend on the named endpoints, with nothing known of how they are used."""
    return _checked(
        Operations(tuple(Operation(*parse_endpoint(text, "--operation")) for text in endpoints)),
        "--operation",
    )


def load(path: Path = DEFAULT_PATH) -> Operations:
    """Read an operations file. Raises `ConfigurationError` with one line that names the entry."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not TOML: {error}") from None
    return _checked(_from_data(data, path.name), path.name)


def _from_data(data: dict[str, Any], where: str) -> Operations:
    _refuse_unknown(data, {"sources", "client", "schemas", "operations"}, where)
    client = data.get("client", {})
    _refuse_unknown(client, {"servers", "response_enums", "response_extras"}, f"{where} [client]")
    return Operations(
        operations=tuple(
            _operation(name, entry, where) for name, entry in data.get("operations", {}).items()
        ),
        sources=tuple(tuple(source["urls"]) for source in data.get("sources", [])),
        schemas=dict(data.get("schemas", {})),
        client=Client(
            servers=tuple(client["servers"]) if "servers" in client else None,
            open_enums=client.get("response_enums") == "open",
            keeps_extras=client.get("response_extras") == "kept",
        ),
    )


def _operation(name: str, entry: dict[str, Any], where: str) -> Operation:
    where = f"{where} [operations.{name}]"
    _refuse_unknown(entry, {"endpoint", "group", "creates", "sends", "reads"}, where)
    method, path = parse_endpoint(entry.get("endpoint", ""), where)
    group = entry.get("group", "api")
    return Operation(
        method=method,
        path=path,
        name=name,
        group=group,
        sends=tuple(entry["sends"]) if "sends" in entry else None,
        reads=tuple(entry["reads"]) if "reads" in entry else None,
        creates=_creates(entry["creates"], group, where) if "creates" in entry else None,
    )


def _creates(entry: Any, group: str, where: str) -> Creates:
    """Read `{ group = "charges", sign = -1, date = "transaction_date" }`; only `date` must be."""
    where = f"{where} creates"
    if not isinstance(entry, dict) or not isinstance(entry.get("date"), str):
        raise ConfigurationError(f'{where}: write {{ date = "transaction_date" }}, or more')
    _refuse_unknown(entry, {"group", "sign", "date"}, where)
    if entry.get("sign", 1) not in (1, -1):
        raise ConfigurationError(f"{where}: sign must be 1 or -1")
    return Creates(str(entry.get("group", group)), int(entry.get("sign", 1)), entry["date"])


def _refuse_unknown(table: dict[str, Any], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise ConfigurationError(
                f"{where}: unknown key {key!r}; known are {', '.join(sorted(known))}"
            )


def _checked(operations: Operations, where: str) -> Operations:
    if not operations.operations:
        raise ConfigurationError(f"{where}: lists no operation; name at least one")
    seen: dict[tuple[str, str], str] = {}
    for operation in operations.operations:
        for word in (operation.name, operation.group):
            if word and (not word.isidentifier() or keyword.iskeyword(word) or not word.isascii()):
                raise ConfigurationError(f"{where}: {word!r} cannot be a Python name")
        if operation.identity in seen:
            raise ConfigurationError(f"{where}: {operation.endpoint} is listed twice")
        seen[operation.identity] = operation.name
    for name in operations.schemas:
        if not name.isidentifier() or not name.isascii():
            raise ConfigurationError(f"{where} [schemas]: {name!r} cannot be a Python class name")
    return operations
