"""What settles an unknown outcome, and what is only shown to a person."""

from typing import Any

import pytest

from contract_tests.runs.support import Scene, credit, labels, only, posted_first, several
from propexo_client.journal import State
from propexo_client.journal.shown import moment
from propexo_client.runs import marks
from propexo_client.testing import Fault, JobLife


def test_our_mark_on_the_ledger_settles_a_lost_response() -> None:
    scene = Scene()
    row = only(posted_first(scene, Fault.TIMEOUT_AFTER_BOOKING))
    assert (row.label, row.record_id) == ("posted", "charge_000002")
    history = scene.journal.history("invoice-1")
    assert [event.state for event in history] == ["sending", "unknown", "posted"]
    assert row.evidence == ()


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
    newest = [each for each in scene.fake.requests if each.operation == "list_job_logs"]
    assert [each.query["order-by"] for each in newest] == ["created_at:desc"]
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
    assert row.evidence == ("job job_000002, read from a damaged response, has succeeded",)


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
    assert any(line.startswith("not seen in the ledger") for line in row.evidence)
    assert scene.requests("get_write_status") == 2  # one of them for the credit before


def test_a_salvaged_job_that_names_no_record_needs_a_charge_that_is_the_only_one() -> None:
    scene = Scene()
    scene.fake.every_job(JobLife(record_id=False))
    assert only(posted_first(scene, Fault.HALF_A_BODY, mark="none")).record_id == "charge_000002"
    scene.fake.add_charge(**{**scene.fake.credits[1], "id": "c9", "lease_id": "lease_2"})
    scene.fake.fail_next(Fault.HALF_A_BODY, on="POST")
    row = only(scene.post([credit(2)], mark="none"))
    assert row.label == "unknown"
    assert "job job_000003, read from a damaged response, has succeeded" in row.evidence
    assert sum(line.startswith(("looks like", "same lease")) for line in row.evidence) == 2


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


def test_a_charge_of_another_day_or_text_is_shown_after_one_that_looks_like_it() -> None:
    scene = Scene()
    posted_first(scene, Fault.TIMEOUT_BEFORE_BOOKING, mark="none")
    common = {"integration_id": "intg_1", "lease_id": "lease_1", "amount_in_cents": -1250}
    for number, (day, text) in enumerate(
        [("16", "Credit 1"), ("15", "Credit"), ("15", "CREDIT  1"), ("14", "x"), ("14", "y")]
    ):
        date = f"2026-01-{day}"
        scene.fake.add_charge(id=f"c{number}", transaction_date=date, description=text, **common)
    shown = [line for line in only(scene.post([credit(1)], mark="none")).evidence if ": c" in line]
    assert [line.split(",")[0] for line in shown] == [
        "looks like it: c2",
        "same lease and amount: c0",
        "same lease and amount: c1",
    ]


@pytest.mark.parametrize(
    ("hours", "again"), [(0.0, 1 / 6), (0.1, 1 / 6), (1.0, 1.0), (5.0, 5.0), (8.0, 6.0)]
)
def test_an_unseen_credit_is_to_be_looked_for_after_as_long_again_within_bounds(
    hours: float, again: float
) -> None:
    scene = Scene()
    posted_first(scene, Fault.TIMEOUT_BEFORE_BOOKING)
    sent = scene.journal.history("invoice-1")[0].at
    scene.fake.clock.sleep(max(0.0, sent + hours * 3600 - scene.fake.clock.monotonic()))
    now = scene.fake.clock.monotonic()
    seen, later = moment(now), moment(now + again * 3600)
    assert (
        f"not seen in the ledger by {seen}; run again after {later}"
        in only(scene.post([credit(1)])).evidence
    )


def test_a_key_that_a_restored_journal_lacks_is_looked_for_and_found_by_a_later_mark() -> None:
    scene = Scene()
    scene.post([credit(0)])
    scene.journal._adopt(["invoice-1", "invoice-2", "invoice-3"], "restored from Monday")
    common = {"integration_id": "intg_1", "transaction_date": "2026-01-15"}
    for number, attempt in ((1, 5), (2, 6)):
        mark = marks.code(scene.journal.id, f"invoice-{number}", attempt)
        scene.fake.add_charge(
            lease_id=f"lease_{number}", amount_in_cents=-1250, description=mark, **common
        )
    report = scene.post(several(3))
    assert labels(report) == ["posted", "unknown", "unknown"]
    assert any("not seen in the ledger by" in line for line in list(report)[2].evidence)


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
    assert "the ledger shows charge_000002, which the job has named; decide" in row.evidence
    assert not any("not seen" in line for line in row.evidence)
    before = scene.requests("get_write_status")
    assert only(scene.post([credit(1)], mark="none")).label == "unknown"
    assert scene.requests("get_write_status") == before + 1  # it may yet end otherwise
    entry = scene.journal.get("invoice-1")
    assert entry is not None
    assert entry.state is State.UNKNOWN


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


def test_a_credit_that_is_posted_on_a_persons_word_is_reported_with_that_word() -> None:
    scene = Scene()
    posted_first(scene, Fault.TIMEOUT_BEFORE_BOOKING)
    scene.journal.resolve("invoice-1", "posted", because="seen in Rentvine by Ada")
    row, other = scene.post([credit(1), credit(0)], sweep=False)
    assert (row.label, row.reason) == ("posted", "seen in Rentvine by Ada")
    assert (other.label, other.reason) == ("posted", "")


def test_the_mark_of_an_attempt_that_was_never_made_settles_nothing() -> None:
    scene = Scene()
    posted_first(scene, Fault.TIMEOUT_BEFORE_BOOKING)
    scene.fake.add_charge(
        integration_id="intg_1",
        lease_id="lease_1",
        transaction_date="2026-01-15",
        amount_in_cents=-1250,
        description=f"Credit 1 [{marks.code(scene.journal.id, 'invoice-1', 2)}]",
    )
    row = only(scene.post([credit(1)]))
    assert row.label == "unknown"
    assert any(line.startswith("looks like it: ") for line in row.evidence)


@pytest.mark.parametrize(("seconds", "shown"), [(290.0, True), (310.0, False)])
def test_entries_of_a_log_from_other_minutes_are_not_shown(seconds: float, shown: bool) -> None:
    scene = Scene()
    scene.post([credit(0)])
    scene.fake.clock.sleep(seconds)
    scene.fake.fail_next(Fault.TIMEOUT_AFTER_BOOKING, on="POST")
    evidence = " ".join(only(scene.post([credit(1)], mark="none")).evidence)
    assert "job job_000002" in evidence
    assert ("job job_000001" in evidence) is shown
