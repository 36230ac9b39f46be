"""Places in the vendor's document, and single changes to them."""

from collections.abc import Callable
from typing import Any

CREDIT_PATH = "/v1/resident-credits/rentvine/"
STATUS_PATH = "/v1/admin/write-status/{root_job_id}"
CREDIT = f"POST {CREDIT_PATH}"
STATUS = f"GET {STATUS_PATH}"

Document = Any  # one node of the document; every change knows what it is changing


def resolve(document: Document, node: Document) -> Document:
    """Follow a `$ref`, if `node` is one."""
    while "$ref" in node:
        reference = node["$ref"]
        node = document
        for name in reference.removeprefix("#/").split("/"):
            node = node[name.replace("~1", "/").replace("~0", "~")]
    return node


def credit(document: Document) -> Document:
    """Return the credit operation."""
    return document["paths"][CREDIT_PATH]["post"]


def status(document: Document) -> Document:
    """Return the write-status operation."""
    return document["paths"][STATUS_PATH]["get"]


def schema(document: Document, owner: Document) -> Document:
    """Return the schema of a body or response, resolved."""
    return resolve(document, owner["content"]["application/json"]["schema"])


def sent(document: Document) -> Document:
    """Return the schema of the credit request."""
    return schema(document, credit(document)["requestBody"])


def response(document: Document) -> Document:
    """Return the schema of the credit response."""
    return schema(document, credit(document)["responses"]["200"])


def meta(document: Document) -> Document:
    """Return the schema of `meta` in the credit response."""
    return response(document)["properties"]["meta"]


def result(document: Document) -> Document:
    """Return the schema of `result` in the credit response."""
    return response(document)["properties"]["result"]


def written(document: Document) -> Document:
    """Return the schema of the write status."""
    return schema(document, status(document)["responses"]["200"])


def error(document: Document) -> Document:
    """Return the schema of errors."""
    return schema(document, credit(document)["responses"]["400"])


def rename(owner: Document, old: str, new: str, child: Document | None = None) -> None:
    """Rename a property in place, and replace its schema if `child` is given."""
    properties = owner["properties"]
    owner["properties"] = {
        new if name == old else name: (child or value) if name == old else value
        for name, value in properties.items()
    }
    owner["required"] = [new if name == old else name for name in owner["required"]]


def drop(owner: Document, name: str) -> None:
    """Remove a property."""
    del owner["properties"][name]
    owner["required"].remove(name)


def relax(owner: Document, name: str) -> None:
    """Make a property optional."""
    owner["required"].remove(name)


def add(owner: Document, name: str, child: Document, *, required: bool = False) -> None:
    """Add a property."""
    owner["properties"][name] = child
    owner["required"] += [name] * required


def become(node: Document, **keywords: Any) -> None:
    """Replace a schema in place."""
    node.clear()
    node.update(keywords)


def move(mapping: Document, old: str, new: str) -> None:
    """Give an entry another key, in its place."""
    entries = [(new if key == old else key, value) for key, value in mapping.items()]
    mapping.clear()
    mapping.update(entries)


def field(name: str) -> Callable[[Document], Document]:
    """Return a function that finds a field of the credit request."""
    return lambda document: sent(document)["properties"][name]


def nullable(node: Document) -> None:
    """Admit null."""
    node["type"] = [node["type"], "null"]
