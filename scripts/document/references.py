"""Following `$ref` inside one document, and never outside it."""

from typing import Any
from urllib.parse import unquote

from ..support.errors import NotOpenAPI


def step(pointer: str, *names: str | int) -> str:
    """Extend a JSON pointer, escaping each name."""
    return pointer + "".join(
        "/" + str(name).replace("~", "~0").replace("/", "~1") for name in names
    )


def unescaped(name: str) -> str:
    """Read one step of a JSON pointer."""
    return name.replace("~1", "/").replace("~0", "~")


def mapping(value: Any) -> dict[str, Any]:
    """Return `value` if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return `value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


class References:
    """The `$ref`s of one document. `name` is what errors call the document."""

    def __init__(self, document: dict[str, Any], name: str) -> None:
        """Wrap a parsed document."""
        self.document = document
        self.name = name
        self.ignores_siblings = str(document.get("openapi", "")).startswith("3.0")

    def target(self, ref: Any, pointer: str) -> tuple[Any, str]:
        """Return what `ref`, written at `pointer`, refers to, and its own pointer.

        Raises `NotOpenAPI` if that is not in this document.
        """
        if not isinstance(ref, str) or not ref.startswith("#"):
            raise NotOpenAPI(
                f"{self.name}: {pointer} refers outside the document, to {ref!r}; bundle it first"
            )
        node = self.peek(ref)
        if node is None:
            raise NotOpenAPI(
                f"{self.name}: {pointer} refers to {ref!r}, which is not in the document"
            )
        return node, ref[1:]

    def peek(self, ref: str) -> Any:
        """Return what `ref` refers to, or `None`."""
        node: Any = self.document if ref == "#" or ref.startswith("#/") else None
        for raw in ref.removeprefix("#").split("/")[1:]:
            node = self._member(node, unescaped(raw))
        return node

    @staticmethod
    def _member(node: Any, key: str) -> Any:
        if isinstance(node, list):
            return node[int(key)] if key.isdigit() and int(key) < len(node) else None
        members = mapping(node)
        if key in members:
            return members[key]
        return members.get(unquote(key))

    def resolve(self, node: Any, pointer: str) -> tuple[dict[str, Any], str]:
        """Follow the references of anything but a schema. Raises `NotOpenAPI` on a circle."""
        seen: set[str] = set()
        while "$ref" in mapping(node):
            if pointer in seen:
                raise NotOpenAPI(f"{self.name}: {pointer} refers to itself")
            seen.add(pointer)
            node, pointer = self.target(node["$ref"], pointer)
        return mapping(node), pointer
