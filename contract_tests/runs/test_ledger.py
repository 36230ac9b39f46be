"""How a run reads the ledger: how much of it, and what it says when it cannot."""

import json
from datetime import date

import pytest

from contract_tests.runs.support import Scene, credit, labels, only, posted_first, several
from propexo_client.journal import State
from propexo_client.runs.swept import Swept
from propexo_client.testing import Fault, JobLife


def test_a_ledger_that_does_not_count_its_rows_is_read_all_the_same() -> None:
    scene = Scene()
    report = posted_first(scene, Fault.TIMEOUT_AFTER_BOOKING)
    assert labels(report) == ["posted"]
    rows = json.dumps([*scene.fake.charges])
    page = f'{{"meta": {{"orderBy": [], "hasMore": false}}, "results": {rows}}}'.encode()
    scene.fake.respond_next(200, page, on="list_resident_charges")
    report = scene.post(several(1), sweep=True)
    assert (labels(report), report.trouble) == (["posted"], ())


def test_a_list_that_is_incomplete_is_not_even_absence() -> None:
    scene = Scene()
    posted_first(scene, Fault.TIMEOUT_BEFORE_BOOKING)
    page = b'{"meta": {"orderBy": [], "total": 5, "hasMore": false}, "results": []}'
    scene.fake.respond_next(200, page, on="list_resident_charges")
    report = scene.post([credit(1)])
    assert "the ledger could not be read: the list is incomplete" in report.trouble[0]
    assert any("nothing follows" in line for line in only(report).evidence)


def test_an_amount_that_cannot_be_read_makes_the_ledger_incomplete() -> None:
    scene = Scene()
    posted_first(scene, Fault.TIMEOUT_BEFORE_BOOKING)
    scene.fake.add_charge(
        lease_id="lease_1",
        integration_id="intg_1",
        transaction_date="2026-01-15",
        amount_in_cents=None,
    )
    assert any("nothing follows" in line for line in only(scene.post([credit(1)])).evidence)
    report = scene.post([credit(2)])  # on a lease whose charges can all be read
    assert (labels(report), report.trouble) == (["posted"], ())
    scene.fake.fail_next(Fault.TIMEOUT_BEFORE_BOOKING, on="POST")
    both = [credit(1), credit(3)]
    scene.post(both)
    one, other = scene.post(both)
    assert any("nothing follows" in line for line in one.evidence)
    assert any("not seen in the ledger by" in line for line in other.evidence)


@pytest.mark.parametrize("lease", [None, ""])
def test_an_unreadable_charge_of_no_lease_makes_the_ledger_incomplete_for_all(
    lease: str | None,
) -> None:
    scene = Scene()
    posted_first(scene, Fault.TIMEOUT_BEFORE_BOOKING)
    charge = {"id": "c9", "lease_id": lease, "amount_in_cents": None}
    page = {"meta": {"orderBy": [], "hasMore": False}, "results": [charge]}
    scene.fake.respond_next(200, json.dumps(page).encode(), on="list_resident_charges")
    assert any("nothing follows" in line for line in only(scene.post([credit(1)])).evidence)


def test_a_booked_credit_that_the_ledger_does_not_show_is_listed() -> None:
    scene = Scene()
    scene.fake.every_job(JobLife(readable_after=10_000.0))
    report = scene.post(several(2))
    assert labels(report) == ["posted, not seen in the ledger"] * 2
    assert report.exit_code == 3
    assert labels(scene.run(several(2)).post()) == ["posted, not seen in the ledger"] * 2
    scene.fake.clock.sleep(10_000)
    report = scene.post(several(2))
    assert (labels(report), report.exit_code) == (["posted"] * 2, 0)
    assert scene.fake.posts == 2


def test_the_ledger_is_read_back_by_pages_of_250_and_not_again_when_it_showed_everything() -> None:
    scene = Scene()
    scene.post(several(251))
    assert scene.requests("list_resident_charges") == 2
    scene.post(several(251))
    assert scene.requests("list_resident_charges") == 2


def test_the_ledger_is_read_for_the_integration_and_the_days_of_the_credits() -> None:
    scene = Scene()
    scene.post([credit(1), credit(2, transaction_date=date(2026, 1, 17))])
    (request,) = [each for each in scene.fake.requests if "resident-charges" in each.path]
    assert request.query == {
        "integration_id": "intg_1",
        "transaction_date_start": "2026-01-14",
        "transaction_date_end": "2026-01-18",
        "limit": "250",
        "offset": "0",
        "order-by": "created_at:asc",
    }


def test_a_credit_that_is_booked_later_has_the_ledger_read_again() -> None:
    scene = Scene()
    scene.fake.next_job(JobLife())
    scene.fake.next_job(JobLife(ends="FAILURE"))
    assert labels(scene.post(several(2))) == ["posted", "failed"]
    assert labels(scene.post(several(2))) == ["posted", "failed"]
    assert scene.requests("list_resident_charges") == 1
    scene.journal.job_ended("job_000002", State.POSTED, record_id="charge_000009")
    scene.post(several(2))
    assert scene.requests("list_resident_charges") == 2


def test_where_nothing_is_booked_or_unknown_the_ledger_is_not_read() -> None:
    scene = Scene()
    scene.fake.respond_next(422, b'{"error": {"code": "x", "message": "no"}}', on="POST")
    assert labels(scene.post(several(2))) == ["refused", "not sent"]
    assert scene.requests("list_resident_charges") == 0


def test_a_charge_is_seen_for_one_credit_alone_where_nothing_names_it() -> None:
    scene = Scene()
    scene.fake.next_job(JobLife(record_id=False))
    scene.fake.next_job(JobLife(record_id=False, readable_after=10_000.0))
    twins = [credit(1), credit(1, key="invoice-1b")]
    report = scene.post(twins, mark="none", allow_twins=True)
    assert labels(report) == ["posted", "posted, not seen in the ledger"]
    scene.fake.clock.sleep(10_000)
    report = scene.post(twins, mark="none", allow_twins=True)
    assert (labels(report), report.exit_code) == (["posted"] * 2, 0)


def test_no_sweep_reads_no_ledger_for_booked_credits() -> None:
    scene = Scene()
    scene.post(several(3), sweep=False)
    assert scene.requests("list_resident_charges") == 0


def test_a_ledger_that_cannot_be_read_leaves_the_run_open() -> None:
    scene = Scene()
    scene.fake.respond_next(403, on="list_resident_charges")
    report = scene.post(several(2))
    assert (labels(report), report.exit_code) == (["posted"] * 2, 4)
    assert "the ledger could not be read: status 403" in report.trouble[0]


def test_a_ledger_that_is_held_back_by_the_rate_limit_is_read_a_minute_later() -> None:
    scene = Scene()
    scene.fake.fail_next(Fault.RATE_LIMITED, on="list_resident_charges")
    started = scene.fake.clock.monotonic()
    report = scene.post(several(2))
    assert (labels(report), report.trouble, report.exit_code) == (["posted"] * 2, (), 0)
    assert scene.requests("list_resident_charges") == 2
    assert scene.fake.clock.monotonic() - started >= 50


def test_a_run_that_is_stopped_while_it_reads_the_ledger_says_so() -> None:
    scene = Scene()
    run = scene.run(several(2))
    report = run.post(lambda progress: run.stop() if "ledger" in progress.note else None)
    assert (labels(report), report.exit_code) == (["posted"] * 2, 4)
    assert report.trouble == ("the ledger could not be read: the run was stopped",)


@pytest.mark.parametrize(
    ("others", "leases"),
    [(748, [None, None, None]), (749, [None, "lease_1", "lease_2"])],
)
def test_few_credits_among_many_charges_are_looked_for_by_their_leases(
    others: int, leases: list[str | None]
) -> None:
    scene = Scene()
    for number in range(others):
        scene.fake.add_charge(
            integration_id="intg_1",
            lease_id=f"other_{number}",
            transaction_date="2026-01-15",
            amount_in_cents=100,
        )
    assert labels(scene.post(several(2))) == ["posted"] * 2
    asked = [each for each in scene.fake.requests if each.operation == "list_resident_charges"]
    assert [each.query.get("lease_id") for each in asked] == leases


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2500])
def test_however_many_credits_the_ledger_does_not_show_are_remembered(count: int) -> None:
    scene = Scene()
    plan, other = scene.run(several(2)).plan, scene.run(several(3)).plan
    unseen = frozenset(f"invoice-{number}" for number in range(count))
    Swept("today", unseen, 2).remember(plan, scene.journal)
    assert Swept.read(plan, scene.journal) == Swept("today", unseen, 2)
    assert Swept.read(other, scene.journal) == Swept("", frozenset(), 0)
    notes = [note["settings"] for note in scene.journal._notes() if "settings" in note]
    assert max(len(value) for note in notes for value in note.values()) <= 1000
    Swept("later", frozenset({"invoice-1"}), 2).remember(plan, scene.journal)
    assert Swept.read(plan, scene.journal).unseen == {"invoice-1"}


def test_a_charge_that_two_jobs_name_is_seen_for_one_credit_alone() -> None:
    scene = Scene()
    scene.post([credit(1)], mark="none")
    scene.fake.next_job(JobLife(ends="FAILURE"))
    says = b'{"write_status": "SUCCESS", "errors": [], "created_record_id": "charge_000001"}'
    scene.fake.respond_next(200, says, on="get_write_status")
    twins = [credit(1), credit(1, key="invoice-1b")]
    report = scene.post(twins, mark="none", allow_twins=True)
    assert scene.fake.booked == 1
    assert labels(report) == ["posted", "posted, not seen in the ledger"]
    assert report.exit_code == 3
