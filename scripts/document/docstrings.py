"""Docstrings of generated methods: what a method does, its units, its errors, its source."""

from collections.abc import Iterable

from .arguments import Argument
from .methods import Method
from .printed import entries, paragraphs, sentence, singular
from .surface import Group

INDENT = 8

_KEY = (
    "idempotency_key",
    "Your own reference for this write, such as an invoice number; needs a `journal`. It is sent"
    " at most once, and every call with it gives the same outcome.",
)
_TIMEOUT = "Most seconds the call may take; the client's own if left out."
_WAIT = (
    ("wait_timeout", "Most seconds to follow the job."),
    ("poll_interval", "Seconds before the second look at the job; later pauses grow."),
)
_DOLLARS = ("amount", "The same in dollars, a Decimal with at most two decimals.")
_BEFORE = "Raises `InvalidArgument`, naming the argument, before anything is sent"
_MONEY_MOVES = (
    f"{_BEFORE}; `NotSent`, `Rejected` or `RateLimited` when nothing was posted; and"
    " `OutcomeUnknown` when it may have been: then do not post it again before reconciling."
)


def of_group(group: Group) -> str:
    """Describe a group in one line."""
    names = ", ".join(f"`{method.name}`" for method in group.methods)
    return f"{_words(group.name).capitalize()}: {names}."


def of_write(method: Method) -> str:
    """Describe the method that posts."""
    return _docstring(
        [_first_line(method, "Accepted is not booked: follow the job with `wait`.")],
        [sentence(method.description), _MONEY_MOVES],
        method,
        (_KEY, ("timeout", _TIMEOUT)),
    )


def of_preparation(method: Method) -> str:
    """Describe the method that checks and sends nothing."""
    first = f"Return the request that `{method.name}` would send, and send nothing."
    return _docstring([first], [f"{_BEFORE}."], method, ())


def of_write_and_wait(method: Method) -> str:
    """Describe the method that posts and follows the job."""
    first = f"Call `{method.name}`, then `wait`: return when the job has ended."
    more = (
        "Raises what they raise. The two limits add up: the post takes at most `timeout` seconds,"
        " following its job at most `wait_timeout`."
    )
    return _docstring([first], [more], method, (_KEY, ("timeout", _TIMEOUT), *_WAIT))


def of_get(method: Method) -> str:
    """Describe the method that reads one record."""
    more = f"{_BEFORE}; `NotFound` when there is none; else `Rejected`, `RateLimited`, `NotSent`"
    return _docstring(
        [_first_line(method)],
        [sentence(method.description), f"{more} or `ReadFailed`."],
        method,
        (("timeout", _TIMEOUT),),
    )


def of_list(method: Method) -> str:
    """Describe the method that reads a list."""
    paging = [
        ("page_size", f"Records to fetch at a time, 1 to {method.largest_page}."),
        ("order_by", 'A field, then ":asc" or ":desc". By default records that arrive'
                     " meanwhile come last."),
        ("timeout", "Most seconds one page may take; the client's own if left out."),
    ]  # fmt: skip
    if not method.ordered:
        paging.pop(1)
    more = (
        f"Returns a `Listing[{method.record}]`, and an `AsyncListing` from the asynchronous client."
        " It fetches pages as they are needed: iterate over the records, or over `.pages()`."
        " Filters that are left out do not count. Raises `InvalidArgument` here, and"
        " while iterating `Rejected`, `RateLimited`, `NotSent` or `ReadFailed`."
    )
    described = sentence(method.description)
    return _docstring([_first_line(method)], [described, more], method, tuple(paging))


def _first_line(method: Method, more: str = "") -> str:
    subject = _words(singular(method.operation.group))
    fallback = f"{_words(method.name).capitalize()} {subject}."
    return " ".join(filter(None, (sentence(method.summary) or fallback, more)))


def _docstring(
    first: list[str], rest: list[str], method: Method, more: Iterable[tuple[str, str]]
) -> str:
    arguments = [*method.path_arguments, *method.required, *method.optional]
    listed = [entry for each in arguments for entry in _entries(each)] + list(more)
    parts = [paragraphs(*first, *rest, _source(method), indent=INDENT)]
    if listed:
        parts.append("Args:\n" + entries(listed, indent=INDENT))
    return _indented("\n\n".join(parts))


def _entries(argument: Argument) -> list[tuple[str, str]]:
    own = [(argument.name, argument.doc)]
    return [*own, _DOLLARS] if argument.is_money else own


def _source(method: Method) -> str:
    return f"Sends `{method.operation.endpoint}`."


def _indented(text: str) -> str:
    first, *others = text.split("\n")
    return "\n".join([first, *(f"{' ' * INDENT}{line}" if line else "" for line in others)])


def _words(name: str) -> str:
    return name.replace("_", " ")
