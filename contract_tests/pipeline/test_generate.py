"""`make client`: whole or not at all, the same bytes every time, under names one would choose."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import ryaml

from contract_tests import upstream
from propexo_client._contract import verify
from scripts import generate
from scripts.document import generator, guard, operations, printing, reader, slices
from scripts.document.contract import make_contract
from scripts.document.slices import Content
from scripts.document.surface import Surface, plan
from scripts.pin import DEFAULT_PIN
from scripts.support.errors import GenerationError
from scripts.support.files import ROOT, canonical_json


class Place:
    """A pin, an operations file and a package of their own."""

    def __init__(self, folder: Path) -> None:
        self.pin = folder / "propexo.json"
        self.package = folder / "package" / "_generated"
        self.build = folder / "build"
        shutil.copy(DEFAULT_PIN, self.pin)
        shutil.copy(DEFAULT_PIN.with_name("pin.json"), folder)

    def run(self, *arguments: str) -> int:
        places = {"--pin": self.pin, "--package": self.package, "--build": self.build}
        given = [str(word) for pair in places.items() for word in pair]
        return generate.main([*given, *arguments])

    def change(self, old: str, new: str) -> None:
        text = self.pin.read_text()
        assert old in text
        self.pin.write_text(text.replace(old, new))


@pytest.fixture
def built() -> Path:
    """The client as it is, for looking at only; `make check` says whether the pin gives it."""
    return generate.GENERATED


@pytest.fixture
def place(built: Path, tmp_path: Path) -> Place:
    place = Place(tmp_path)
    shutil.copytree(built, place.package)
    return place


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def turned(node: Any) -> Any:
    """Write every object the other way round."""
    if isinstance(node, dict):
        return {key: turned(value) for key, value in reversed(node.items())}
    return [turned(item) for item in node] if isinstance(node, list) else node


def test_shuffled_keys_give_the_same_to_print() -> None:
    pin, wanted = json.loads(DEFAULT_PIN.read_bytes()), operations.load()
    contracts = [make_contract(content, wanted) for content in (pin, turned(pin))]
    surfaces = [plan(contract, wanted) for contract in contracts]
    assert canonical_json(contracts[0]) == canonical_json(contracts[1])
    for given in (generator.small_document, printing.plan_template):
        assert given(surfaces[0]) == given(surfaces[1])


@pytest.mark.slow
def test_shuffled_keys_give_the_same_bytes(place: Place) -> None:
    before = bytes_of(place.package)
    place.pin.write_text(json.dumps(turned(json.loads(place.pin.read_text()))))
    place.run()
    after = bytes_of(place.package)
    changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    assert changed == {"PROVENANCE.json"}


@pytest.mark.slow
def test_the_same_inputs_give_the_same_files_and_replace_none(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    before = place.package.stat().st_ino
    own_pin = ["--pin", str(DEFAULT_PIN)]
    assert place.run(*own_pin) == 0
    assert place.package.stat().st_ino == before
    printed = capsys.readouterr().err
    files = len(bytes_of(place.package))
    pin = hashlib.sha256(DEFAULT_PIN.read_bytes()).hexdigest()[:12]
    count = len(operations.load().operations)
    assert f"{count} operations and {files} files generated from openapi/propexo.json" in printed
    assert f"(sha256 {pin})" in printed
    assert "identical to the files in" in printed


@pytest.mark.slow
def test_a_check_notices_a_changed_pin_and_changes_nothing(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.change('"maximum": 31', '"maximum": 28')
    before = bytes_of(place.package)
    assert place.run("--check") == 1
    assert "contract.json" in capsys.readouterr().err
    assert bytes_of(place.package) == before


def test_a_changed_pin_is_taken_up_by_a_run(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.change('"maximum": 31', '"maximum": 28')
    assert place.run() == 0
    differing = "PROVENANCE.json, api/recurring_charges.py, contract.json"
    assert f"these files differ: {differing}" in capsys.readouterr().err
    assert '"maximum":28' in (place.package / "contract.json").read_text()


@pytest.mark.slow
def test_a_file_edited_by_hand_is_noticed_named_replaced_and_kept(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = place.package / "types.py"
    original = edited.read_text()
    edited.write_text(original + "MINE = 1\n")
    (place.package / "stray.py").write_text("")
    assert place.run() == 0
    said = capsys.readouterr().err
    assert "edited by hand" in said
    assert "stray.py, types.py" in said
    assert edited.read_text() == original
    assert "MINE" in (place.build / "replaced" / "types.py").read_text()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"$ref": "#/components/schemas/ResponseMeta"', '"$ref": "#/components/x"', "points at"),
        ('"type": "integer"', '"type": "wat"', "no type of JSON Schema"),
    ],
)
def test_a_failing_generator_leaves_the_old_package_whole(
    old: str, new: str, says: str, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    before = bytes_of(place.package)
    place.change(old, new)
    assert place.run() != 0
    assert says in capsys.readouterr().err
    assert bytes_of(place.package) == before


@pytest.mark.slow
def test_a_warning_of_the_generator_is_a_failure(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, small = bytes_of(place.package), generator.small_document

    def with_an_odd_response(surface: Surface) -> Content:
        document = small(surface)
        details = document["paths"]["/v1/resident-credits/rentvine/"]["post"]
        details["responses"]["400"] = {"description": "", "content": {"application/x-odd": {}}}
        return document

    monkeypatch.setattr(generator, "small_document", with_an_odd_response)
    place.change('"maximum": 31', '"maximum": 28')
    assert place.run() == 3
    assert "x-odd" in capsys.readouterr().err
    assert bytes_of(place.package) == before


@pytest.mark.slow
def test_a_package_that_cannot_be_put_in_place_is_one_clear_line(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(place.package.parent)
    place.package.parent.write_text("a file stands where the folder should be")
    assert place.run() == 3
    assert "the old client stays" in capsys.readouterr().err


def test_what_the_generator_left_out_or_added_is_an_error_that_names_it(tmp_path: Path) -> None:
    wanted = operations.load()
    surface = plan(make_contract(reader.read(str(DEFAULT_PIN)).content, wanted), wanted)
    fewer = replace(surface, groups=tuple(g for g in surface.groups if g.name != "payments"))
    for printed, expected, says in ((fewer, surface, "left out"), (surface, fewer, "added")):
        package = as_printed(printed, tmp_path / says)
        with pytest.raises(GenerationError, match=rf"{says} api/payments\.py"):
            generator.arrange(expected, package)


def as_printed(surface: Surface, package: Path) -> Path:
    """Lay out files as the generator prints them, under its names."""
    names = [f"api/{generator.TAG}{group.name}/__init__.py" for group in surface.groups]
    names += [f"models/record_{record.module}.py" for record in surface.records]
    for name in (*names, "errors.py"):
        file = package / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x = 1\n")
    return package


def test_the_provenance_names_tools_inputs_and_every_file_and_holds_no_clock(built: Path) -> None:
    record = json.loads((built / "PROVENANCE.json").read_bytes())
    assert set(record["tools"]) == {"openapi-python-client", "ruff"}
    assert {"openapi/propexo.json", "openapi/operations.toml"} <= set(record["inputs"])
    assert record["files"] == verify.hash_files(built)
    assert record["tree_sha256"] == verify.hash_tree(record["files"])
    assert record["pin"] == json.loads((ROOT / "openapi" / "pin.json").read_bytes())


def test_every_generated_module_says_that_it_is_generated(built: Path) -> None:
    modules = list(built.rglob("*.py"))
    assert len(modules) > 10
    assert all(module.read_text().startswith(generate.HEADER) for module in modules)


def test_every_key_of_the_generators_configuration_is_one_it_knows() -> None:
    from openapi_python_client.config import ConfigFile  # half a second, for each that collects

    given = ryaml.loads(generate.CONFIG.read_text())  # pyright: ignore[reportPrivateImportUsage]
    assert set(given) <= set(ConfigFile.model_fields)


HISTORY = [*upstream.versions()[:-1:5], upstream.LATEST]


@upstream.needs_upstream
@pytest.mark.slow
@pytest.mark.parametrize("name", HISTORY)
def test_a_real_version_of_the_whole_document_generates(name: str, tmp_path: Path) -> None:
    document = upstream.content(name)
    wanted = upstream.everything(document)
    whole = slices.cut(document, wanted.operations, name)
    contract = make_contract(whole, wanted)
    surface, package = plan(contract, wanted), tmp_path / "_generated"
    generate.run_generator(surface, tmp_path, package)
    generator.arrange(surface, package)
    guard.check(package)
    if name == upstream.LATEST:
        assert len(wanted.operations) == 211
        generate.run_ruff(package)
        generate.import_everything(tmp_path, package, alone=True)
