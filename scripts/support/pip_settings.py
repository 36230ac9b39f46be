"""Where pip is configured to take packages from, in the words that uv understands.

pip merges pip.conf files and PIP_ variables into its settings; uv reads neither. So pip is asked
for the result, and every setting that decides where a package comes from, and whom to trust, is
passed on under the name that means the same to uv.
"""

import ast
import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence

_SECTIONS = ("global", "install", ":env:")
"""Where pip looks for a setting; the last one wins."""

_ALSO = {"default-timeout": "timeout", "pypi-url": "index-url"}
"""Other names of the same setting."""

_READ_BY_REQUESTS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Certificates that pip's HTTP library finds by itself."""


def _join(separator: str) -> Callable[[str], str]:
    return lambda value: separator.join(map(os.path.expanduser, value.split()))


_ONE, _MANY = str.strip, _join(" ")

_OWN: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "index-url": ("UV_DEFAULT_INDEX", _ONE),
    "extra-index-url": ("UV_INDEX", _MANY),
    "find-links": ("UV_FIND_LINKS", _join(",")),
    "trusted-host": ("UV_INSECURE_HOST", _MANY),
    "keyring-provider": ("UV_KEYRING_PROVIDER", _ONE),
    "timeout": ("UV_HTTP_TIMEOUT", _ONE),
}
"""Variables of uv's own: if one is set already, it was set for uv and stays."""

_SHARED: Mapping[str, tuple[str, ...]] = {
    "cert": ("SSL_CERT_FILE",),
    "client-cert": ("SSL_CLIENT_CERT",),
    "proxy": ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"),
}
"""Variables that many programs read; pip's setting goes before them, as it does in pip."""


def for_uv(pip: Sequence[str], environment: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return the options and the environment that make uv install from where pip would.

    `pip` is the command that runs pip, `environment` that in which both are run.
    """
    listed = subprocess.run(
        [*pip, "config", "list"], capture_output=True, text=True, check=False, env={**environment}
    )
    settings = _merged(listed.stdout)
    for name in _READ_BY_REQUESTS:
        if environment.get(name):
            settings.setdefault("cert", environment[name])
    # Where every hash is checked, it is safe to take the best of all indexes, as pip does.
    found = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    for name, (variable, write) in _OWN.items():
        if name in settings:
            found[variable] = write(settings[name])
    found |= environment
    if environment.get("UV_INDEX_URL"):
        found.pop("UV_DEFAULT_INDEX", None)
    for name, variables in _SHARED.items():
        if name in settings:
            value = os.path.expanduser(settings[name].strip())  # noqa: PTH111 - or it is a URL
            found |= dict.fromkeys(variables, value)
    return ["--no-index"] if _is_on(settings.get("no-index", "")) else [], found


def _merged(listed: str) -> dict[str, str]:
    sections: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for line in listed.splitlines():
        if entry := re.fullmatch(r"(global|install|:env:)\.([\w-]+)=(['\"].*)", line):
            section, name, value = entry.groups()
            sections[section][_ALSO.get(name, name)] = ast.literal_eval(value)
    merged = {name: value for section in sections.values() for name, value in section.items()}
    return {name: value for name, value in merged.items() if value.strip()}


def _is_on(value: str) -> bool:
    return value.strip().lower() in ("1", "y", "yes", "t", "true", "on")
