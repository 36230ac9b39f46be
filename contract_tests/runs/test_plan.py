"""The plan: every credit once, checked against the others, the journal and the control totals."""

from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import pytest

from contract_tests.runs.support import Scene, credit, labels, several
from propexo_client import InvalidArgument, InvalidArgumentType
from propexo_client.runs import BadRows, CreditRun
from propexo_client.runs.plan import spans
from propexo_client.runs.rows import Row, checked
from propexo_client.testing import JobLife, Killed, MemoryJournal


def test_a_row_that_is_repeated_is_one_credit() -> None:
    scene = Scene()
    run = scene.run([credit(1), credit(1)])
    assert (len(run.plan), run.plan.repeated) == (1, 1)
    run.post()
    assert scene.booked == {"lease_1": 1}


def test_a_key_with_two_contents_is_refused_and_both_are_shown() -> None:
    scene = Scene()
    with pytest.raises(BadRows) as refused:
        scene.run([credit(1), credit(1, amount=Decimal(13))])
    assert "belongs to other content in line 1: amount_in_cents 1250 there, 1300 here" in str(
        refused.value
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"expect_rows": 4}, "expect_rows: 4 are expected, credit has 3"),
        ({"expect_total": Decimal(10)}, "expect_total: 10 is expected, credit has 37.50"),
    ],
)
def test_control_totals_stop_the_run_before_the_first_post(
    options: dict[str, Any], says: str
) -> None:
    scene = Scene()
    with pytest.raises(InvalidArgument, match=says):
        scene.run(several(3), **options)
    assert scene.fake.requests == ()


@pytest.mark.parametrize("total", [37.5, "37.50", 3750])
def test_a_control_total_is_a_decimal_number_of_dollars(total: Any) -> None:
    with pytest.raises(InvalidArgumentType, match=r"^expect_total: pass a Decimal such as"):
        Scene().run(several(3), expect_total=total)


def test_control_totals_that_are_right_let_it_pass() -> None:
    report = Scene().post(several(3), expect_rows=3, expect_total=Decimal("37.50"))
    assert labels(report) == ["posted"] * 3


def test_twins_within_a_file_are_refused_unless_they_are_meant() -> None:
    scene, twins = Scene(), [credit(1), credit(1, key="invoice-1b")]
    with pytest.raises(BadRows, match="same lease, amount and day as 'invoice-1' in line 1"):
        scene.run(twins)
    assert labels(scene.post(twins, allow_twins=True)) == ["posted"] * 2
    assert labels(scene.post(twins)) == ["posted"] * 2  # nothing is left to be posted


def test_a_twin_of_what_an_earlier_file_has_posted_is_refused() -> None:
    scene = Scene()
    scene.post([credit(1)])
    with pytest.raises(BadRows, match="'invoice-1', which the journal knows"):
        scene.run([credit(2), credit(1, key="invoice-one")])
    assert scene.fake.posts == 1


def test_a_twin_of_what_was_refused_is_none() -> None:
    scene = Scene()
    scene.fake.respond_next(422, b'{"error": {"code": "x", "message": "no"}}', on="POST")
    assert labels(scene.post([credit(1)])) == ["refused"]
    assert labels(scene.post([credit(1, key="invoice-one")])) == ["posted"]


def test_a_renamed_or_copied_file_posts_nothing_again() -> None:
    scene = Scene()
    scene.post(several(3))
    report = scene.post(list(reversed(several(3))))
    assert labels(report) == ["posted"] * 3
    assert (scene.fake.posts, scene.fake.booked) == (3, 3)


def test_an_edited_row_is_refused_once_its_key_is_bound() -> None:
    scene = Scene()
    scene.post(several(2))
    with pytest.raises(BadRows) as refused:
        scene.run([credit(1), credit(2, transaction_date=date(2026, 1, 16))])
    assert "is posted in the journal with other content: transaction_date '2026-01-15', now" in str(
        refused.value
    )


def test_a_row_that_was_refused_may_be_corrected_under_its_key() -> None:
    scene = Scene()
    scene.fake.respond_next(400, b'{"error": {"code": "x", "message": "no lease"}}', on="POST")
    report = scene.post([credit(1)])
    assert (labels(report), report.exit_code) == (["refused"], 1)
    report = scene.post([credit(1, lease_id="lease_2")])
    assert (labels(report), report.exit_code) == (["posted"], 0)
    assert scene.booked == {"lease_2": 1}


def test_a_journal_of_another_environment_is_refused() -> None:
    scene = Scene()
    with pytest.raises(InvalidArgument, match="belongs to"):
        scene.client(MemoryJournal(environment="https://example.com"))


def test_a_client_that_is_none_has_no_run() -> None:
    with pytest.raises(InvalidArgument, match=r"^propexo: pass a Propexo; a run is blocking"):
        CreditRun("token", several(1), mark="end")  # type: ignore[arg-type]


def test_without_a_journal_there_is_no_run() -> None:
    scene = Scene()
    scene.propexo._session.keys = None
    with pytest.raises(InvalidArgument, match="has no journal"):
        scene.run(several(1))


def test_the_mark_is_chosen_once_and_remembered() -> None:
    scene = Scene()
    with pytest.raises(InvalidArgument, match="--mark or --no-mark"):
        scene.run(several(1), mark=None)
    with pytest.raises(InvalidArgument, match='mark: pass "start", "end" or "none"'):
        scene.run(several(1), mark="middle")
    scene.post([credit(1)], mark="start")
    scene.post([credit(2)], mark=None)
    scene.post([credit(3)], mark="none")
    first, second, third = (row["description"] for row in scene.fake.credits)
    assert first.startswith("[")
    assert second.endswith("] Credit 2")
    assert third == "Credit 3"


def test_the_estimate_says_what_a_run_will_do_and_sends_nothing() -> None:
    scene = Scene()
    run = scene.run(several(100))
    estimate = run.estimate()
    assert (estimate.rows, estimate.to_send, estimate.total_in_cents) == (100, 100, 125_000)
    assert estimate.sweep == ("every charge of integration intg_1 from 2026-01-14 to 2026-01-16",)
    assert scene.fake.requests == ()
    run.post()
    assert scene.fake.credits[0]["description"] == estimate.sample
    assert abs(estimate.requests - len(scene.fake.requests)) <= 10
    assert estimate.minutes == estimate.requests / 150


def test_the_estimate_shows_the_description_as_it_will_be_booked() -> None:
    scene = Scene()
    assert scene.run(several(1), mark="none").estimate().sample == "Credit 1"
    assert scene.run([]).estimate().sample == ""
    scene.fake.respond_next(422, b'{"error": {"code": "x", "message": "no"}}', on="POST")
    scene.post([credit(1)], mark="start")
    sample = scene.run([credit(1)], mark="start").estimate().sample
    scene.post([credit(1)], mark="start")
    assert [row["description"] for row in scene.fake.credits] == [sample]


def test_the_estimate_counts_what_is_left_and_the_minutes_it_takes() -> None:
    scene = Scene()
    scene.fake.every_job(JobLife(seconds=2000))
    scene.post([credit(1)], sweep=False)
    scene.fake.every_job(JobLife())
    estimate = scene.run(several(3), max_per_minute=1, sweep=False).estimate()
    assert (estimate.to_send, estimate.to_send_in_cents, estimate.sweep) == (2, 2500, ())
    assert estimate.requests == estimate.minutes == 5


def test_a_key_whose_call_has_died_is_unknown_and_not_posted_again() -> None:
    scene = Scene()
    scene.journal.die_after_next_claim()
    with pytest.raises(Killed):
        scene.post([credit(1)])
    scene.journal.restart()
    row = scene.run([credit(1)]).plan.get("invoice-1")
    assert row is not None
    assert (row.state, row.job_id) == ("sending", None)
    scene.fake.clock.sleep(3600)
    run = scene.run([credit(1)])
    row = run.plan.get("invoice-1")
    assert row is not None
    assert (row.state, run.plan.to_send) == ("unknown", [])


def test_the_days_of_a_plan_are_joined_and_read_with_a_day_on_either_side() -> None:
    def day(number: int) -> date:
        return date(2026, 1, number)

    numbers = {"intg_1": [1, 2, 3, 4, 5, 20, 23], "intg_2": [10, 14]}
    rows = [
        checked(number, credit(number, integration_id=name, transaction_date=day(number)))
        for name, days in numbers.items()
        for number in days
    ]
    assert spans(row for row in rows if isinstance(row, Row)) == [
        ("intg_1", date(2025, 12, 31), day(6)),
        ("intg_1", day(19), day(24)),
        ("intg_2", day(9), day(11)),
        ("intg_2", day(13), day(15)),
    ]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"in_flight": 0}, "in_flight"),
        ({"in_flight": 51}, "in_flight"),
        ({"max_per_minute": 0}, "max_per_minute"),
        ({"patience": -1}, "patience"),
    ],
)
def test_an_option_of_a_run_that_cannot_be_right_is_refused(
    options: dict[str, Any], names: str
) -> None:
    with pytest.raises(InvalidArgument, match=f"^{names}: "):
        Scene().run(several(1), **options)


def test_the_defaults_of_a_run_are_as_documented() -> None:
    scene = Scene()
    run = CreditRun(scene.propexo, several(251), mark="end")
    assert (run._in_flight, run._patience, run._sweep) == (4, 86_400.0, True)
    assert run.estimate().requests == round(251 * 2.05) + 2
    assert scene.run(several(250), sweep=False).estimate().requests == 512
    for in_flight in (1, 50):
        assert scene.run(several(1), in_flight=in_flight, patience=0)._in_flight == in_flight


def test_a_mark_that_the_journal_knows_is_not_written_again() -> None:
    scene = Scene()
    for _ in range(3):
        scene.post([credit(1)], sweep=False)
    assert len(scene.journal._notes()) == 2


def test_control_totals_are_exact_whatever_the_precision_of_the_caller() -> None:
    rows = [credit(1, amount=Decimal("12345.67"))]
    with localcontext(prec=4):
        run = Scene().run(rows, expect_total=Decimal("12345.67"))
        assert run.plan.total_in_cents == 1_234_567
        with pytest.raises(InvalidArgument, match=r"has 12,345\.67"):
            Scene().run(rows, expect_total=Decimal("12350.00"))
        with pytest.raises(InvalidArgument, match=r"12345\.67 is expected, credit has 12,350\.00"):
            Scene().run([credit(1, amount=Decimal("12350.00"))], expect_total=Decimal("12345.67"))
