"""Whole runs against the fake: what is posted, how fast, and how a run goes on."""

import json
from typing import Any

import pytest

from contract_tests.runs.support import Scene, credit, labels, several
from propexo_client.runs import Progress
from propexo_client.testing import FakeClock, Fault, JobLife, Killed, MemoryJournal


def test_every_credit_is_booked_once_and_running_again_sends_nothing_new() -> None:
    scene = Scene()
    report = scene.post(several(20))
    assert (labels(report), report.exit_code) == (["posted"] * 20, 0)
    before = len(scene.fake.requests)
    assert labels(scene.post(several(20))) == ["posted"] * 20
    assert len(scene.fake.requests) == before
    assert set(scene.booked.values()) == {1}


def test_a_few_posts_are_in_flight_at_once_in_threads_of_their_own() -> None:
    scene = Scene()
    scene.fake.every_job(JobLife(seconds=3))
    report = scene.post(several(60), in_flight=4)
    assert labels(report) == ["posted"] * 60
    assert set(scene.booked.values()) == {1}


def test_without_a_connection_the_run_pauses_and_goes_on() -> None:
    scene = Scene()
    scene.fake.fail_next(Fault.CONNECTION_REFUSED, times=20, on="POST")
    started = scene.fake.clock.monotonic()
    shown: list[str] = []
    report = scene.run(several(3)).post(lambda progress: shown.append(str(progress)))
    assert labels(report) == ["posted"] * 3
    assert scene.fake.clock.monotonic() - started > 60
    assert any("no connection can be made; trying again" in line for line in shown)
    assert "connection" not in shown[-1]


def test_the_rate_limit_is_waited_for_by_the_headers() -> None:
    scene = Scene(rate_limit=30, enforce_rate_limit=True)
    report = scene.post(several(60))
    assert labels(report) == ["posted"] * 60
    assert not any(request.fault for request in scene.fake.requests)


def test_no_more_requests_a_minute_are_sent_than_allowed() -> None:
    scene = Scene()
    started = scene.fake.clock.monotonic()
    scene.post(several(50), max_per_minute=20)
    assert len(scene.fake.requests) >= 100  # 20 at once, then 80 more at 20 a minute
    assert scene.fake.clock.monotonic() - started >= 4 * 60


def test_jobs_are_asked_about_once_on_the_whole() -> None:
    scene = Scene()
    scene.fake.every_job(JobLife(seconds=6))
    scene.post(several(200))
    assert len(scene.fake.requests) / 200 <= 2.1


def test_a_job_that_takes_too_long_is_left_open_and_found_by_the_next_start() -> None:
    scene = Scene()
    run = scene.run(several(2))
    scene.post([credit(0)])
    scene.fake.next_job(JobLife())
    scene.fake.next_job(JobLife(seconds=2000, readable_after=2000))
    report = run.post()
    assert (labels(report), report.exit_code) == (["posted", "waiting"], 4)
    scene.fake.clock.sleep(2000)
    assert labels(scene.post(several(2))) == ["posted", "posted"]
    assert scene.fake.posts == 3


def test_a_failed_job_is_asked_again_by_the_next_start() -> None:
    scene = Scene()
    scene.post([credit(0)])
    scene.fake.next_job(JobLife())
    scene.fake.next_job(JobLife(ends="FAILURE", errors=("the lease ended",)))
    report = scene.post(several(2))
    assert (labels(report), report.exit_code) == (["posted", "failed"], 1)
    failed = next(each for each in report if each.label == "failed")
    assert failed.reason == "the lease ended"
    assert failed.what_to_do.startswith("journal retry invoice-2")
    before = scene.requests("get_write_status")
    assert labels(scene.post(several(2))) == ["posted", "failed"]
    assert scene.requests("get_write_status") == before + 1


def test_a_process_that_dies_goes_on_where_it_was() -> None:
    scene = Scene()
    run = scene.run(several(6))
    scene.fake.every_job(JobLife(seconds=2))
    deaths = 0
    for death in (scene.fake.die_after_next_booking, scene.journal.die_after_next_claim):
        scene.fake.clock.sleep(5)
        death()
        with pytest.raises(Killed):
            scene.run(several(6)).post()
        scene.journal.restart()
        deaths += 1
    del run
    report = scene.post(several(6))
    while report.exit_code == 4:
        report = scene.post(several(6))
    assert deaths == 2
    assert labels(report).count("posted") == 5
    assert labels(report).count("unknown") == 1  # claimed, never sent: for a person to settle
    assert scene.fake.booked == 5
    assert set(scene.booked.values()) == {1}


def test_two_runs_over_one_journal_share_the_rows() -> None:
    scene = Scene()
    scene.fake.every_job(JobLife(seconds=2))
    both = [scene.run(several(30)) for _ in range(2)]
    assert labels(both[0].post()) == ["posted"] * 30
    assert labels(both[1].post()) == ["posted"] * 30
    assert (scene.fake.posts, scene.fake.booked) == (30, 30)


def test_a_row_that_another_process_is_sending_is_waited_for() -> None:
    scene = Scene()
    scene.journal.die_after_next_claim()
    with pytest.raises(Killed):
        scene.post([credit(1)])
    scene.journal.restart()
    report = scene.post(several(3))
    assert labels(report) == ["unknown", "posted", "posted"]
    assert report.exit_code == 3


def test_a_job_that_cannot_be_asked_for_is_asked_again_when_there_is_a_connection() -> None:
    scene = Scene()
    scene.fake.fail_next(Fault.CONNECTION_REFUSED, times=4, on="get_write_status")
    report = scene.post(several(3))
    assert (labels(report), report.stopped) == (["posted"] * 3, "")
    assert scene.fake.posts == 3


def test_an_outcome_that_could_not_be_recorded_is_recorded_with_the_end_of_its_job() -> None:
    scene = Scene()
    scene.fake.every_job(JobLife(seconds=5))
    run = scene.run([credit(1)])
    claim = scene.journal._append

    def append(event: Any, lasting: float | None, within: float) -> Any:
        appended = claim(event, lasting, within)
        if lasting is not None:
            scene.journal.fail_next_commit(durable=False)
        return appended

    scene.journal._append = append  # type: ignore[method-assign]
    assert labels(run.post()) == ["posted"]


def test_the_report_says_what_became_of_each_row_as_json() -> None:
    scene = Scene()
    report = scene.post([credit(1)])
    (row,) = report
    assert json.loads(json.dumps(row.as_json()))["state"] == "posted"
    assert (row.attempt, row.job_id, row.record_id) == (1, "job_000001", "charge_000001")


def test_progress_counts_every_row() -> None:
    scene, seen = Scene(), list[Progress]()
    scene.run(several(10)).post(seen.append)
    assert (seen[-1].rows, seen[-1].booked, seen[-1].waiting) == (10, 10, 0)
    assert str(seen[-1]).startswith("10 of 10 sent, 10 booked;")
    assert seen[-1].requests == len(scene.fake.requests) == 21


def test_a_clock_that_was_set_back_keeps_no_run_waiting_and_sends_nothing_twice() -> None:
    scene, wall = Scene(), FakeClock()
    scene.journal = MemoryJournal(clock=wall)
    scene.propexo = scene.client(scene.journal)
    wall.sleep(10_000)
    scene.fake.die_after_next_booking()
    with pytest.raises(Killed):
        scene.post(several(3))
    wall.sleep(0)
    wall.now -= 7200
    report = scene.post(several(3))
    assert (labels(report), report.exit_code) == (["posted", "posted", "posted"], 0)
    assert set(scene.booked.values()) == {1}


def test_a_clock_that_was_set_back_leaves_an_unsent_key_open() -> None:
    scene, wall = Scene(), FakeClock()
    scene.journal = MemoryJournal(clock=wall)
    scene.propexo = scene.client(scene.journal)
    wall.sleep(10_000)
    scene.journal.die_after_next_claim()
    with pytest.raises(Killed):
        scene.post(several(3))
    scene.journal.restart()
    wall.now -= 7200
    report = scene.post(several(3))
    assert (labels(report), report.exit_code) == (["in progress", "posted", "posted"], 4)
    assert scene.booked == {"lease_2": 1, "lease_3": 1}
