"""Generated code is read before it is run, and refused when it holds what no client needs."""

from pathlib import Path

import pytest

from scripts.document import guard
from scripts.support.errors import GenerationError

FINE = '''
"""A module as the generator writes it."""
from __future__ import annotations
from http import HTTPStatus
from typing import Any, TypeVar
import httpx
from attrs import define as _attrs_define, field as _attrs_field
from ...types import UNSET, Unset

T = TypeVar("T", bound="Thing")

@_attrs_define
class Thing:
    name: str | Unset = UNSET
    """ os.system("anything") in a text is a text. """
    more: dict[str, Any] = _attrs_field(init=False, factory=dict)

    @classmethod
    def of(cls: type[T], data: dict[str, Any]) -> T:
        return cls(name=str(data.pop("name")))

def send(client: httpx.Client) -> httpx.Response:
    return client.request(method="get", url=f"/v1/{HTTPStatus(200)}")
'''


def module(folder: Path, code: str) -> Path:
    place = folder / "api" / "writes" / "get_write_status.py"
    place.parent.mkdir(parents=True)
    place.write_text(code)
    return place


def test_what_the_generator_writes_passes(tmp_path: Path) -> None:
    module(tmp_path, FINE)
    guard.check(tmp_path)


@pytest.mark.parametrize(
    "code",
    [
        "import os",
        "import os.path",
        "import httpx as h",
        "from os import system",
        "from typing import sys",
        "from http import server",
        "from ..client import ssl",
        "from ..types import T as str",
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
        "httpx.get('https://x.example')",
        "def g():\n    eval('1')",
        "def g():\n    open('/etc/passwd')",
        "def g():\n    getattr(x, 'y')",
        "def g():\n    __import__('os')",
        "def g():\n    return __builtins__",
        "def g(x):\n    return x.__class__.__subclasses__()",
        "def g():\n    return httpx.get('https://x.example')",
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
    with pytest.raises(GenerationError, match=r"^_generated/api/writes/get_write_status\.py") as e:
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
