"""Look every package of requirements.lock up in the OSV database of known vulnerabilities.

    python -m scripts.audit [--lock FILE] [--url URL]

Exit codes: 0 nothing is known, 1 something is, 4 the database could not be asked about all of them.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.support.files import ROOT
from scripts.support.progress import Terminal

_SUMMARY = "Look every package of requirements.lock up in the database of known vulnerabilities."
VULNERABLE, UNAVAILABLE = 1, 4
OSV = "https://api.osv.dev/v1/query"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.audit", description=_SUMMARY)
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements.lock")
    parser.add_argument("--url", default=OSV, help=f"OSV's query address [{OSV}]")
    options = parser.parse_args(arguments)
    command = [
        sys.executable, "-B", "-m", "pip_audit", "--requirement", str(options.lock),
        "--require-hashes", "--disable-pip", "--vulnerability-service", "osv",
        "--osv-url", options.url, "--format", "json", "--progress-spinner", "off",
    ]  # fmt: skip
    progress = Terminal()
    progress.update(f"audit: asking {options.url} ...")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    progress.clear()
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"audit: {options.url} did not respond, so nothing is known: {last}", file=sys.stderr)
        return UNAVAILABLE
    return _judge(packages)


def _judge(packages: list[dict[str, Any]]) -> int:
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    known = [(p, vulnerability) for p in packages for vulnerability in p.get("vulns", [])]
    for package, vulnerability in known:
        fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
        what = f"{package['name']} {package['version']}: {vulnerability['id']}"
        print(f"audit: {what}; fixed in {fixed}")
    if known:
        return VULNERABLE
    if skipped or not packages:
        print(f"audit: not looked up: {', '.join(skipped) or 'anything'}", file=sys.stderr)
        return UNAVAILABLE
    print(f"audit: nothing is known against {len(packages)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
