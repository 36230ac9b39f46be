"""What the templates print, and that nothing a document says gets out of its place."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.pipeline import tiny
from scripts.document import printed
from scripts.document.contract import make_contract
from scripts.document.operations import Operation, Operations
from scripts.support.errors import ConfigurationError, GenerationError, Malformed
from scripts.support.files import ROOT

OTHERS = [
    path
    for version in ("3.11", "3.12", "3.13", "3.14")
    for path in sorted(Path("~/.pyenv/versions").expanduser().glob(f"{version}*/bin/python"))
]
PLAN = """
import hashlib, json, sys
sys.path.insert(0, sys.argv[1])
from scripts.document import operations, printing, generator
from scripts.document.contract import make_contract
from scripts.document.surface import plan
pin = json.load(open(sys.argv[1] + "/openapi/propexo.json", encoding="utf-8"))
wanted = operations.load()
contract = make_contract(pin, wanted)
surface = plan(contract, wanted)
both = [contract, generator.small_document(surface), printing.plan_template(surface)]
print(hashlib.sha256(json.dumps(both, sort_keys=True).encode()).hexdigest())
"""


def test_the_templates_print_what_was_looked_at(tmp_path: Path) -> None:
    new = tiny.texts(tiny.printed(tmp_path), ".py")
    old = tiny.texts(tiny.GOLDEN, ".txt")
    assert new == old, "look at the change, then run python -m contract_tests.pipeline.tiny"


def planned(python: Path, seed: int) -> str:
    """Hash contract, document and plan as one Python makes them under one hash seed."""
    done = subprocess.run(
        [python, "-B", "-c", PLAN, ROOT],
        env={**os.environ, "PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def here() -> str:
    return planned(Path(sys.executable), 0)


@pytest.mark.parametrize(
    "python",
    [Path(sys.executable), *(pytest.param(each, marks=pytest.mark.slow) for each in OTHERS)],
    ids=lambda python: str(python.parts[-3]),
)
def test_the_same_is_planned_on_every_python_and_under_any_hash_seed(
    python: Path, here: str
) -> None:
    assert planned(python, 1) == here


@given(st.text())
def test_any_text_is_a_literal_that_reads_back(text: str) -> None:
    written = printed.literal(text)
    assert written.isascii()
    assert ast.literal_eval(written) == text


@given(st.text(), st.text())
def test_any_text_stays_inside_a_docstring(before: str, after: str) -> None:
    said = printed.sentence(f'{before}\\"""{after}')
    tree = ast.parse(f'"""{said}"""\n')
    assert len(tree.body) == 1
    assert isinstance(tree.body[0], ast.Expr)
    assert '"' not in said
    assert all(character.isprintable() for character in said)


@given(st.text())
def test_any_name_becomes_a_plain_name_or_is_refused(wire: str) -> None:
    try:
        name = printed.python_name(wire, {"self"})
    except GenerationError:
        assert not any(character.isascii() and character.isalnum() for character in wire)
        return
    assert name.isidentifier()
    assert name.isascii()
    assert not name.startswith("_")
    assert name != "self"
    ast.parse(f"{name} = 1")


def test_direction_characters_and_templates_are_only_text() -> None:
    assert printed.sentence("a\u202eb\u2066c\x00d") == "a b c d."
    assert printed.sentence("{{ x }} {% y %}") == "{{ x }} {% y %}."


def test_a_write_that_creates_what_cannot_be_read_is_refused_by_name() -> None:
    fewer = tuple(each for each in tiny.OPERATIONS.operations if each.name != "get_fee")
    with pytest.raises(ConfigurationError, match=r"create_fee.*no operation gets one"):
        make_contract(tiny.DOCUMENT, Operations(fewer))


def test_two_fields_of_one_name_are_refused_by_name() -> None:
    document = json.loads(json.dumps(tiny.DOCUMENT))
    body = document["paths"]["/v1/fees/"]["post"]["requestBody"]["content"]["application/json"]
    body["schema"]["properties"] |= {"a-b": {"type": "string"}, "a_b": {"type": "string"}}
    with pytest.raises(ConfigurationError, match=r"POST /v1/fees/: two fields .* called a_b"):
        make_contract(document, tiny.OPERATIONS)


def test_an_unknown_type_is_refused() -> None:
    document = json.loads(json.dumps(tiny.DOCUMENT))
    document["paths"]["/v1/animals/"]["get"]["parameters"][3]["schema"] = {"type": "wat"}
    with pytest.raises(Malformed, match="wat"):
        make_contract(document, tiny.OPERATIONS)


@pytest.mark.parametrize("group", ["record", "flow", "request", "listing"])
def test_a_group_that_would_take_a_name_of_generated_code_is_refused(group: str) -> None:
    operations = Operations((Operation("get", "/v1/animals/", "list_animals", group),))
    with pytest.raises(ConfigurationError, match="choose another group"):
        make_contract(tiny.DOCUMENT, operations)
