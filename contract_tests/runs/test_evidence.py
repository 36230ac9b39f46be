"""What settles an unknown outcome, and what is only shown to a person."""

from typing import Any

import pytest

from contract_tests.runs.support import Scene, credit, labels, several
from propexo_client.journal import State
from propexo_client.runs import Report, RowReport, marks
from propexo_client.testing import Fault, JobLife


def posted_first(scene: Scene, *faults: Fault, **options: Any) -> Report:
    """Post one credit well, then one that meets a fault."""
    scene.post([credit(0)], **options)
    for fault in faults:
        scene.fake.fail_next(fault, on="POST")
    return scene.post([credit(1)], **options)


def only(report: Report) -> RowReport:
    (row,) = report
    return row


def test_our_mark_on_the_ledger_settles_a_lost_response() -> None:
    scene = Scene()
    row = only(posted_first(scene, Fault.TIMEOUT_AFTER_BOOKING))
    assert (row.label, row.record_id) == ("posted", "charge_000002")
    entry = scene.journal.get("invoice-1")
    assert entry is not None
    assert [event.state for event in entry.history] == ["sending", "unknown", "posted"]


@pytest.mark.parametrize(
    "change",
    [str.upper, str.lower, lambda text: text.replace("[", "(").replace("]", ")"), "  {}  ".format],
)
def test_the_mark_is_found_however_the_system_writes_it(change: Any) -> None:
    scene = Scene()
    scene.fake.every_job(JobLife(rewrites=change))
    assert only(posted_first(scene, Fault.TIMEOUT_AFTER_BOOKING)).label == "posted"


def test_a_mark_that_was_cut_off_settles_nothing_and_the_charge_is_shown() -> None:
    scene = Scene()
    scene.fake.every_job(JobLife(rewrites=lambda text: text[:10]))
    row = only(posted_first(scene, Fault.TIMEOUT_AFTER_BOOKING))
    assert row.label == "unknown"
    assert scene.fake.booked == 2
    assert "looks like it: charge_000002, -12.50 on 2026-01-15, 'Credit 1 ['" in row.evidence


def test_a_mark_at_the_start_survives_a_cut() -> None:
    scene = Scene()
    scene.fake.every_job(JobLife(rewrites=lambda text: text[:12]))
    row = only(posted_first(scene, Fault.TIMEOUT_AFTER_BOOKING, mark="start"))
    assert row.label == "posted"


def test_without_marks_a_charge_that_fits_is_shown_and_decides_nothing() -> None:
    scene = Scene()
    row = only(posted_first(scene, Fault.TIMEOUT_AFTER_BOOKING, mark="none"))
    assert row.label == "unknown"
    assert "looks like it: charge_000002, -12.50 on 2026-01-15, 'Credit 1'" in row.evidence
    assert any(line.startswith("write log: job job_000002") for line in row.evidence)
    assert any(line.startswith("job log: job job_000002") for line in row.evidence)
    assert (only(scene.post([credit(1)])).label, scene.fake.posts) == ("unknown", 2)


def test_a_charge_that_another_key_claims_is_not_shown_as_ours() -> None:
    scene = Scene()
    scene.post([credit(1)], mark="none")
    scene.fake.fail_next(Fault.TIMEOUT_BEFORE_BOOKING, on="POST")
    twin = credit(1, key="invoice-1b")
    row = only(scene.post([twin], mark="none", allow_twins=True))
    assert row.label == "unknown"
    assert not any("looks like it" in line for line in row.evidence)


def test_our_mark_on_another_amount_or_lease_settles_nothing() -> None:
    scene = Scene()
    row = only(posted_first(scene, Fault.TIMEOUT_BEFORE_BOOKING))
    assert row.label == "unknown"
    mark = marks.code(scene.journal.id, "invoice-1", 1)
    common = {"integration_id": "intg_1", "transaction_date": "2026-01-15", "description": mark}
    scene.fake.add_charge(lease_id="lease_1", amount_in_cents=-1251, **common)
    scene.fake.add_charge(lease_id="lease_2", amount_in_cents=-1250, **common)
    scene.fake.add_charge(lease_id="lease_1", amount_in_cents=1250, **common)
    assert only(scene.post([credit(1)])).label == "unknown"
    scene.fake.add_charge(lease_id="lease_1", amount_in_cents=-1250, **common)
    assert only(scene.post([credit(1)])).label == "posted"


def test_two_charges_with_our_mark_are_a_double_that_is_listed_first() -> None:
    scene = Scene()
    posted_first(scene, Fault.TIMEOUT_AFTER_BOOKING)
    (_, ours) = scene.fake.credits
    scene.fake.add_charge(**{**ours, "id": "charge_again"})
    report = scene.post(several(2))
    assert next(iter(report)).label == "booked twice"
    assert report.exit_code == 3


def test_a_salvaged_job_settles_only_together_with_a_charge() -> None:
    scene = Scene()
    row = only(posted_first(scene, Fault.HALF_A_BODY, mark="none"))
    assert (row.label, row.job_id, row.record_id) == ("posted", "job_000002", "charge_000002")


@pytest.mark.parametrize(
    ("life", "says"),
    [
        (JobLife(seconds=10_000.0, readable_after=10_000.0), "its status is PENDING"),
        (JobLife(ends="FAILURE", errors=("the lease ended",)), "the lease ended"),
        (JobLife(ends="PARTIAL_SUCCESS", errors=("half",), readable_after=10_000.0), "half"),
    ],
)
def test_a_salvaged_job_that_has_not_succeeded_is_shown_and_settles_nothing(
    life: JobLife, says: str
) -> None:
    scene = Scene()
    scene.post([credit(0)])
    scene.fake.next_job(life)
    scene.fake.fail_next(Fault.HALF_A_BODY, on="POST")
    row = only(scene.post([credit(1)], mark="none"))
    assert row.label == "unknown"
    assert f"job job_000002, read from a damaged response: {says}" in row.evidence


def test_a_salvaged_job_without_a_charge_is_only_a_clue() -> None:
    scene = Scene()
    scene.fake.every_job(JobLife(readable_after=10_000.0))
    row = only(posted_first(scene, Fault.HALF_A_BODY, mark="none"))
    assert row.label == "unknown"
    assert "job job_000002, read from a damaged response, has succeeded" in row.evidence


def test_absence_decides_nothing_and_a_person_is_asked_when_patience_ends() -> None:
    scene = Scene()
    row = only(posted_first(scene, Fault.TIMEOUT_BEFORE_BOOKING))
    assert any("not seen in the ledger by" in line for line in row.evidence)
    scene.fake.clock.sleep(25 * 3600)
    row = only(scene.post([credit(1)]))
    assert row.label == "unknown"
    assert any(line.startswith("not seen since") and "decide" in line for line in row.evidence)
    scene.journal.resolve("invoice-1", "not_posted", because="seen in Rentvine by Ada")
    assert only(scene.post([credit(1)])).label == "posted"
    assert scene.fake.booked == 2


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


def test_a_log_that_cannot_be_read_is_trouble_and_entries_without_a_time_are_left_out() -> None:
    scene = Scene()
    posted_first(scene, Fault.TIMEOUT_BEFORE_BOOKING)
    entry = b'{"id": "1", "job_id": "job_000001", "status": "x", "created_at": "soon"}'
    page = b'{"meta": {"orderBy": [], "hasMore": false}, "results": [' + entry + b"]}"
    scene.fake.respond_next(403, on="list_write_logs")
    scene.fake.respond_next(200, page, on="list_job_logs")
    report = scene.post([credit(1)])
    assert report.trouble == ("the write log could not be read: status 403",)
    assert not any("log: job" in line for line in only(report).evidence)


def test_a_job_done_only_in_part_is_for_a_person() -> None:
    scene = Scene()
    scene.post([credit(0)])
    scene.fake.next_job(JobLife(ends="PARTIAL_SUCCESS", errors=("the receipt",)))
    row = only(scene.post([credit(1)], mark="none"))
    assert (row.label, row.reason) == ("unknown", "the receipt")
    entry = scene.journal.get("invoice-1")
    assert entry is not None
    assert entry.state is State.UNKNOWN


def test_few_credits_among_many_charges_are_looked_for_by_their_leases() -> None:
    scene = Scene()
    for number in range(1000):
        scene.fake.add_charge(
            integration_id="intg_1",
            lease_id=f"other_{number}",
            transaction_date="2026-01-15",
            amount_in_cents=100,
        )
    assert labels(scene.post(several(2))) == ["posted"] * 2
    asked = [each for each in scene.fake.requests if each.operation == "list_resident_charges"]
    assert [each.query.get("lease_id") for each in asked] == [None, "lease_1", "lease_2"]


def test_a_refused_row_is_not_the_first_again() -> None:
    scene = Scene()
    scene.fake.respond_next(422, b'{"error": {"code": "x", "message": "no"}}', on="POST")
    assert labels(scene.post(several(3))) == ["refused", "not sent", "not sent"]
    scene.fake.every_job(JobLife(seconds=2))
    scene.fake.fail_next(Fault.RATE_LIMITED, on="POST")
    report = scene.post(several(3))
    assert labels(report) == ["posted"] * 3
    posts = [each.json["lease_id"] for each in scene.fake.requests if each.method == "POST"]
    assert posts[-3:] == ["lease_2", "lease_3", "lease_1"]
