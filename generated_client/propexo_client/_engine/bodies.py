"""What the body of a response says: which job, which write it echoes, which error.

A body is untrusted: it may be of any shape and nesting, so nothing here recurses or raises.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from .._json import is_array, is_object, text_or_none
from ..messages import Request, Response
from .values import IDENTIFIER

_ECHOED = ("integration_id", "lease_id", "amount_in_cents")
"""Fields of a write by which a response shows whose it is. Dates may be normalized."""

_SCALAR = rb'("(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*)'
_NAMED = {
    name: re.compile(b'"' + name.encode() + rb'"\s*:\s*' + _SCALAR) for name in (*_ECHOED, "job_id")
}
_LONGEST_JOB_ID = 255
_LONGEST_NUMBER = 40


def job_id(body: Any) -> str | None:
    """Find the job id in either documented envelope: {meta: {job_id}, ...} or {job_id, ...}."""
    match body:
        case {"meta": {"job_id": int() | str() as found}} if _is_id(found):
            return str(found)
        case {"job_id": int() | str() as found} if _is_id(found):
            return str(found)
        case _:
            return None


def names_a_job(response: Response) -> bool:
    """Whether the body is JSON with a job id in it."""
    try:
        return job_id(response.json()) is not None
    except ValueError:
        return False


def _is_id(found: int | str) -> bool:
    return not isinstance(found, bool) and bool(str(found).strip())


def is_usable(found: str) -> bool:
    """Whether a job id can be asked for: it has to fit into the path of a URL."""
    return len(found) <= _LONGEST_JOB_ID and IDENTIFIER.fullmatch(found) is not None


def contradiction(sent: Mapping[str, Any], body: Mapping[str, Any]) -> str | None:
    """Name the field of the echoed write that differs from what was sent."""
    result: object = body.get("result") if sent else None
    if isinstance(result, dict):
        echo = cast("dict[str, Any]", result)
        for name in _ECHOED:
            if (
                name in sent
                and echo.get(name) != sent[name]
                and _differs(sent[name], echo.get(name))
            ):
                return name
    return None


def salvaged_job_id(request: Request, response: Response | None) -> str | None:
    """Find a job id in a body too damaged to parse: evidence, never a sign of success.

    None if the same body names another lease, amount or integration: then the job is not ours.
    """
    if response is None:
        return None
    sent: dict[str, Any] = request.body or {}
    for name in _ECHOED:
        if name in sent and any(
            _differs(sent[name], value) for value in _values_named(name, response.body)
        ):
            return None
    for found in _values_named("job_id", response.body):
        if isinstance(found, str) and is_usable(found):
            return found
    return None


def vendor_error(response: Response) -> Mapping[str, Any] | None:
    """Read the vendor's error body: an object whose `error` has a text `code` or `message`.

    Source: Propexo's reference, "Create Resident Credit: Rentvine".
    """
    try:
        body = response.json()
    except ValueError:
        return None
    error = body.get("error") if is_object(body) else None
    if not is_object(error):
        return None
    said = (text_or_none(error, "code"), text_or_none(error, "message"))
    return None if said == (None, None) else error


def issues(error: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Find the list of issues: the documents show it one level deeper than they declare it."""
    details = error.get("details")
    while is_object(details):
        found = details.get("issues")
        if is_array(found):
            return tuple(issue for issue in found if is_object(issue))
        details = details.get("details")
    return ()


def texts(values: Any) -> tuple[str, ...]:
    """Read a list of texts, whatever its items are."""
    if values is None:
        return ()
    return tuple(map(_as_text, values if is_array(values) else [values]))


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value)
    except (RecursionError, ValueError):
        return f"({type(value).__name__} that cannot be shown)"


def _differs(sent: Any, echoed: Any) -> bool:
    """Whether `echoed` names something else than was sent; what cannot be read names nothing."""
    if isinstance(sent, int):
        number = _number(echoed)
        return number is not None and number != sent
    if isinstance(echoed, int | float) and not isinstance(echoed, bool):
        echoed = str(echoed)
    return isinstance(echoed, str) and echoed != sent


def _number(value: Any) -> Decimal | int | float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER:
        with suppress(InvalidOperation):
            found = Decimal(value)
            return math.nan if found.is_nan() else found  # comparing a signaling NaN raises
    return None


def _values_named(name: str, body: bytes) -> Iterator[Any]:
    for match in _NAMED[name].finditer(body):
        with suppress(ValueError):
            yield json.loads(match[1])
