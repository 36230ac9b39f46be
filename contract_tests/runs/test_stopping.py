"""When a run stops, what it leaves open, and that the next start finishes it."""

import threading
import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from contract_tests.runs.support import Scene, credit, labels, several
from propexo_client.errors import JournalRefused, OutcomeUnknown
from propexo_client.journal import State
from propexo_client.runs import CreditRun, Progress
from propexo_client.runs.report import UNSEEN
from propexo_client.testing import Fault, JobLife, Killed

FORBIDDEN = b'{"error": {"code": "forbidden", "message": "no permission"}}'


def test_the_first_credit_is_posted_alone_and_must_be_booked() -> None:
    scene = Scene()
    scene.fake.next_job(JobLife(ends="FAILURE", errors=("no such account",)))
    report = scene.post(several(5))
    assert labels(report) == ["failed", *["not sent"] * 4]
    assert report.stopped == "the first credit was not booked: no such account"
    assert (report.exit_code, scene.fake.posts) == (4, 1)


def test_the_run_stops_if_the_first_credit_is_not_booked_within_two_minutes() -> None:
    scene = Scene()
    scene.fake.next_job(JobLife(seconds=150))
    report = scene.post(several(3))
    assert report.stopped == "the first credit was not booked within 120 s"
    assert labels(report) == ["posted", "not sent", "not sent"]  # it is followed all the same
    assert labels(scene.post(several(3))) == ["posted"] * 3


def test_a_first_credit_of_unknown_outcome_stops_the_run_for_a_person() -> None:
    scene = Scene()
    scene.fake.fail_next(Fault.RESET_BEFORE_BOOKING, on="POST")
    report = scene.post(several(3))
    assert (labels(report), report.exit_code) == (["unknown", "not sent", "not sent"], 3)
    assert scene.fake.posts == 1


def before_each_post(scene: Scene, *plans: Callable[[], object] | None) -> None:
    """Call the first plan before the first post, and so on; None: nothing."""
    post, coming = scene.propexo.credits._flows.post, iter(plans)

    def posting(*arguments: Any, **options: Any) -> Any:
        plan = next(coming, None)
        if plan is not None:
            plan()
        return post(*arguments, **options)

    scene.propexo.credits._flows.post = posting  # type: ignore[method-assign]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_that_concerns_every_credit_stops_the_posting(status: int) -> None:
    scene = Scene()
    before_each_post(
        scene, None, None, lambda: scene.fake.respond_next(status, FORBIDDEN, on="POST")
    )
    report = scene.post(several(10))
    assert report.stopped == f"status {status}, forbidden: no permission"
    assert labels(report) == ["posted", "posted", "refused", *["not sent"] * 7]
    assert (scene.fake.posts, report.exit_code) == (3, 4)


def test_refusals_that_concern_one_credit_each_do_not_stop_the_posting() -> None:
    scene = Scene()
    refuse = partial(scene.fake.respond_next, 422, FORBIDDEN, on="POST")
    before_each_post(scene, None, *[refuse] * 4)
    seen: list[Progress] = []
    report = scene.run(several(6)).post(seen.append)
    assert (labels(report), report.stopped) == (["posted", *["refused"] * 4, "posted"], "")
    assert (seen[-1].refused, seen[-1].unknown, report.exit_code) == (4, 0, 1)


def test_three_unknown_outcomes_in_a_row_stop_the_posting() -> None:
    scene = Scene()
    lose = partial(scene.fake.fail_next, Fault.TIMEOUT_BEFORE_BOOKING, on="POST")
    before_each_post(scene, *[None] * 5, *[lose] * 50)
    report = scene.post(several(20))
    assert labels(report).count("unknown") == 3
    assert "3 outcomes in a row are unknown" in report.stopped
    assert (scene.fake.posts, report.exit_code) == (8, 3)


def test_a_403_without_a_body_on_every_post_makes_one_unknown_and_no_more() -> None:
    scene = Scene()
    for _ in range(50):
        scene.fake.respond_next(403, on="POST")
    report = scene.post(several(40), in_flight=4)
    assert labels(report) == ["unknown", *["not sent"] * 39]
    assert (scene.fake.posts, report.exit_code) == (1, 3)


def test_without_a_connection_for_half_an_hour_the_run_stops_and_nothing_is_lost() -> None:
    scene = Scene()
    scene.fake.fail_next(Fault.CONNECTION_REFUSED, times=1000, on="POST")
    report = scene.post(several(3))
    assert (labels(report), report.exit_code) == (["not sent"] * 3, 4)
    assert report.stopped == "no connection could be made for 30 minutes"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_to_say_how_a_job_is_going_stops_the_run_with_the_job_open(status: int) -> None:
    scene = Scene()
    scene.fake.respond_next(status, FORBIDDEN, on="get_write_status")
    report = scene.post(several(3))
    assert report.stopped == f"status {status} to a question about a job"
    assert (labels(report), report.exit_code) == (["waiting", "not sent", "not sent"], 4)
    assert scene.requests("get_write_status") == 1
    assert labels(scene.post(several(3))) == ["posted"] * 3


def test_a_journal_that_cannot_be_written_stops_the_run_before_the_post() -> None:
    scene = Scene()
    scene.post([credit(0)])
    scene.journal.fail_next_commit(durable=False)
    report = scene.post(several(3))
    assert "disk is full" in report.stopped
    assert (labels(report), report.exit_code) == (["not sent"] * 3, 4)
    assert scene.fake.posts == 1


def test_a_journal_that_is_refused_meanwhile_stops_the_run_before_the_post() -> None:
    scene = Scene()

    def refuse(*_: Any) -> Any:
        raise JournalRefused("journal: it was cut or replaced")

    before_each_post(scene, None, lambda: setattr(scene.journal, "_append", refuse))
    report = scene.post(several(3), sweep=False)
    assert report.stopped == "journal: it was cut or replaced"
    assert (labels(report), report.exit_code) == (["posted", "not sent", "not sent"], 4)
    assert scene.fake.posts == 1


def test_a_key_that_another_process_has_bound_meanwhile_stops_the_run_before_the_post() -> None:
    scene, other = Scene(), credit(2, amount=Decimal(99))
    key = other.pop("key")
    run = scene.run(several(3))
    client = scene.client(scene.journal)
    before_each_post(scene, None, lambda: client.credits.create(idempotency_key=key, **other))
    report = run.post()
    assert "'invoice-2'" in report.stopped
    assert "amount_in_cents 9900, now 1250" in report.stopped
    assert scene.booked == {"lease_1": 1, "lease_2": 1}


def test_stopping_leaves_what_is_open_and_the_next_start_finishes() -> None:
    scene = Scene()
    run: CreditRun

    def show(progress: Progress) -> None:
        if progress.sent >= 5:
            run.stop()

    run = scene.run(several(20), max_per_minute=10)
    report = run.post(show)
    assert report.stopped == "interrupted"
    assert report.exit_code == 4
    assert 5 <= scene.fake.posts < 20
    assert labels(scene.post(several(20))) == ["posted"] * 20
    assert scene.fake.posts == 20


def test_a_run_that_is_stopped_before_it_starts_sends_nothing() -> None:
    scene = Scene()
    run = scene.run(several(3))
    run.stop("not today")
    report = run.post()
    assert (labels(report), report.stopped) == (["not sent"] * 3, "not today")
    assert scene.fake.requests == ()


def test_an_interruption_while_threads_are_posting_stops_them_and_loses_nothing() -> None:
    scene = Scene()
    run = scene.run(several(20), in_flight=4)

    def until_it_is_halted() -> None:
        until = time.monotonic() + 3
        while time.monotonic() < until and not (run._schedule and run._schedule.halted):
            time.sleep(0.001)

    def interrupt(_: Progress) -> None:
        raise KeyboardInterrupt

    before_each_post(scene, None, None, None, *[until_it_is_halted] * 17)
    threads = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        run.post(interrupt)
    for thread in {*threading.enumerate()} - threads:
        thread.join(10)
    assert 3 <= scene.fake.posts < 20
    assert labels(scene.post(several(20))) == ["posted"] * 20
    assert set(scene.booked.values()) == {1}


@pytest.mark.parametrize("in_flight", [1, 4])
def test_whatever_goes_wrong_in_a_worker_stops_the_run_and_is_raised(in_flight: int) -> None:
    scene = Scene()
    run = scene.run(several(20), in_flight=in_flight)
    before_each_post(scene, None, None, scene.fake.die_after_next_booking)
    with pytest.raises(Killed):
        run.post()
    assert scene.fake.posts < 20
    assert run._schedule is not None
    assert run._schedule.stopped.startswith("Killed")


@pytest.mark.parametrize(
    ("end", "stopped", "shown"),
    [
        (State.POSTED, "", ["posted"] * 3),
        (State.FAILED, "the first credit was not booked: x", ["failed", "not sent", "not sent"]),
        (State.UNKNOWN, "the first credit was not booked: x", ["posted", "not sent", "not sent"]),
    ],
)
def test_a_job_whose_end_another_process_has_recorded_is_not_asked_for(
    end: State, stopped: str, shown: list[str]
) -> None:
    scene = Scene()
    scene.fake.next_job(JobLife(seconds=100.0))

    def record(progress: Progress) -> None:
        if progress.waiting and scene.requests("get_write_status") == 1:
            scene.journal.job_ended("job_000001", end, reason="x")

    report = scene.run(several(3), sweep=False).post(record)
    assert (labels(report), report.stopped) == (shown, stopped)
    assert scene.requests("get_write_status") == (3 if end is State.POSTED else 1)


@pytest.mark.parametrize("request_", ["POST", "get_write_status"])
def test_a_request_that_is_held_back_is_no_lack_of_a_connection(request_: str) -> None:
    scene = Scene()
    scene.fake.fail_next(Fault.RATE_LIMITED, on=request_)
    seen: list[Progress] = []
    report = scene.run(several(2)).post(seen.append)
    assert labels(report) == ["posted"] * 2
    assert {progress.note for progress in seen} == {"", "looking at the ledger"}


def test_a_credit_that_a_person_has_settled_meanwhile_is_not_sent() -> None:
    scene = Scene()
    run, client = scene.run(several(3)), scene.client(scene.journal)

    def settle() -> None:
        fields = credit(2)
        key = fields.pop("key")
        scene.fake.fail_next(Fault.TIMEOUT_BEFORE_BOOKING, on="POST")
        with pytest.raises(OutcomeUnknown):
            client.credits.create(idempotency_key=key, **fields)
        scene.journal.resolve(key, "posted", because="entered by hand, Ada")

    before_each_post(scene, None, settle)
    seen: list[Progress] = []
    report = run.post(seen.append)
    assert (labels(report), seen[-1].booked) == (["posted", UNSEEN, "posted"], 3)
    assert scene.booked == {"lease_1": 1, "lease_3": 1}
