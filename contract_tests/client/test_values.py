"""Money and dates: exact, as documented, or refused."""

import datetime
import math
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propexo_client import InvalidArgument, InvalidArgumentType
from propexo_client._engine import values
from propexo_client._engine.values import MOST_CENTS, cents, possible_days, wire_date

NESTED: list[Any] = []
for _ in range(100_000):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("0.01", 1),
        ("12.5", 1250),
        ("12.50", 1250),
        ("12.5000", 1250),
        ("1E+3", 100_000),
        ("90071992547409.91", MOST_CENTS),
    ],
)
def test_dollars_become_cents_exactly(amount: str, expected: int) -> None:
    assert cents(amount=Decimal(amount)) == expected


@pytest.mark.parametrize(
    "amount",
    [
        "0",
        "-1",
        "-0",
        "0.001",
        "1.005",
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "90071992547409.92",
        "1E+1000000",
        "1E-1000000",
        "0.00999999999999999999999999999999999",
    ],
)
def test_dollars_that_cannot_be_sent_exactly_are_refused(amount: str) -> None:
    with pytest.raises(InvalidArgument, match=r"^amount: "):
        cents(amount=Decimal(amount))


@pytest.mark.parametrize("amount", [1, 1.0, "1.00", True, 10**2])
def test_dollars_are_decimal_and_nothing_else(amount: object) -> None:
    with pytest.raises(InvalidArgumentType, match=r"^amount: "):
        cents(amount=amount)


@pytest.mark.parametrize("amount", [1.0, "1", True, False, Decimal(1), math.nan, b"1"])
def test_cents_are_int_and_nothing_else(amount: object) -> None:
    with pytest.raises(InvalidArgumentType, match=r"^amount_in_cents: "):
        cents(amount_in_cents=amount)


@pytest.mark.parametrize("amount", [0, -1, MOST_CENTS + 1])
def test_cents_out_of_range_are_refused(amount: int) -> None:
    with pytest.raises(InvalidArgument, match=r"^amount_in_cents: "):
        cents(amount_in_cents=amount)


@pytest.mark.parametrize("both", [{}, {"amount": Decimal(1), "amount_in_cents": 100}])
def test_exactly_one_amount_is_wanted(both: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument, match="either amount_in_cents"):
        cents(**both)


@given(st.integers(1, MOST_CENTS))
@settings(max_examples=200, derandomize=True, database=None)
def test_no_cent_is_ever_lost(amount: int) -> None:
    assert cents(amount=Decimal(amount).scaleb(-2)) == amount == cents(amount_in_cents=amount)


NEW_YORK = ZoneInfo("America/New_York")
DAY = datetime.date(2026, 1, 15)
MOMENT = datetime.datetime(2026, 1, 15, 23, 30)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (DAY, "2026-01-15"),
        (datetime.date(1, 1, 1), "0001-01-01"),
        (MOMENT.replace(tzinfo=datetime.UTC), "2026-01-15T23:30:00Z"),
        (MOMENT.replace(tzinfo=NEW_YORK), "2026-01-15T23:30:00-05:00"),
        (MOMENT.replace(tzinfo=datetime.UTC, microsecond=5), "2026-01-15T23:30:00.000005Z"),
    ],
)
def test_dates_are_written_as_documented(value: datetime.date, expected: str) -> None:
    assert wire_date("transaction_date", value) == expected


def test_a_datetime_without_a_time_zone_is_refused() -> None:
    with pytest.raises(InvalidArgument, match=r"^transaction_date: .*time zone"):
        wire_date("transaction_date", MOMENT)


def test_an_offset_that_rfc_3339_cannot_write_is_refused() -> None:
    ancient = datetime.datetime(1890, 1, 1, tzinfo=ZoneInfo("Europe/Amsterdam"))
    with pytest.raises(InvalidArgument, match="offset has seconds"):
        wire_date("transaction_date", ancient)


@pytest.mark.parametrize("value", ["2026-01-15", 20260115, None, 1.5, datetime.time(1)])
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(InvalidArgumentType, match=r"^transaction_date: "):
        wire_date("transaction_date", value)


def test_a_moment_may_appear_on_its_own_day_or_on_that_of_utc() -> None:
    assert possible_days("2026-01-15") == {DAY}
    assert possible_days("2026-01-15T23:30:00-05:00") == {DAY, datetime.date(2026, 1, 16)}


@pytest.mark.parametrize(
    ("check", "good", "other_kinds", "bad"),
    [
        (values.number, [0, -1, 1.5], [True, "1", None], [math.inf, -math.inf, math.nan]),
        (values.texts, [["a"], ["a", "b"], []], ["a", None, 3, ["a", 1]], [[""]]),
        (values.json_value, [None, 1, {"a": [1.5]}, "a"], [math.nan, {1}, b"a", NESTED], []),
        (lambda n, v: values.one_of(n, v, ("A", 2)), ["A", 2], [3, None], ["a", ""]),
        (lambda n, v: values.matching(n, v, "^a+$"), ["a", "aa"], [None], ["b", ""]),
        (lambda n, v: values.whole(n, v, 1, 2), [1, 2], [True, "1", 1.0], [0, 3]),
        (lambda n, v: values.whole(n, v, 1, None), [1, 10**20], [None], [0]),
        (lambda n, v: values.whole(n, v, None, 2), [-(10**20), 2], [None], [3]),
        (values.flag, [True, False], [1, 0, None, "true"], []),
    ],
)
def test_a_value_is_passed_on_as_it_is_or_refused_by_name(
    check: Any, good: list[Any], other_kinds: list[Any], bad: list[Any]
) -> None:
    for value in good:
        assert check("field", value) == value
    for value in [*other_kinds, *bad]:
        with pytest.raises(InvalidArgument, match=r"^field: ") as refused:
            check("field", value)
        assert isinstance(refused.value, InvalidArgumentType) is (value not in bad)


@pytest.mark.parametrize(
    ("lowest", "highest", "says"),
    [(1, 2, "from 1 to 2"), (1, None, "at least 1"), (None, -1, "at most -1")],
)
def test_a_whole_number_out_of_range_is_refused_with_the_range(
    lowest: int | None, highest: int | None, says: str
) -> None:
    with pytest.raises(InvalidArgument, match=f"^field: must be {says}$"):
        values.whole("field", 0, lowest, highest)
