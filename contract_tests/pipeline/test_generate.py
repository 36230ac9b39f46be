"""`make client`: whole or not at all, the same bytes every time, under names one would choose."""

import hashlib
import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import ryaml
from openapi_python_client.config import ConfigFile

from contract_tests import upstream
from propexo_client._contract import provenance
from scripts import generate
from scripts.document import operations, slices
from scripts.document.contract import for_generator, make_contract
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
    return generate.PACKAGE


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


def test_shuffled_keys_give_the_same_bytes(place: Place) -> None:
    before = bytes_of(place.package)

    def turn(node: object) -> object:
        if isinstance(node, dict):
            return {key: turn(value) for key, value in reversed(node.items())}
        return [turn(item) for item in node] if isinstance(node, list) else node

    place.pin.write_text(json.dumps(turn(json.loads(place.pin.read_text()))))
    place.run()
    after = bytes_of(place.package)
    changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    assert changed == {"PROVENANCE.json"}


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
    assert f"14 operations and {files} files generated from openapi/propexo.json" in printed
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
    assert "these files differ: PROVENANCE.json, contract.json" in capsys.readouterr().err
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
        ('"type": "integer"', '"type": "wat"', "openapi-python-client failed"),
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


def test_a_warning_of_the_generator_is_a_failure(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    before = bytes_of(place.package)
    pinned = json.loads(place.pin.read_text())
    content = pinned["paths"]["/v1/resident-credits/rentvine/"]["post"]["responses"]["400"][
        "content"
    ]
    content["application/x-unheard-of"] = content.pop("application/json")
    place.pin.write_text(json.dumps(pinned))
    assert place.run() == 3
    assert "x-unheard-of" in capsys.readouterr().err
    assert bytes_of(place.package) == before


@pytest.mark.slow
def test_a_package_that_cannot_be_put_in_place_is_one_clear_line(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(place.package.parent)
    place.package.parent.write_text("a file stands where the folder should be")
    assert place.run() == 3
    assert "the old client stays" in capsys.readouterr().err


def test_an_operation_that_the_generator_left_out_is_an_error_that_names_it(built: Path) -> None:
    wanted = operations.load()
    more = operations.Operation("get", "/v1/x", "get_x", "writes")
    with pytest.raises(GenerationError, match="left out get_x"):
        generate.count(built, operations.Operations((*wanted.operations, more)))
    fewer = tuple(o for o in wanted.operations if o.name != "retry_write")
    with pytest.raises(GenerationError, match="added retry_write"):
        generate.count(built, operations.Operations(fewer))


def test_the_provenance_names_tools_inputs_and_every_file_and_holds_no_clock(built: Path) -> None:
    record = json.loads((built / "PROVENANCE.json").read_bytes())
    assert set(record["tools"]) == {"openapi-python-client", "ruff"}
    assert {"openapi/propexo.json", "openapi/operations.toml"} <= set(record["inputs"])
    assert record["files"] == provenance.hash_files(built)
    assert record["tree_sha256"] == provenance.hash_tree(record["files"])
    assert record["pin"] == json.loads((ROOT / "openapi" / "pin.json").read_bytes())


def test_every_generated_module_says_that_it_is_generated(built: Path) -> None:
    modules = list(built.rglob("*.py"))
    assert len(modules) > 60
    assert all(module.read_text().startswith(generate.HEADER) for module in modules)


def test_names_are_those_a_person_would_choose() -> None:
    module = importlib.import_module(
        "propexo_client._generated.api.resident_credits.create_resident_credit"
    )
    models = importlib.import_module("propexo_client._generated.models")
    assert callable(module.sync_detailed)
    for name in ("CreateResidentCreditRequest", "ResidentCharge", "WriteJob", "ErrorResponse"):
        assert isinstance(getattr(models, name), type)


def test_generated_code_imports_nothing_but_httpx_attrs_and_the_standard_library(
    built: Path,
) -> None:
    code = (
        "import sys, pkgutil, importlib\n"
        f"sys.path.insert(0, {str(built.parent)!r})\n"
        "import _generated\n"
        "for m in pkgutil.walk_packages(_generated.__path__, '_generated.'):\n"
        "    importlib.import_module(m.name)\n"
        "print(sorted({n.partition('.')[0] for n in sys.modules}))\n"
    )
    command = [sys.executable, "-I", "-B", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for tool in ("ruff", "pydantic", "openapi_python_client", "dateutil"):
        assert f"'{tool}'" not in done.stdout


def test_every_key_of_the_generators_configuration_is_one_it_knows() -> None:
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
    source = tmp_path / "openapi.json"
    source.write_bytes(canonical_json(for_generator(make_contract(whole, wanted))))
    generate.run_generator(source, tmp_path / "_generated")
    generate.count(tmp_path / "_generated", wanted)
    if name == upstream.LATEST:
        assert len(wanted.operations) == 211
        generate.import_everything(tmp_path)
