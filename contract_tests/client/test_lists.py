"""Reading whole lists, from servers that page well or badly."""

import datetime
from typing import Any

import httpx
import pytest

from contract_tests.client.paging import OTHERS, Ledger, Shown
from contract_tests.client.support import TOKEN, Server, client
from propexo_client import AsyncPropexo, Environment, InvalidArgument, ReadFailed


@pytest.mark.parametrize("has_more", [True, False])
@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 100])
def test_a_list_is_read_to_its_end(count: int, has_more: bool) -> None:
    propexo, _, _ = client(Ledger(count, has_more=has_more))
    found = [charge.id for charge in propexo.charges.list(page_size=10)]
    assert found == [f"charge_{number}" for number in range(count)]


def test_pages_are_fetched_only_as_they_are_needed() -> None:
    propexo, server, _ = client(Ledger(100))
    rows = propexo.charges.list(page_size=10)
    assert len(server.received) == 0
    for _ in range(10):
        next(rows)
    assert len(server.received) == 1
    next(rows)
    assert len(server.received) == 2


@pytest.mark.parametrize("arriving", [1, 3, 9])
def test_rows_that_arrive_while_paging_repeat_nothing_and_lose_nothing(arriving: int) -> None:
    propexo, _, _ = client(Ledger(100, arriving))
    found = [charge.id for charge in propexo.charges.list(page_size=10, order_by="created_at:desc")]
    assert len(found) == len(set(found))
    assert {f"charge_{number}" for number in range(100)} <= set(found)


def test_a_server_that_ignores_the_offset_is_not_asked_for_ever() -> None:
    page = {"meta": {"orderBy": [], "hasMore": True}, "results": [{"id": "charge_1"}]}
    propexo, server, _ = client(page)
    with pytest.raises(ReadFailed, match="that it returned before"):
        list(propexo.charges.list())
    assert len(server.received) < 20


def test_a_server_that_cuts_pages_shorter_than_asked_loses_no_rows() -> None:
    ledger = Ledger(25)

    def stingy(request: httpx.Request) -> httpx.Response:
        return ledger(httpx.Request("GET", request.url.copy_set_param("limit", 10)))

    propexo, _, _ = client(stingy)
    assert len(list(propexo.charges.list(page_size=250))) == 25


def test_what_is_remembered_while_paging_is_bounded() -> None:
    propexo, _, _ = client(Ledger(3000))
    pages = propexo.charges._flows.list(page_size=10)
    while not pages.finished:
        propexo._transport.run(pages.turn())
    assert len(pages._seen) <= 100


def test_filters_are_sent_as_documented_and_others_left_out() -> None:
    propexo, server, _ = client(Ledger(0))
    list(
        propexo.charges.list(
            lease_id="lease_1",
            integration_vendor="ANY_NEW_VENDOR",
            transaction_date_start=datetime.date(2026, 1, 1),
            page_size=250,
        )
    )
    assert dict(server.received[0].url.params) == {
        "integration_vendor": "ANY_NEW_VENDOR",
        "lease_id": "lease_1",
        "limit": "250",
        "offset": "0",
        "order-by": "created_at:asc",
        "transaction_date_start": "2026-01-01",
    }


@pytest.mark.parametrize(
    "filters",
    [{"page_size": 0}, {"page_size": 251}, {"lease_id": ""}, {"transaction_date_end": "x"}],
)
def test_a_wrong_filter_is_refused_at_the_call(filters: dict[str, Any]) -> None:
    propexo, server, _ = client(Ledger(0))
    with pytest.raises(InvalidArgument):
        propexo.charges.list(**filters)
    assert not server.received


@pytest.mark.parametrize("body", [[], {}, {"results": None}, {"results": {}}, {"results": [3]}])
def test_a_list_that_cannot_be_understood_is_not_an_empty_list(body: object) -> None:
    propexo, _, _ = client(httpx.Response(200, json=body))
    with pytest.raises(ReadFailed):
        list(propexo.charges.list())


@pytest.mark.parametrize(
    "shown",
    [
        Shown([*OTHERS], 50, hasMore=False, total=119),
        Shown([], hasMore=True, total=3),
        Shown([], hasMore=True),
        Shown([*OTHERS], total=120),
    ],
)
def test_a_list_that_contradicts_itself_ends_with_an_error(shown: Any) -> None:
    propexo, _, _ = client(shown)
    with pytest.raises(ReadFailed, match="incomplete"):
        list(propexo.charges.list())


def test_rows_without_id_are_not_asked_for_for_ever() -> None:
    page = {"meta": {"hasMore": True}, "results": [{"amount_in_cents": 1}]}
    propexo, server, _ = client(page)
    with pytest.raises(ReadFailed, match="that it returned before"):
        list(propexo.charges.list())
    assert len(server.received) < 5


def test_a_capped_list_is_read_to_its_total_without_further_requests() -> None:
    propexo, server, _ = client(Shown([*OTHERS], 50, total=119))
    assert len(list(propexo.charges.list())) == 119
    assert len(server.received) == 3


@pytest.mark.parametrize("total", [0, 1, 49])
def test_a_total_that_is_too_low_ends_no_list_early(total: int) -> None:
    propexo, _, _ = client(Shown([*OTHERS], 50, total=total))
    assert len(list(propexo.charges.list(page_size=50))) == len(OTHERS)


@pytest.mark.parametrize("cap", [50, 119])
def test_rows_that_went_away_meanwhile_make_a_list_incomplete(cap: int) -> None:
    shown = Shown([*OTHERS], 50)

    def count(request: httpx.Request) -> httpx.Response:
        shown.meta["total"] = len(OTHERS) - shown.pages
        shown.rows = shown.rows[: shown.meta["total"]]
        return shown(request)

    propexo, _, _ = client(count)
    with pytest.raises(ReadFailed, match="rows went away while it was read"):
        list(propexo.charges.list(page_size=cap))


def test_a_server_that_turns_the_same_rows_round_is_not_asked_for_ever() -> None:
    rows = [{"id": f"charge_{number}"} for number in range(12)]

    def turn(_: httpx.Request) -> httpx.Response:
        rows.append(rows.pop(0))
        return httpx.Response(200, json={"meta": {"hasMore": True}, "results": rows})

    propexo, server, _ = client(turn)
    listing = propexo.charges.list()
    assert len([next(listing) for _ in rows]) == 12
    with pytest.raises(ReadFailed, match="only duplicates for ten pages in a row"):
        next(listing)
    assert len(server.received) == 11


def test_a_new_row_ends_the_count_of_pages_without_any() -> None:
    rows = [{"id": f"charge_{number}"} for number in range(12)]
    pages = 0

    def turn(_: httpx.Request) -> httpx.Response:
        nonlocal pages
        pages += 1
        rows.append({"id": "charge_new"} if pages == 8 else rows.pop(0))
        return httpx.Response(200, json={"meta": {"hasMore": pages < 15}, "results": rows})

    propexo, _, _ = client(turn)
    assert len(list(propexo.charges.list())) == 13


def test_a_list_is_walked_page_by_page_from_where_it_is() -> None:
    propexo, _, _ = client(Ledger(25))
    rows = propexo.charges.list(page_size=10)
    first = [next(rows).id for _ in range(3)]
    pages = [[charge.id for charge in page] for page in rows.pages()]
    assert [*first, *(each for page in pages for each in page)] == [
        f"charge_{n}" for n in range(25)
    ]
    assert [len(page) for page in pages] == [7, 10, 5]
    assert [list(rows), list(rows.pages())] == [[], []]


@pytest.mark.anyio
async def test_an_awaited_list_is_walked_page_by_page_from_where_it_is() -> None:
    transport = httpx.MockTransport(Server(Ledger(25)))
    propexo = AsyncPropexo(TOKEN, environment=Environment.SANDBOX, transport=transport)
    rows = propexo.charges.list(page_size=10)
    first = [(await anext(rows)).id for _ in range(3)]
    pages = [[charge.id for charge in page] async for page in rows.pages()]
    assert [*first, *(each for page in pages for each in page)] == [
        f"charge_{n}" for n in range(25)
    ]
    assert [len(page) for page in pages] == [7, 10, 5]
    assert [[each async for each in rows], [page async for page in rows.pages()]] == [[], []]
    assert repr(rows) == (
        "<AsyncListing list_resident_charges: filters none; 10 a page; 25 read, finished>"
    )
