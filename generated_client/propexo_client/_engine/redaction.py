"""Keep the token out of exceptions: their frames, requests and quotes of a response may show it."""

from typing import TypeVar

import httpx

from .arrival import Broken
from .token import Secret

E = TypeVar("E", bound=BaseException)

_ENGINE = __name__.rpartition(".")[0]


def harmless(broken: Broken, secret: Secret) -> Exception:
    """Return what broke an exchange, without frames, requests and quoted bytes."""
    error, text = broken.cause, str(broken.cause)
    if broken.quoting:
        text = text.partition(":")[0]
    if secret.is_in(text):
        text = "its text is withheld, because it contains the token"
    if text != str(error):
        return type(error)(text)
    error.__traceback__ = error.__cause__ = error.__context__ = None
    if isinstance(error, httpx.RequestError):
        error.request = httpx.Request("GET", "https://removed.invalid")
    return error


def cut_off(interruption: E, secret: Secret) -> E:
    """Cut an interruption off from the frames below, and from what quotes the token."""
    interruption.__traceback__ = None
    each: BaseException | None = interruption
    while each is not None:
        if any(secret.is_in(str(link)) for link in (each.__cause__, each.__context__)):
            each.__cause__ = each.__context__ = None
        each = each.__context__
        if each is not None and _was_caught_here(each):
            each.__traceback__ = None
    return interruption


def _was_caught_here(error: BaseException) -> bool:
    caught_in = error.__traceback__ and error.__traceback__.tb_frame.f_globals.get("__name__")
    return str(caught_in).startswith(_ENGINE)
