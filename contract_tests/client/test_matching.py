"""Searching a ledger for credits like one's own."""

import datetime
import decimal
from typing import Any

import httpx
import pytest

from contract_tests.client.paging import OTHERS, Shown
from contract_tests.client.support import CHARGE, CREDIT, client
from propexo_client import ReadFailed
from propexo_client._engine import pages


def test_matching_credits_have_the_negative_amount_and_lie_within_a_day() -> None:
    twins = [CHARGE, {**CHARGE, "id": "charge_2"}]
    others = [{**CHARGE, "id": "charge_3", "amount_in_cents": 15_000}]
    propexo, server, _ = client(Shown(twins + others))
    found = propexo.credits.find_matching(request=propexo.credits.prepare(**CREDIT))
    assert [charge.id for charge in found] == ["charge_1", "charge_2"]
    query = dict(server.received[0].url.params)
    assert query["lease_id"] == "lease_1"
    assert query["transaction_date_start"] == "2026-01-14"
    assert query["transaction_date_end"] == "2026-01-16"


@pytest.mark.parametrize(
    "shown", [{"amount_in_cents": "-15055"}, {"amount_in_cents": None, "amount_raw": "-150.55"}]
)
def test_an_amount_is_compared_exactly_whatever_the_precision_of_the_caller(shown: Any) -> None:
    near = {**CHARGE, "id": "charge_2", "amount_in_cents": None, "amount_raw": "-150.60"}
    propexo, _, _ = client(Shown([{**CHARGE, **shown}, near]))
    request = propexo.credits.prepare(**{**CREDIT, "amount_in_cents": 15_055})
    with decimal.localcontext(prec=3):
        found = propexo.credits.find_matching(request=request)
    assert [charge.id for charge in found] == ["charge_1"]


AHEAD, BEHIND = (datetime.timezone(datetime.timedelta(hours=hours)) for hours in (5, -5))


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (datetime.date.min, "0001-01-01", "0001-01-02"),
        (datetime.date.max, "9999-12-30", "9999-12-31"),
        (datetime.datetime.min.replace(tzinfo=AHEAD), "0001-01-01", "0001-01-02"),
        (datetime.datetime.max.replace(tzinfo=BEHIND), "9999-12-30", "9999-12-31"),
    ],
)
def test_matching_works_at_the_ends_of_the_calendar(
    day: datetime.date, first: str, last: str
) -> None:
    propexo, server, _ = client(Shown([]))
    request = propexo.credits.prepare(**CREDIT | {"transaction_date": day})
    assert propexo.credits.find_matching(request=request) == ()
    query = dict(server.received[0].url.params)
    assert query["transaction_date_start"] == first
    assert query["transaction_date_end"] == last


def matching(shown: Any) -> Any:
    propexo, _, _ = client(shown)
    return propexo.credits.find_matching(request=propexo.credits.prepare(**CREDIT))


@pytest.mark.parametrize(
    "amount",
    [
        {"amount_in_cents": "-15000"},
        {"amount_in_cents": None, "amount_raw": "-150.00"},
        {"amount_in_cents": None, "amount_raw": "(150.00)"},
        {"amount_in_cents": None},
        {"amount_in_cents": []},
        {"amount_in_cents": -15_000, "id": None},
    ],
)
def test_a_credit_whose_amount_is_shown_oddly_is_found(amount: dict[str, Any]) -> None:
    (found,) = matching(Shown([{**CHARGE, **amount}]))
    assert found.amount_in_cents in (None, -15_000)


@pytest.mark.parametrize("amount", ["-15001", "15001.5"])
def test_an_amount_in_text_that_is_another_is_not_found(amount: str) -> None:
    assert matching(Shown([{**CHARGE, "amount_in_cents": amount}])) == ()


@pytest.mark.parametrize(
    "meta", [{}, {"hasMore": None}, {"total": 120}, {"hasMore": None, "total": 120}]
)
@pytest.mark.parametrize("cap", [1, 2, 50, 250])
def test_a_credit_on_the_last_of_capped_pages_is_found(cap: int, meta: dict[str, Any]) -> None:
    assert [found.id for found in matching(Shown([*OTHERS, CHARGE], cap, **meta))] == ["charge_1"]


@pytest.mark.parametrize("place", [2, 3])
def test_a_credit_behind_rows_that_shift_is_found(place: int) -> None:
    shown = Shown([*OTHERS, CHARGE], 50)
    shown.void_after = place
    assert [found.id for found in matching(shown)] == ["charge_1"]


@pytest.mark.parametrize(
    "shown",
    [
        Shown([], hasMore=True, total=3),
        Shown([*OTHERS], hasMore=False, total=120),
        Shown([{**CHARGE, "lease_id": "lease_OTHER"}]),
        Shown([{**CHARGE, "integration_id": "intg_OTHER"}]),
        {"meta": {}, "results": [{"amount_in_cents": 1}, {"amount_in_cents": 2}]},
        {"meta": {}, "results": [{"id": "a", "amount_in_cents": 1}]},
    ],
)
def test_none_found_is_never_said_of_a_list_that_is_incomplete(shown: Any) -> None:
    with pytest.raises(ReadFailed):
        matching(shown)


def test_rows_that_shift_once_are_read_again_though_the_total_says_so_too() -> None:
    shown = Shown([*OTHERS, CHARGE], 50)
    shown.void_after = 2

    def count(request: httpx.Request) -> httpx.Response:
        shown.meta["total"] = len(shown.rows) - (shown.pages + 1 == shown.void_after)
        return shown(request)

    assert [charge.id for charge in matching(count)] == ["charge_1"]


@pytest.mark.parametrize("day", ["2020-01-15", "2026-02-15T00:00:00Z"])
def test_a_server_that_ignores_the_days_of_a_search_is_not_believed(day: str) -> None:
    with pytest.raises(ReadFailed, match="ignores the filter transaction_date"):
        matching(Shown([{**CHARGE, "transaction_date": day}]))


@pytest.mark.parametrize("day", [None, "", "soon", "2026-01-13T23:00:00-05:00", "2026-01-17", 20])
def test_a_date_that_cannot_be_read_or_is_near_is_no_reason_to_leave_a_credit_out(day: Any) -> None:
    assert len(matching(Shown([{**CHARGE, "transaction_date": day}]))) == 1


def test_a_search_that_finds_too_many_rows_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_MOST_ROWS", 119)
    assert matching(Shown([*OTHERS], 50)) == ()
    with pytest.raises(ReadFailed, match="there are more than 119 rows"):
        matching(Shown([*OTHERS, CHARGE], 50))
