"""What a vendored copy has besides the package, so that the project around it leaves it alone."""

from pathlib import Path

from scripts.support.files import ROOT

_RUFF = """\
# This folder is a copy: ruff leaves it alone, so that `verify` finds it as it was shipped.
exclude = ["*"]
line-length = 100
cache-dir = "../.ruff_cache"

[lint]
select = []
"""
_GITATTRIBUTES = """\
# This folder is a copy: git never changes its line ends, and GitHub knows it as a copy.
* -text linguist-vendored
_generated/** linguist-generated
"""


def write(copy: Path) -> None:
    """Put the license and the settings of other tools into the folder `copy`."""
    (copy / "LICENSE").write_bytes((ROOT / "LICENSE").read_bytes())
    (copy / "ruff.toml").write_text(_RUFF, encoding="utf-8", newline="\n")
    (copy / ".gitattributes").write_text(_GITATTRIBUTES, encoding="utf-8", newline="\n")
