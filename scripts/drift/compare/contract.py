"""What a document promises about one operation: everything that is effective there, resolved."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..shape.shape import Shape
from .security import Requirement


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
    leftovers: dict[str, str] = field(default_factory=dict)

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
        contents = [response.content for response in self.responses.values()]
        if self.body:
            contents.append(self.body.content)
        for content in contents:
            yield from (media.shape for media in content.values())
        for response in self.responses.values():
            yield from (header.shape for header in response.headers.values())


def is_success(status: str) -> bool:
    """Whether a status or range of statuses is one of success. `default` is none by itself."""
    return status.startswith("2")
