"""Generated code is read before it is run, and refused when it holds what no template prints."""

from pathlib import Path

import pytest

from scripts.document import guard
from scripts.support.errors import GenerationError

FINE = '''
"""A module as the templates print it."""
from __future__ import annotations
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypedDict
from ..._engine import values as _values
from ..._engine.methods import WriteResource, named_arguments
from ..._engine.records import Record
from ...messages import Request
from ..models.thing import Thing as Thing

Body = TypedDict("Body", {"name": str})

@dataclass(frozen=True, slots=True, kw_only=True)
class Thing(Record):
    type: str | None = field(repr=False)
    """ os.system("anything") in a text is a text. """

    @classmethod
    def from_raw(cls, raw: Mapping[str, Any]) -> Self:
        return cls(raw=raw, type=raw.get("type"))

class Things(WriteResource[Any]):
    @named_arguments
    async def create(self, *, type: str, filter: str | None = None) -> Request:
        body: Body = {"name": _values.text("type", type)}
        query: list[tuple[str, str]] = []
        query += [("filter", each) for each in _values.texts("filter", filter)]
        return await self._run(Request.of("create", body=body, query=query))
'''


def module(folder: Path, code: str) -> Path:
    place = folder / "api" / "things.py"
    place.parent.mkdir()
    place.write_text(code)
    return place


def test_what_the_templates_print_passes(tmp_path: Path) -> None:
    module(tmp_path, FINE)
    guard.check(tmp_path)


@pytest.mark.parametrize(
    "code",
    [
        "import httpx",
        "from ..._engine.http import httpx",
        "from ..._engine import token",
        "from ..._engine import values",
        "from ..._engine import values as text",
        "from ...journal import Journal",
        "from ...client import Propexo",
        "from attrs import define",
        "import os",
        "import os.path",
        "import httpx as h",
        "from os import system",
        "from typing import sys",
        "from http import server",
        "from ..types import T as str",
        "@dataclass\nclass A: pass",
        "@dataclass(frozen=f())\nclass A: pass",
        "from .....credits import Credits",
        "from httpx import *",
        "print(1)",
        "f()",
        "x = f()",
        "x = [f() for y in z]",
        "x: int = f()",
        "x: f() = 1",
        "class A(f()): pass",
        "class A:\n    x = f()",
        "class A(metaclass=M):\n    f()",
        "@f\nclass A: pass",
        "@f()\ndef g(): pass",
        "def g(x=f()): pass",
        "def g() -> f(): pass",
        "if f(): pass",
        "for x in f(): pass",
        "try:\n    f()\nexcept Exception: pass",
        "def g():\n    eval('1')",
        "def g():\n    open('/etc/passwd')",
        "def g():\n    getattr(x, 'y')",
        "def g():\n    __import__('os')",
        "def g():\n    return __builtins__",
        "def g(x):\n    return x.__class__.__subclasses__()",
        "def g(x=open): pass",
        "def g(open):\n    pass\ndef h():\n    open('x')",
        "def g():\n    try:\n        pass\n    finally:\n        pass",
        "def g():\n    for x in y: pass",
        "def g():\n    return f'{x}'",
        "def g():\n    import subprocess",
        "def g():\n    global x",
        "def g():\n    with x: pass",
        "def g():\n    return lambda: 1",
        "def g():\n    yield 1",
        "def g():\n    return (x := 1)",
        "def g():\n    exec('x')",
        "x = 1 +",
        "\x00",
        "(" * 5000,
        "x = " + "[" * 500 + "]" * 500,
    ],
)
def test_what_no_client_needs_is_refused_with_its_place(code: str, tmp_path: Path) -> None:
    module(tmp_path, code)
    with pytest.raises(GenerationError, match=r"^_generated/api/things\.py") as e:
        guard.check(tmp_path)
    assert len(str(e.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["run.sh", "x.pth", "x.so", "sitecustomize"])
def test_a_file_that_is_no_module_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("")
    with pytest.raises(GenerationError, match="is no Python module"):
        guard.check(tmp_path)


def test_a_link_out_of_the_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.py").symlink_to("/etc/hostname")
    with pytest.raises(GenerationError, match="is no Python module"):
        guard.check(tmp_path)
