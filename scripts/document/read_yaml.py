"""YAML 1.2, read within bounds of time and memory.

Anchors let a few lines stand for gigabytes, so a text that has any is read in a process that is
stopped when it takes too much. The vendor's documents have none: those are read here, faster.

Two things go beyond what the fast reader can: integers of more than 64 bits, and merge keys (`<<`),
which YAML 1.2 dropped and everyone still writes.
"""

import json
import re
import subprocess
import sys
from typing import Any

from ryaml import loads as load_freely  # pyright: ignore[reportPrivateImportUsage]

MAX_DEPTH = 200
MAX_MEMORY = 1 << 29
MAX_SECONDS = 20

_ANCHOR = re.compile(r"&(?<![^\s\[{,:-]&)[^\s\[\]{},]")
_MERGE = re.compile(r"(?:^|[\s{,-])<<\s*:")
_LONG_INTEGER = re.compile(r"(?<=[\s\[,])-?[0-9]{19,4000}(?=\s*(?:[,\]}#]|$))", re.MULTILINE)
_MARK = "\ue000"  # makes a text of a number, and is in nobody's text
_CHILD = f"""
import json, resource, sys
for what, most in ((resource.RLIMIT_AS, {MAX_MEMORY}), (resource.RLIMIT_CPU, {MAX_SECONDS})):
    resource.setrlimit(what, (most, most))
import ryaml
try:
    content = ryaml.loads(sys.stdin.read())
except ValueError as error:
    sys.exit(f"broken YAML: {{error}}")
json.dump(content, sys.stdout)
"""


class UnreadableYaml(ValueError):
    """The text is no YAML, or takes too much to read."""


def load(text: str) -> Any:
    """Read `text`. Raises `UnreadableYaml`, saying in one line why."""
    if _flow_depth(text) > MAX_DEPTH:
        raise UnreadableYaml("nested too deeply to read")
    read = _load_within_limits if _ANCHOR.search(text) else _load_here
    try:
        content = read(text)
    except UnreadableYaml as error:
        if "as i128" not in str(error) and "as u128" not in str(error):
            raise
        marked = _LONG_INTEGER.sub(lambda found: _MARK + found[0], text)
        content = _map_texts(read(marked), _unmark)
    return _merge(content) if "<<" in text and _MERGE.search(text) else content


def _load_here(text: str) -> Any:
    try:
        # Keys become texts, as in JSON: a status that is not quoted is a number to YAML.
        return _as_json(json.dumps(load_freely(text)))
    except ValueError as error:
        raise UnreadableYaml(_in_one_line(f"broken YAML: {error}")) from None


def _load_within_limits(text: str) -> Any:
    command = [sys.executable, "-I", "-B", "-c", _CHILD]
    done = subprocess.run(
        command, input=text, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode == 0:
        return _as_json(done.stdout)
    said = done.stderr.strip()
    if said.startswith("broken YAML"):
        raise UnreadableYaml(_in_one_line(said))
    raise UnreadableYaml("its YAML aliases expand beyond the memory limit")


def _as_json(written: str) -> Any:
    def refuse(number: str) -> Any:
        raise UnreadableYaml(f"contains the number {number}, which JSON does not have")

    return json.loads(written, parse_constant=refuse)


def _in_one_line(message: str) -> str:
    if "unhashable" in message:
        return "broken YAML: a key is a list or a mapping; only texts can be keys here"
    return " ".join(message.split())


def _flow_depth(text: str) -> int:
    """Count how deep brackets lie in one another; those in texts close again, or hardly count."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _unmark(text: str) -> Any:
    return int(text.removeprefix(_MARK)) if text.startswith(_MARK) else text.replace(_MARK, "")


def _map_texts(node: Any, change: Any) -> Any:
    if isinstance(node, str):
        return change(node)
    if isinstance(node, list):
        return [_map_texts(item, change) for item in node]
    if isinstance(node, dict):
        return {key: _map_texts(value, change) for key, value in node.items()}
    return node


def _merge(node: Any) -> Any:
    """Put what `<<` stands for into the mapping around it, whose own keys come first."""
    if isinstance(node, list):
        return [_merge(item) for item in node]
    if not isinstance(node, dict):
        return node
    merged = {key: _merge(value) for key, value in node.items()}
    given = merged.get("<<")
    sources: list[Any] = given if isinstance(given, list) else [given]
    if all(isinstance(source, dict) for source in sources):
        merged.pop("<<")
        for source in sources:
            merged = {**source, **merged}
    return merged
