"""Narrow parsed JSON for type checkers: what was an object or an array has items of any kind."""

from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a parsed value was a JSON object; its keys are always text."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether a parsed value was a JSON array."""
    return isinstance(value, list)
