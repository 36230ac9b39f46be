"""What a document promises about one operation: everything that is effective there, resolved."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...document.references import mapping, sequence
from ...document.schemas import is_annotation
from ..shape.parts import text
from ..shape.shape import Shape


@dataclass(frozen=True)
class Parameter:
    """A path, query, header or cookie parameter."""

    location: str
    name: str
    pointer: str
    required: bool
    shape: Shape
    serialisation: tuple[str, ...]
    deprecated: bool

    @property
    def field(self) -> str:
        """Name it as `operations.toml` does, as in `query.limit`."""
        return f"{self.location}.{self.name}"

    @property
    def is_text(self) -> bool:
        """Whether a style writes it as text, rather than a media type such as JSON."""
        return not any("/" in word for word in self.serialisation)


@dataclass(frozen=True)
class Media:
    """One media type of a body."""

    pointer: str
    shape: Shape
    encoding: str


@dataclass(frozen=True)
class Body:
    """A request body."""

    pointer: str
    required: bool
    content: dict[str, Media]


@dataclass(frozen=True)
class Header:
    """A response header."""

    pointer: str
    required: bool
    shape: Shape


@dataclass(frozen=True)
class Response:
    """A response of one status."""

    pointer: str
    headers: dict[str, Header]
    content: dict[str, Media]


@dataclass(frozen=True)
class Credential:
    """One scheme that a request must satisfy: its kind, its flows if it has any, its scopes."""

    kind: str
    flows: frozenset[str]
    scopes: frozenset[str]

    @classmethod
    def of(cls, scheme: dict[str, Any], scopes: Any) -> "Credential":
        """Read a security scheme, and the scopes that one operation needs of it."""
        kind = str(scheme.get("type", "undefined scheme"))
        flows = mapping(scheme.get("flows")) if kind == "oauth2" else {}
        if kind == "http":
            kind = f"http {str(scheme.get('scheme')).lower()}"
        elif kind == "apiKey":
            place, name = scheme.get("in"), str(scheme.get("name"))
            kind = f"apiKey {place} {name.lower() if place == 'header' else name}"
        elif kind != "oauth2":
            rest = {k: v for k, v in scheme.items() if k != "type" and not is_annotation(k)}
            kind = f"{kind} {text(rest)}" if rest else kind
        written = frozenset(_flow(name, mapping(flow)) for name, flow in flows.items())
        return cls(kind, written, frozenset(map(str, sequence(scopes))))

    def __str__(self) -> str:
        """Write it for a report."""
        return " ".join([self.kind, *sorted(self.scopes)])


Requirement = frozenset[Credential]  # all of them together; empty if none is needed


@dataclass(frozen=True)
class Contract:
    """One operation of one document."""

    path: str
    pointer: str
    parameters: dict[tuple[str, str], Parameter]
    body: Body | None
    responses: dict[str, Response]
    security: frozenset[Requirement]
    servers: frozenset[str]
    deprecated: bool
    sunset: str
    leftovers: dict[str, str]

    def response_to(self, status: str) -> Response | None:
        """Return what the document says of a status: by itself, by its range, or by `default`.

        `default` speaks of success only where no success has a status of its own.
        """
        found = self.responses.get(status) or self.responses.get(f"{status[0]}XX")
        if found is None and (not is_success(status) or self.default_is_success):
            return self.responses.get("default")
        return found

    @property
    def default_is_success(self) -> bool:
        """Whether `default` is all that is said of success."""
        return not any(is_success(status) for status in self.responses)

    def shapes(self) -> Iterator[Shape]:
        """Go through every shape that the operation names."""
        yield from (parameter.shape for parameter in self.parameters.values())
        for message in (*self.responses.values(), self.body):
            yield from (media.shape for media in message.content.values()) if message else ()
        for response in self.responses.values():
            yield from (header.shape for header in response.headers.values())


def is_success(status: str) -> bool:
    """Whether a status or range of statuses is one of success. `default` is none by itself."""
    return status.startswith("2")


def is_met(requirement: Requirement, credentials: Requirement) -> bool:
    """Whether a request with `credentials` satisfies `requirement`."""
    return all(
        any(n.kind == c.kind and n.flows >= c.flows and n.scopes <= c.scopes for c in credentials)
        for n in requirement
    )


def shown_security(requirements: frozenset[Requirement]) -> list[str]:
    """Write alternatives for a report."""
    return sorted(" and ".join(sorted(map(str, needs))) or "none" for needs in requirements)


def _flow(name: str, flow: dict[str, Any]) -> str:
    """Write a flow without its scopes: those that are needed stand at the operation."""
    return text([name, *sorted((k, v) for k, v in flow.items() if k.endswith("Url"))])
