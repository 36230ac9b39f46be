"""Amounts: whole cents as `int`, or dollars as `Decimal`. Nothing is ever rounded."""

from decimal import Decimal

from .errors import InvalidArgument, InvalidArgumentType

MOST_CENTS = 2**53 - 1
"""The largest number that every JSON reader keeps exact."""

_A_CENT = Decimal("0.01")
_PARTS = "amount: has parts of a cent; pass at most two decimals"


def cents(*, amount_in_cents: object = None, amount: object = None) -> int:
    """Return the amount in cents, from exactly one of `amount_in_cents` and `amount` (dollars).

    Raises `InvalidArgumentType` for float, bool and anything but int cents or Decimal dollars, and
    `InvalidArgument` for both or neither, zero, negative, not finite, or parts of a cent.
    """
    if (amount_in_cents is None) == (amount is None):
        raise InvalidArgument("amount: pass either amount_in_cents (int) or amount (Decimal)")
    name = "amount" if amount_in_cents is None else "amount_in_cents"
    value = _whole_cents(amount_in_cents) if amount is None else _from_dollars(amount)
    if value <= 0:
        raise InvalidArgument(f"{name}: must be more than zero; the operation gives the sign")
    if value > MOST_CENTS:
        raise InvalidArgument(f"{name}: is too large; at most {MOST_CENTS} cents can be sent")
    return value


def _whole_cents(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgumentType(
            f"amount_in_cents: pass an int number of cents, not {type(value).__name__}"
        )
    return int(value)


def _from_dollars(value: object) -> int:
    if not isinstance(value, Decimal):
        kind = type(value).__name__
        raise InvalidArgumentType(f'amount: pass a Decimal such as Decimal("12.50"), not {kind}')
    if not value.is_finite():
        raise InvalidArgument("amount: must be a finite number of dollars")
    if value <= 0:
        return 0
    if value.adjusted() > len(str(MOST_CENTS)):
        return MOST_CENTS + 1
    if value < _A_CENT:
        raise InvalidArgument(_PARTS)
    numerator, denominator = value.as_integer_ratio()
    whole, rest = divmod(numerator * 100, denominator)
    if rest:
        raise InvalidArgument(_PARTS)
    return whole
