"""The names that users write: of exports, groups, methods, arguments and attributes of records.

python -m contract_tests.client.public_names   writes those of the version at hand, for its release
"""

import dataclasses
import inspect
from collections.abc import Iterator
from pathlib import Path

import propexo_client
from propexo_client import Environment, Propexo, types

FOLDER = Path(__file__).with_name("names")


def public_names() -> set[str]:
    """List the names of the version at hand."""
    names = {name for name in propexo_client.__all__ if not name.startswith("_")}
    with Propexo("not-a-token", environment=Environment.SANDBOX) as propexo:
        for group in groups(Propexo):
            names |= {f"Propexo.{group}.{name}" for name in _methods(getattr(propexo, group))}
    for name, kind in vars(types).items():
        if dataclasses.is_dataclass(kind):
            names |= {f"{name}.{each.name}" for each in dataclasses.fields(kind)}
    return names


def groups(client: type) -> list[str]:
    """Name the groups of a client: its lazy attributes."""
    found = {
        name
        for base in client.__mro__
        for name, value in vars(base).items()
        if type(value).__name__ == "cached_property" and not name.startswith("_")
    }
    return sorted(found)


def _methods(group: object) -> Iterator[str]:
    for name, method in inspect.getmembers(group, inspect.ismethod):
        if not name.startswith("_"):
            yield name
            yield from (f"{name}({argument})" for argument in inspect.signature(method).parameters)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    place = FOLDER / f"{propexo_client.__version__}.txt"
    place.write_text("".join(f"{name}\n" for name in sorted(public_names())), encoding="utf-8")
