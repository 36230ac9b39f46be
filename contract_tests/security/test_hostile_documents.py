"""A document from an enemy: nothing in it runs, is written elsewhere, or takes for ever."""

import copy
import gzip
import json
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

from contract_tests.loopback import Response, serving
from scripts import generate
from scripts.document import operations, reader, slices
from scripts.document.contract import make_contract
from scripts.document.surface import Surface
from scripts.pin import DEFAULT_PIN
from scripts.support.errors import Malformed, PipelineError
from scripts.support.files import ROOT

Json = dict[str, Any]

CREDITS = "/v1/resident-credits/rentvine/"
HEAD = "openapi: 3.1.0\npaths: {}\n"
BREAKOUTS = [
    '"""\nopen("MARK", "w")\n"""',
    "'''\nopen('MARK', 'w')\n'''",
    '\\"""\nopen("MARK", "w")\n"""',
    '"\nopen("MARK", "w")\n"',
    '" + str(open("MARK", "w")) + "',
    '{open("MARK", "w")}',
    '{{ cycler.__init__.__globals__.os.system("touch MARK") }}',
    "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
    '\r\nopen("MARK", "w")\r\n',
    '\u2028open("MARK", "w")\u2029',
    '\x0copen("MARK", "w")',
    "\x00",
    "\\",
    "\\d{4}\\",
    '\\"',
    "#",
    "../../../../MARK",
    "/MARK",
    "..",
    "__init__",
    "__class__",
    "self",
    "class",
    "import os",
    '__import__("os")',
]


def deep(levels: int, opening: str, closing: str) -> str:
    return opening * levels + closing * levels


def laughs(generations: int) -> str:
    lines = [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, generations)]
    return HEAD + "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "\n".join(lines)


BOMBS = {
    "billion laughs": laughs(10),
    "quadratic": f"{HEAD}a: &a [{'x,' * 20_000}]\nb: [{'*a,' * 20_000}]\n",
    "an alias to itself": f"{HEAD}a: &a [*a]\n",
    "deep flow": f"{HEAD}a: {deep(100_000, '[', ']')}",
    "deep maps": f"{HEAD}a: {deep(1_000, '{a: ', '}')}",
    "deep blocks": HEAD + "a:\n" + "".join(f"{' ' * i}a:\n" for i in range(1, 1_000)),
    "deep JSON": '{"openapi": "3.1.0", "paths": {"/x": ' + deep(100_000, "[", "]") + "}}",
    "less deep JSON": '{"openapi": "3.1.0", "paths": {"/x": ' + deep(300, "[", "]") + "}}",
    "a long number": '{"openapi": "3.1.0", "paths": {}, "x": ' + "9" * 100_000 + "}",
    "Python in YAML": f"{HEAD}a: !!python/object/apply:os.system ['touch MARK']\nb: [\n",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_one_clear_error_at_once(
    bomb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    with pytest.raises(Malformed) as raised:
        reader.parse(BOMBS[bomb].encode(), "bomb")
    assert time.process_time() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    assert len(str(raised.value).splitlines()) == 1
    assert len(str(raised.value)) < 300
    assert not list(tmp_path.iterdir())


def test_harmless_anchors_are_read() -> None:
    text = f"{HEAD}a: &a {{b: 1}}\nc: *a\nd: {{200: x}}\n"
    read = reader.parse(text.encode(), "anchors")
    assert (read["a"], read["c"], read["d"]) == ({"b": 1}, {"b": 1}, {"200": "x"})


def with_body(schema: Json, **components: Any) -> Json:
    """The pin, its credit's body replaced."""
    document: Json = json.loads(DEFAULT_PIN.read_bytes())
    post = document["paths"][CREDITS]["post"]
    post["requestBody"]["content"]["application/json"]["schema"] = schema
    document["components"]["schemas"] |= components
    return document


def reference(name: object) -> Json:
    return {"$ref": f"#/components/schemas/A{name}"}


def links(count: int, *, width: int = 1) -> Json:
    inner = {
        f"A{i}": {"type": "object", "properties": {f"p{j}": reference(i + 1) for j in range(width)}}
        for i in range(count)
    }
    return with_body(reference(0), **inner, **{f"A{count}": {"type": "string"}})


def prepared(document: Json) -> Json:
    wanted = operations.load()
    return make_contract(slices.cut(document, wanted.operations, "hostile"), wanted)


@pytest.mark.parametrize(
    "document",
    [
        with_body(reference(0), A0=reference(1), A1=reference(0)),
        with_body(reference(0), A0=reference(0)),
        links(3_000),
        with_body({"$ref": "#/components/schemas/../../../etc/passwd"}),
        with_body({"$ref": "file:///etc/passwd"}),
        with_body({"$ref": "http://127.0.0.1:9/x"}),
    ],
    ids=["circle", "self", "chain", "path", "file", "url"],
)
def test_references_that_lead_nowhere_are_one_clear_error(document: Json) -> None:
    with pytest.raises(Malformed) as raised:
        prepared(document)
    assert len(str(raised.value).splitlines()) == 1


def test_references_that_fan_out_are_not_followed_again_and_again() -> None:
    started = time.process_time()
    prepared(links(60, width=3))
    assert time.process_time() - started < 5


def texts(text: str) -> Json:
    """The pin with `text` wherever a document may say what it likes."""
    document: Json = json.loads(DEFAULT_PIN.read_bytes())
    document["info"] |= {"title": text, "description": text, "version": text}
    document["components"]["schemas"][text] = {"type": "object", "title": text}
    post = document["paths"][CREDITS]["post"]
    post |= {"summary": text, "description": text, "operationId": text, "tags": [text]}
    post["responses"]["200"]["description"] = text
    for place in ("query", "header", "cookie"):
        parameter = {"name": text, "in": place, "description": text, "schema": {"type": "string"}}
        post.setdefault("parameters", []).append(parameter)
    body = post["requestBody"]["content"]["application/json"]
    body |= {"example": text, "examples": {text: {"value": text}}}
    schema = slices.resolve_pointer(document, body["schema"]["$ref"])
    schema |= {"title": text, "description": text}
    says = {"title": text, "description": text, "example": text, "examples": [text]}
    schema["properties"] |= {
        text: {"type": "string", "pattern": text, "format": text, **says},
        "with_default": {"type": "string", "default": text, **says},
        "with_enum": {"type": "string", "enum": [text, "other"], **says},
        "with_object": {"type": "object", "properties": {text: {"type": "object"}}, **says},
    }
    return document


def written(document: Json, folder: Path) -> str:
    """Generate from `document` under `folder` as `make client` does; return the error, if any."""
    pin = folder / "propexo.json"
    pin.write_text(json.dumps(document))
    (folder / "pin.json").write_bytes(DEFAULT_PIN.with_name("pin.json").read_bytes())
    try:
        package = generate.build(generate.Inputs(pin=pin), folder / "build")
    except PipelineError as error:
        return str(error)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for module in package.rglob("*.py"):
            compile(module.read_text(encoding="utf-8"), str(module), "exec")
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("text", BREAKOUTS)
def test_no_text_of_a_document_runs_or_escapes(text: str, tmp_path: Path) -> None:
    mark = tmp_path / "owned"
    inside = tmp_path / "a" / "b" / "c"
    inside.mkdir(parents=True)
    error = written(texts(text.replace("MARK", str(mark))), inside)
    assert not mark.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"a"}
    assert {path.name for path in inside.iterdir()} <= {"propexo.json", "pin.json", "build"}
    assert "Traceback" not in error, error


@pytest.mark.slow
def test_generated_code_that_did_break_out_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, run = tmp_path / "owned", generate.run_generator

    def broken_generator(surface: Surface, folder: Path, package: Path) -> None:
        run(surface, folder, package)
        with (package / "types.py").open("a") as module:
            module.write(f"\nopen({str(mark)!r}, 'w')\n")

    monkeypatch.setattr(generate, "run_generator", broken_generator)
    said = written(json.loads(DEFAULT_PIN.read_bytes()), tmp_path)
    assert "do not trust this document" in said
    assert not mark.exists()


PIN = """
import re, sys
from pathlib import Path
from scripts import pin
code = pin.main(sys.argv[1:])
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
sys.exit(code)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_document_of_200_megabytes_is_not_taken_in(packed: bool, tmp_path: Path) -> None:
    body = b'{"openapi": "3.1.0", "x": "' + b" " * (200 << 20)
    headers = {"content-encoding": "gzip"} if packed else {}
    response = Response(gzip.compress(body, 1) if packed else body, headers=headers)
    (tmp_path / "propexo.json").write_text("the old pin")
    with serving({"/openapi.json": response}) as url:
        done = subprocess.run(
            [sys.executable, "-B", "-c", PIN, "--from", f"{url}/openapi.json",
             "--output", str(tmp_path / "propexo.json")],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 13
    assert "over the limit" in done.stderr
    assert int(done.stdout) < 200_000
    assert (tmp_path / "propexo.json").read_text() == "the old pin"


def test_the_document_given_is_never_changed() -> None:
    document = texts("x")
    before = copy.deepcopy(document)
    prepared(document)
    assert document == before
