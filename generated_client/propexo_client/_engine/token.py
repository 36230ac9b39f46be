"""Wraps the token, so that it never appears in a repr, a traceback or a pickle."""

import os

from ..errors import InvalidArgument, InvalidArgumentType

TOKEN_VARIABLE = "PROPEXO_TOKEN"
API_KEY_VARIABLE = "PROPEXO_API_KEY"
"""The vendor's dashboard calls a token an API key, so this is read too."""

_SHORTEST_WORTH_REDACTING = 8
_REMOVED = "[token removed]"


class Secret:
    """A token that shows only when asked. Without a value, it is that of the environment."""

    __slots__ = ("_several", "_value")

    def __init__(self, value: object) -> None:
        self._value, self._several = value, False
        if value is None:
            variables = (TOKEN_VARIABLE, API_KEY_VARIABLE)
            found = {os.environ[name] for name in variables if os.environ.get(name)}
            self._several = len(found) > 1
            self._value = next(iter(found), None)

    def check(self) -> None:
        """Raise `InvalidArgument` when this cannot be a token. The message never shows it."""
        if self._several:
            raise InvalidArgument(
                f"token: {TOKEN_VARIABLE} and {API_KEY_VARIABLE} are set and differ; unset one"
            )
        if self._value is None:
            raise InvalidArgument(
                f"token: pass token=... or set {TOKEN_VARIABLE} (or {API_KEY_VARIABLE})"
            )
        if not isinstance(self._value, str):
            raise InvalidArgumentType("token: pass text")
        if not self._value:
            raise InvalidArgument(f"token: is empty; pass token=... or set {TOKEN_VARIABLE}")
        if self._value.strip("\"'`") != self._value:
            raise InvalidArgument("token: is in quotes; take them off")
        if not all("!" <= letter <= "~" for letter in self._value):
            raise InvalidArgument(
                "token: contains white space, a line break or a letter outside ASCII; copy it again"
            )

    def reveal(self) -> str:
        """Return the token itself, for the Authorization header and nothing else."""
        return str(self._value)

    def is_in(self, text: str) -> bool:
        """Whether a text shows the token."""
        token = str(self._value)
        return len(token) >= _SHORTEST_WORTH_REDACTING and token in text

    def redact(self, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        """Blank the token out of a response that echoes it."""
        token = str(self._value)
        if len(token) < _SHORTEST_WORTH_REDACTING:
            return headers, body
        shown = {name: value.replace(token, _REMOVED) for name, value in headers.items()}
        return shown, body.replace(token.encode(), _REMOVED.encode())

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> str:
        raise TypeError("a token is not to be pickled or copied")
