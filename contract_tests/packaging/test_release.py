"""`make release-check`: what is released is named, described and generated as it says."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from propexo_client import __version__
from propexo_client._contract import provenance
from scripts.support.files import ROOT

pytestmark = pytest.mark.slow

CONTRACT = provenance.contract_sha256()[:12]
RELEASED = f"""# Changelog

## [Unreleased]

## [{__version__}] - 2026-12-01

Contract: `{CONTRACT}`.

### Added

- Everything.
"""


class Checkout:
    """A copy of this checkout that is ready for a release."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("openapi", "scripts", "generated_client"):
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        self.changelog = folder / "CHANGELOG.md"
        self.changelog.write_text(RELEASED)
        self.package = folder / "generated_client" / "propexo_client"

    def check(self, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-B", "-m", "scripts.release", *arguments],
            cwd=self.folder,
            env={"PYTHONPATH": str(self.folder / "generated_client")},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def become(self, version: str) -> None:
        init = self.package / "_version.py"
        init.write_text(init.read_text().replace(f'"{__version__}"', f'"{version}"'))
        self.changelog.write_text(RELEASED.replace(__version__, version))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_release_that_agrees_in_everything_passes(checkout: Checkout) -> None:
    code, said = checkout.check("--tag", f"v{__version__}")
    assert (code, said) == (0, f"release: {__version__} with contract {CONTRACT} is ready\n")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (r"## \[\d.*", "", "has nothing under"),
        (r"## \[Unreleased\]\n", "## [Unreleased]\n\n- News.\n", "move what is under [Unreleased]"),
        (r" - 2026-12-01", "", "has no date"),
        (r"Contract: .*", "", f"add: Contract: `{CONTRACT}`"),
        (r"`[0-9a-f]{12}`", "`000000000000`", "does not name its contract"),
    ],
)
def test_a_changelog_that_does_not_tell_is_refused(
    old: str, new: str, says: str, checkout: Checkout
) -> None:
    text = re.sub(old, new, checkout.changelog.read_text(), count=1)
    checkout.changelog.write_text(text)
    code, said = checkout.check()
    assert code == 1
    assert says in said


def test_another_tag_is_refused(checkout: Checkout) -> None:
    code, said = checkout.check("--tag", "v9.9.9")
    assert code == 1
    assert f"the tag is v9.9.9, the version {__version__}" in said


def test_a_version_that_is_not_semver_is_refused(checkout: Checkout) -> None:
    checkout.become("1.0")
    assert "is not MAJOR.MINOR.PATCH" in checkout.check()[1]


def test_a_first_major_version_needs_a_downloaded_pin(checkout: Checkout) -> None:
    checkout.become("1.0.0")
    code, said = checkout.check()
    record = json.loads((checkout.folder / "openapi" / "pin.json").read_bytes())
    by_hand = [e for e, entry in record["operations"].items() if entry["origin"] == "transcribed"]
    assert ("run `make pin`" in said) == bool(by_hand)
    assert code == 1 or not by_hand
    assert f"{len(by_hand)} operations are transcribed by hand" in said


def test_edited_generated_code_is_refused(checkout: Checkout) -> None:
    with (checkout.package / "_generated" / "types.py").open("a") as module:
        module.write("# mine\n")
    code, said = checkout.check()
    assert code == 1
    assert "was edited" in said


def test_generated_code_of_another_pin_is_refused(checkout: Checkout) -> None:
    pin = checkout.folder / "openapi" / "propexo.json"
    pin.write_text(pin.read_text().replace('"maximum": 31', '"maximum": 28'))
    code, said = checkout.check()
    assert code == 1
    assert "is not what the pin and the tools give" in said
