"""An OpenAPI document as its publisher serves it: fetched or opened, read as JSON or YAML 1.2."""

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..support import errors
from ..support.files import sha256
from ..support.progress import SILENT, Progress
from . import read_yaml

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 20 * 1024 * 1024
MAX_DEPTH = read_yaml.MAX_DEPTH
MAX_TEXT_BYTES = 2 * 1024 * 1024
TIMEOUT = 60.0
ACCEPT = "application/json, application/yaml, */*"


@dataclass(frozen=True)
class Document:
    """A parsed OpenAPI document and where it came from."""

    source: str
    raw: bytes
    content: dict[str, Any]
    etag: str | None = None
    last_modified: str | None = None

    @property
    def sha256(self) -> str:
        """Hash of the bytes as they were served."""
        return sha256(self.raw)


def read(
    source: str,
    *,
    timeout: float = TIMEOUT,
    max_bytes: int = MAX_BYTES,
    progress: Progress = SILENT,
) -> Document:
    """Fetch `source` if it is an http(s) URL, else open it as a file, and parse it.

    `timeout`, in seconds, is for the whole download. Raises a `DocumentError` that says in which
    of the many ways the document is unusable.
    """
    raw, headers = _read(source, timeout, max_bytes, progress)
    return Document(
        source=source,
        raw=raw,
        content=parse(raw, source),
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
    )


def read_text(source: str, *, max_bytes: int = MAX_TEXT_BYTES, progress: Progress = SILENT) -> str:
    """Fetch or open any text. Raises a `DocumentError` that says why it cannot be read."""
    raw, _ = _read(source, TIMEOUT, max_bytes, progress)
    return _text(raw, source)


def _read(
    source: str, timeout: float, max_bytes: int, progress: Progress
) -> tuple[bytes, Mapping[str, str]]:
    if source.startswith(("http://", "https://")):
        return _fetch(source, timeout, max_bytes, progress)
    if "://" in source:
        raise errors.Unreachable(
            f"{source}: only https:// and http:// can be downloaded; save it yourself, and name"
            " the file"
        )
    return _open(Path(source), max_bytes), {}


def parse(raw: bytes, source: str) -> dict[str, Any]:
    """Read JSON or YAML 1.2 and make sure it is OpenAPI 3.x."""
    text = _text(raw, source)
    start = text.lstrip()[:200].lower()
    if not start:
        raise errors.Truncated(f"{source}: empty; try again, or name another source")
    if start.startswith("<"):
        raise errors.NotADocument(
            f"{source}: a web page, not a document; find its download link, and name that instead"
        )
    content = _load(text, source)
    if _is_deeper(content, MAX_DEPTH):
        raise errors.Malformed(f"{source}: nested too deeply to read")
    version = content.get("openapi") if isinstance(content, dict) else None
    if not isinstance(version, str) or not version.startswith("3."):
        found = "swagger " + str(content["swagger"]) if _is_swagger(content) else repr(version)
        raise errors.NotOpenAPI(f"{source}: OpenAPI 3.x is needed, `openapi` is {found}")
    if not isinstance(content.get("paths"), dict):
        raise errors.NotOpenAPI(f"{source}: has no `paths` mapping")
    return dict(content)


def _text(raw: bytes, source: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise errors.NotADocument(f"{source}: not UTF-8 text ({error.reason})") from None


def _is_swagger(content: Any) -> bool:
    return isinstance(content, dict) and "swagger" in content


def _is_deeper(content: Any, levels: int) -> bool:
    layer = [content] if isinstance(content, (dict, list)) else []
    for _ in range(levels):
        layer = [
            inner
            for node in layer
            for inner in (node.values() if isinstance(node, dict) else node)
            if isinstance(inner, (dict, list))
        ]
        if not layer:
            return False
    return True


def _load(text: str, source: str) -> Any:
    # Flow-style YAML also starts with a brace, so a JSON failure is final only if YAML fails too.
    json_error = None
    if text.lstrip().startswith("{"):
        try:
            return json.loads(
                text,
                object_pairs_hook=_unique,
                parse_float=_finite,
                parse_constant=_refuse_number,
            )
        except json.JSONDecodeError as error:
            json_error = error
        except _NotPlainJson as error:
            raise errors.Malformed(f"{source}: {error}") from None
        except ValueError:
            raise errors.Malformed(f"{source}: contains a number too long to read") from None
        except RecursionError:
            raise errors.Malformed(f"{source}: nested too deeply to read") from None
    try:
        return read_yaml.load(text)
    except read_yaml.UnreadableYaml as error:
        if json_error is None:
            raise errors.Malformed(f"{source}: {error}") from None
    if not text[json_error.pos :].strip() or json_error.msg.startswith("Unterminated"):
        raise errors.Truncated(
            f"{source}: ends in the middle (line {json_error.lineno}); fetch it again"
        )
    raise errors.Malformed(f"{source}: broken JSON: {json_error}")


class _NotPlainJson(ValueError):
    """Python would read the text as JSON, but not everyone would read the same."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise _NotPlainJson(f"the key {twice!r} stands twice in one object")
    return found


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise _NotPlainJson(f"contains the number {number}, which is too large to read")
    return value


def _refuse_number(number: str) -> Any:
    raise _NotPlainJson(f"contains the number {number}, which JSON does not have")


def _open(path: Path, max_bytes: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise errors.TooLarge(
                f"{path}: {_megabytes(size)}, the limit is {_megabytes(max_bytes)}"
            )
        return path.read_bytes()
    except OSError as error:
        raise errors.Unreachable(f"{path}: {error.strerror}") from None


def _fetch(
    url: str, timeout: float, max_bytes: int, progress: Progress
) -> tuple[bytes, Mapping[str, str]]:
    import httpx  # takes longer to load than most documents take to read

    progress.update(f"{url} ...")
    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=True) as client,
            client.stream("GET", url, headers={"accept": ACCEPT}) as response,
        ):
            if response.status_code != httpx.codes.OK:
                said = f"{response.status_code} {response.reason_phrase}"
                raise errors.BadStatus(f"{url}: responded with {said}; look for the new address")
            raw = _receive(response, time.monotonic() + timeout, max_bytes, progress)
    except (httpx.TimeoutException, TimeoutError):
        raise errors.TimedOut(f"{url}: no response in {timeout:g} s; try again") from None
    except httpx.RemoteProtocolError:
        raise errors.Truncated(f"{url}: the connection ended in the middle; try again") from None
    except (httpx.TransportError, httpx.InvalidURL) as error:
        said = str(error) or type(error).__name__
        raise errors.Unreachable(f"{url}: {said}; are you online?") from None
    except httpx.HTTPError as error:
        raise errors.BadStatus(f"{url}: {error}") from None
    return raw, response.headers


def _receive(
    response: "httpx.Response", deadline: float, max_bytes: int, progress: Progress
) -> bytes:
    raw = bytearray()
    for chunk in response.iter_bytes():
        raw += chunk
        progress.update(f"{response.url} {_megabytes(len(raw))}")
        if len(raw) > max_bytes:
            raise errors.TooLarge(f"{response.url}: over the limit of {_megabytes(max_bytes)}")
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(raw)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
