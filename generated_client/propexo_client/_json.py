"""JSON: read strictly, and narrowed for type checkers once it is parsed."""

import json
from collections.abc import Mapping
from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a parsed value was a JSON object; its keys are always text."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether a parsed value was a JSON array."""
    return isinstance(value, list)


def text_or_none(body: Mapping[str, Any], name: str) -> str | None:
    """Read a field that should be text or null; anything else counts as absent."""
    value = body.get(name)
    return value if isinstance(value, str) else None


def parse_json(text: str | bytes) -> Any:
    """Parse JSON. Raises ValueError for what is none: NaN and infinities, or nested too deeply."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
