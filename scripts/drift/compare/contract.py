"""What a document promises about one operation: everything that is effective there, resolved."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scripts.drift.shape.shape import Shape


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
    security: frozenset[str]
    servers: frozenset[str]
    deprecated: bool
    sunset: str
    leftovers: dict[str, str] = field(default_factory=dict)

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
