"""YAML 1.2, read within bounds of time and memory.

Anchors let a few lines stand for gigabytes, so a text that has any is read in a process that is
stopped when it takes too much. The vendor's documents have none: those are read here, faster.
"""

import json
import re
import subprocess
import sys
from typing import Any

from ryaml import InvalidYamlError  # pyright: ignore[reportPrivateImportUsage]
from ryaml import loads as load_freely  # pyright: ignore[reportPrivateImportUsage]

MAX_DEPTH = 200
MAX_MEMORY = 1 << 29
MAX_SECONDS = 20

_ANCHOR = re.compile(r"&(?<![^\s\[{,:-]&)[^\s\[\]{},]")
_CHILD = f"""
import json, resource, sys
for what, most in ((resource.RLIMIT_AS, {MAX_MEMORY}), (resource.RLIMIT_CPU, {MAX_SECONDS})):
    resource.setrlimit(what, (most, most))
import ryaml
try:
    content = ryaml.loads(sys.stdin.read())
except ryaml.InvalidYamlError as error:
    sys.exit(f"broken YAML: {{error}}")
json.dump(content, sys.stdout)
"""


class UnreadableYaml(ValueError):
    """The text is no YAML, or takes too much to read."""


def load(text: str) -> Any:
    """Read `text`. Raises `UnreadableYaml`, saying in one line why."""
    if _flow_depth(text) > MAX_DEPTH:
        raise UnreadableYaml("nested too deeply to read")
    if _ANCHOR.search(text):
        return _load_within_limits(text)
    try:
        # Keys become texts, as in JSON: a status that is not quoted is a number to YAML.
        return json.loads(json.dumps(load_freely(text)))
    except InvalidYamlError as error:
        raise UnreadableYaml(f"broken YAML: {error}") from None


def _flow_depth(text: str) -> int:
    """Count how deep brackets lie in one another; those in texts close again, or hardly count."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _load_within_limits(text: str) -> Any:
    command = [sys.executable, "-I", "-B", "-c", _CHILD]
    done = subprocess.run(
        command, input=text, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode == 0:
        return json.loads(done.stdout)
    said = done.stderr.strip()
    if said.startswith("broken YAML"):
        raise UnreadableYaml(said)
    raise UnreadableYaml("its YAML anchors stand for more than can be read")
