"""Reading: one record, whole lists, and what a posted credit looks like on the ledger."""

import datetime
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from contract_tests.client.support import CREDIT, Server, client
from propexo_client import Charge, InvalidArgument, NotFound, ReadFailed, Unauthorized

CHARGE: dict[str, Any] = {
    "id": "charge_1",
    "amount_in_cents": -15_000,
    "lease_id": "lease_1",
    "transaction_date": "2026-01-15",
}


def one(record: object) -> dict[str, object]:
    return {"meta": {"orderBy": []}, "results": record}


class Ledger:
    """Charges behind offset paging. `arriving` rows come in front before each page is cut."""

    def __init__(self, count: int, arriving: int = 0, *, has_more: bool = True) -> None:
        self.rows = [{"id": f"charge_{number}"} for number in range(count)]
        self.arriving, self.has_more = arriving, has_more
        self.pages = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        offset, limit = (int(request.url.params[name]) for name in ("offset", "limit"))
        if self.pages:
            new = [{"id": f"new_{self.pages}_{number}"} for number in range(self.arriving)]
            self.rows = new + self.rows
        self.pages += 1
        page = self.rows[offset : offset + limit]
        meta: dict[str, Any] = {"orderBy": []}
        if self.has_more:
            meta["hasMore"] = offset + limit < len(self.rows)
        return httpx.Response(200, json={"meta": meta, "results": page})


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


@pytest.mark.parametrize("trouble", [500, 502, 520, 408, httpx.ReadTimeout("")])
def test_reads_are_repeated_after_passing_trouble_within_bounds(trouble: Any) -> None:
    failure = httpx.Response(trouble) if isinstance(trouble, int) else trouble
    propexo, _, clock = client(failure, failure, one(CHARGE))
    assert propexo.charges.get("charge_1").is_credit
    assert len(clock.sleeps) == 2
    propexo, server, _ = client(failure)
    with pytest.raises(ReadFailed):
        propexo.charges.get("charge_1")
    assert len(server.received) == 3


@pytest.mark.parametrize("status", [301, 304, 409, 418])
def test_a_read_that_fails_for_good_is_not_repeated(status: int) -> None:
    propexo, server, _ = client(httpx.Response(status))
    with pytest.raises(ReadFailed):
        propexo.charges.get("charge_1")
    assert len(server.received) == 1


@pytest.mark.parametrize(("status", "kind"), [(401, Unauthorized), (404, NotFound)])
def test_refused_reads_are_not_repeated(status: int, kind: type[Exception]) -> None:
    propexo, server, _ = client(httpx.Response(status))
    with pytest.raises(kind):
        propexo.financial_accounts.get("account_1")
    assert len(server.received) == 1


@pytest.mark.parametrize("shape", [CHARGE, [CHARGE]])
def test_one_record_is_read_from_either_shape(shape: object) -> None:
    propexo, _, _ = client(one(shape))
    charge = propexo.charges.get("charge_1")
    assert (charge.id, charge.amount_in_cents) == ("charge_1", -15_000)
    assert charge.raw == CHARGE


@pytest.mark.parametrize("shape", [None, [], {}])
def test_an_empty_answer_is_no_record(shape: object) -> None:
    propexo, _, _ = client(one(shape))
    with pytest.raises(NotFound):
        propexo.charges.get("charge_1")


@pytest.mark.parametrize("record_id", ["a/b", "../x", "a?b", "a#b", "%2e%2e"])
def test_an_id_stays_inside_its_part_of_the_path(record_id: str) -> None:
    propexo, server, _ = client(one(CHARGE))
    propexo.charges.get(record_id)
    path = server.received[0].url.raw_path.decode()
    assert path.startswith("/v1/resident-charges/")
    assert path.count("/") == 3
    assert "?" not in path


def test_records_are_lenient_and_keep_everything() -> None:
    raw = {
        "id": "c",
        "amount_in_cents": -1250.0,
        "is_open": "yes",
        "integration_vendor": "NEW",
        "a": 1,
    }
    charge = Charge.from_raw(raw)
    assert (charge.amount_in_cents, charge.is_open, charge.integration_vendor) == (
        -1250,
        None,
        "NEW",
    )
    assert charge.raw == raw
    amounts: tuple[Any, ...] = (None, "12", 12.5, True, float("inf"), float("nan"), [])
    for amount in amounts:
        assert Charge.from_raw({"id": "c", "amount_in_cents": amount}).amount_in_cents is None


@pytest.mark.parametrize(
    ("change", "state", "fields"),
    [
        ({}, "confirmed", ()),
        ({"amount_in_cents": -15_000.0}, "confirmed", ()),
        ({"transaction_date": "2026-01-15T00:00:00Z"}, "confirmed", ()),
        ({"amount_in_cents": 15_000}, "mismatch", ("amount_in_cents",)),
        ({"lease_id": "lease_2"}, "mismatch", ("lease_id",)),
        ({"transaction_date": "2026-01-16"}, "mismatch", ("transaction_date",)),
        ({"transaction_date": "soon"}, "mismatch", ("transaction_date",)),
        ({"id": "charge_OTHER"}, "mismatch", ("id",)),
        ({"id": None}, "incomplete", ()),
        ({"lease_id": None}, "incomplete", ()),
        ({"lease_id": None, "amount_in_cents": -1}, "mismatch", ("amount_in_cents",)),
    ],
)
def test_reading_back_compares_amount_lease_and_date(
    change: dict[str, Any], state: str, fields: tuple[str, ...]
) -> None:
    propexo, _, _ = client(one({**CHARGE, **change}))
    request = propexo.credits.prepare(**CREDIT)
    found = propexo.credits.read_back(created_record_id="charge_1", request=request)
    assert found.state == state
    assert found.confirmed is (state == "confirmed")
    assert tuple(mismatch.field for mismatch in found.mismatches) == fields
    assert found.record is not None


def test_reading_back_says_when_there_is_no_record_or_none_to_be_found() -> None:
    propexo, server, clock = client(httpx.Response(404))
    request = propexo.credits.prepare(**CREDIT)
    assert (
        propexo.credits.read_back(created_record_id=None, request=request).state == "no_record_id"
    )
    assert not server.received
    found = propexo.credits.read_back(created_record_id="x", request=request, timeout=9)
    assert found.state == "not_found"
    assert 1007 <= clock.now <= 1009
    assert len(server.received) > 3


def test_reading_back_once_looks_once() -> None:
    propexo, server, clock = client(httpx.Response(404))
    request = propexo.credits.prepare(**CREDIT)
    assert propexo.credits.read_back(created_record_id="x", request=request).state == "not_found"
    assert (len(server.received), clock.now) == (1, 1000)


def test_reading_back_against_another_kind_of_request_is_refused() -> None:
    propexo, _, _ = client(one(CHARGE))
    request = propexo.charges.prepare(**CREDIT)
    with pytest.raises(InvalidArgument, match=r"^request: "):
        propexo.credits.read_back(created_record_id="x", request=request)
    with pytest.raises(InvalidArgument, match=r"^request: "):
        propexo.credits.find_matching(request=request)


def test_a_charge_reads_back_with_its_own_sign() -> None:
    propexo, _, _ = client(one({**CHARGE, "amount_in_cents": 15_000}))
    request = propexo.charges.prepare(**CREDIT)
    assert propexo.charges.read_back(created_record_id="charge_1", request=request).confirmed


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


class Shown:
    """A list of rows that a server shows in its own way."""

    def __init__(self, rows: list[Any], cap: int = 250, **meta: Any) -> None:
        self.rows, self.cap, self.meta = rows, cap, meta
        self.void_after: int | None = None
        self.pages = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.pages += 1
        offset = int(request.url.params["offset"])
        if self.pages == self.void_after:
            del self.rows[0]
        page = self.rows[offset : offset + self.cap]
        return httpx.Response(200, json={"meta": {"orderBy": [], **self.meta}, "results": page})


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


OTHERS = [{**CHARGE, "id": f"other_{n}", "amount_in_cents": 1} for n in range(119)]


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


@pytest.mark.parametrize("kind", ["charges", "payments", "recurring_charges", "financial_accounts"])
def test_every_kind_of_record_can_be_read_and_listed(kind: str) -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        single = not request.url.path.endswith("/")
        record = {"id": "x", "integration_vendor": "RENTVINE"}
        return httpx.Response(200, json=one(record if single else [record]))

    handler: Callable[[httpx.Request], httpx.Response] = serve
    propexo, server, _ = client(handler)
    resource = getattr(propexo, kind)
    assert resource.get("x") == next(resource.list())
    assert isinstance(server, Server)


@pytest.mark.parametrize("total", [0, 1, 49])
def test_a_total_that_is_too_low_ends_no_list_early(total: int) -> None:
    propexo, _, _ = client(Shown([*OTHERS], 50, total=total))
    assert len(list(propexo.charges.list(page_size=50))) == len(OTHERS)


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


def test_a_record_that_is_none_leaves_the_request_on_its_error() -> None:
    propexo, _, _ = client(one("text"))
    with pytest.raises(ReadFailed, match="expected one record") as raised:
        propexo.charges.get("charge_1")
    assert raised.value.request is not None
    assert raised.value.request.path.endswith("/charge_1")
