"""What may be printed into Python: names, literals and text taken from an untrusted document.

Everything that reaches a template has passed one of these functions.
"""

import keyword
import re
import textwrap
import unicodedata
from collections.abc import Iterable

from ..support.errors import GenerationError

LINE = 96
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_PLURAL_IN_ES = re.compile(r"(ss|sh|ch|x|z)es$")


def python_name(wire: str, taken: Iterable[str] = ()) -> str:
    """Make an ASCII identifier of a vendor's name: `order-by` becomes `order_by`.

    Python's keywords and the names in `taken` get an underscore at the end; the result never
    starts with one. Raises `GenerationError` where nothing is left.
    """
    name = re.sub(r"[^0-9A-Za-z]+", "_", wire).strip("_")
    if not name:
        raise GenerationError(f"the name {wire[:40]!a} cannot become a Python name")
    if name[0].isdigit():
        name = f"n{name}"
    return f"{name}_" if keyword.iskeyword(name) or name in taken else name


def pascal_case(text: str) -> str:
    """Turn `create_resident_credit` into `CreateResidentCredit`."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", text) if word)


def snake_case(text: str) -> str:
    """Turn `RecurringCharge` into `recurring_charge`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower()


def singular(text: str) -> str:
    """Turn the last word of `recurring_charges` into its singular, by the rules of spelling."""
    if text.endswith("ies"):
        return f"{text[:-3]}y"
    if _PLURAL_IN_ES.search(text):
        return text[:-2]
    return text[:-1] if text.endswith("s") and not text.endswith("ss") else text


def literal(text: str) -> str:
    """Write a text as a Python literal in ASCII, in double quotes."""
    inner = ascii(text)[1:-1].replace("\\'", "'").replace('"', '\\"')
    return f'"{inner}"'


def sentence(text: object) -> str:
    """Make one line of plain prose of what a document says, safe inside a docstring.

    Control and direction characters go, double quotes become single ones, and backslashes are
    doubled. It ends in a full stop.
    """
    if not isinstance(text, str):
        return ""
    visible = "".join(" " if unicodedata.category(c) in _INVISIBLE else c for c in text)
    line = " ".join(visible.replace('"', "'").replace("\\", "\\\\").split())
    return line if not line or line[-1] in ".!?:" else f"{line}."


def named(wire: str) -> str:
    """Describe a field by its name, where a document says nothing of it."""
    words = re.sub(r"[^0-9A-Za-z]+", " ", wire).strip()
    subject = words.removesuffix(" id")
    return f"Id of the {subject}." if subject != words else f"{words[:1].upper()}{words[1:]}."


def paragraphs(*texts: str, indent: int = 0) -> str:
    """Wrap paragraphs that are safe already; empty ones are left out."""
    return "\n\n".join(_wrapped(text, "", indent) for text in texts if text)


def entries(items: Iterable[tuple[str, str]], indent: int = 0) -> str:
    """Wrap `name: text` entries, as in the `Args:` section of a docstring."""
    return "\n".join(_wrapped(f"{name}: {text}", "    ", indent) for name, text in items)


def _wrapped(text: str, hanging: str, indent: int) -> str:
    width = LINE - indent - len(hanging)
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f"{hanging}    {line}" if hanging and n else hanging + line
                     for n, line in enumerate(lines))  # fmt: skip
