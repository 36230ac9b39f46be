"""The schedule of a run by itself: what it does next, when, and when it gives up."""

from collections import deque
from itertools import pairwise

import pytest

from contract_tests.runs.support import credit
from propexo_client.runs import Row
from propexo_client.runs.rows import checked
from propexo_client.runs.schedule import Look, Post, Schedule, Task
from propexo_client.runs.throttle import Throttle


def rows(count: int) -> list[Row]:
    made = (checked(number, credit(number)) for number in range(count))
    return [each for each in made if isinstance(each, Row)]


def schedule(count: int = 3, in_flight: int = 4, most: int | None = None) -> Schedule:
    return Schedule(deque(rows(count)), in_flight, Throttle(most))


def posted(schedule: Schedule, now: float) -> Post:
    task = schedule.next(now)
    assert isinstance(task, Post)
    return task


def wait_for(schedule: Schedule, now: float) -> tuple[Task, float]:
    """Wait until there is something to do; return it and the moment."""
    while not isinstance(came := schedule.next(now), Post | Look):
        assert isinstance(came, float)
        assert came >= 0.01
        now += came
    return came, now


def moments(schedule: Schedule, now: float, count: int) -> list[float]:
    """Let a job be pending again and again; return when it is asked."""
    asked: list[float] = []
    for _ in range(count):
        look, now = wait_for(schedule, now)
        assert isinstance(look, Look)
        asked.append(now)
        schedule.pending(look, now)
    return asked


def after_the_first(seconds: float, count: int = 3, in_flight: int = 4) -> tuple[Schedule, float]:
    """Have the first credit booked after so many seconds."""
    made = schedule(count, in_flight)
    made.accepted(posted(made, 0.0), "job_0", 0.0)
    look, now = wait_for(made, 0.0)
    while now < seconds:
        assert isinstance(look, Look)
        made.pending(look, now)
        look, now = wait_for(made, now)
    made.ended(look, "booked", "", now)
    return made, now


def test_the_first_job_is_asked_soon_and_then_ever_more_seldom() -> None:
    made = schedule()
    made.accepted(posted(made, 0.0), "job_0", 0.0)
    assert moments(made, 0.0, 6) == [1.0, 2.0, 3.0, 4.5, 6.75, 10.125]


def test_nothing_else_is_posted_while_the_first_is_open_nor_after_two_minutes_without_it() -> None:
    made = schedule()
    made.accepted(posted(made, 0.0), "job_0", 0.0)
    asked = moments(made, 0.0, 13)
    assert asked[-1] == 120.0
    assert made.stopped == "the first credit was not booked within 120 s"
    asked += moments(made, asked[-1], 4)
    assert asked[-4:] == [180.0, 270.0, 405.0, 600.0]
    assert (made.next(600.0), made.posting, len(made.to_send)) == (None, 0, 2)


def test_other_jobs_are_asked_when_they_are_likely_to_have_ended() -> None:
    made, now = after_the_first(8.0)
    assert (now, made.expected) == (10.125, 10.125)
    made.accepted(posted(made, 100.0), "job_1", 100.0)
    made.to_send.clear()
    ((_, _, look),) = made._jobs
    assert (look.since, look.until) == (100.0, 700.0)
    assert moments(made, 100.0, 3) == [110.125, 115.1875, 122.78125]
    assert made.expected == pytest.approx(10.125 * 1.3**3)


def test_what_is_expected_of_jobs_shrinks_slowly_and_stays_within_bounds() -> None:
    made, now = after_the_first(0.0)
    assert made.expected == 1.0
    post = posted(made, now)
    made.expected = 2.0
    made.accepted(post, "job_1", now)
    look, now = wait_for(made, now + 2.0)
    if isinstance(look, Post):
        made.not_sent(look, now, 0.0)
        look, now = wait_for(made, now)
    assert isinstance(look, Look)
    made.ended(look, "booked", "", now)
    assert made.expected == pytest.approx(2.0 * 0.99)
    made.follow([(look.row, "job_2")], now)
    for expected, then in ((290.0, 300.0), (0.1, 1.0)):
        made.expected = expected
        asked = made.next(now)
        assert isinstance(asked, Look)
        made.pending(asked, now)
        assert made.expected == then
        now += 1.0


def test_a_job_that_takes_longer_than_ten_minutes_is_left_open() -> None:
    made = schedule(0)
    made.follow([(rows(1)[0], "job_1")], 50.0)
    asked = moments(made, 50.0, 18)
    assert (asked[0], asked[1], asked[-1]) == (50.0, 51.0, 650.0)
    assert made.next(650.0) is None


def test_a_job_that_another_process_has_started_is_asked_later_and_the_next_row_is_first() -> None:
    made = schedule()
    made.accepted(posted(made, 40.0), "job_0", 40.0, elsewhere=True)
    assert made.requests == 0
    second = posted(made, 40.0)
    assert second.first
    made.stop("enough")
    made.ended(second, "refused", "no", 40.0)
    assert moments(made, 40.0, 1) == [50.0]


def test_a_row_that_another_call_has_settled_is_not_the_first_and_counts_as_no_request() -> None:
    made = schedule()
    made.ended(posted(made, 0.0), "failed", "", 0.0, asked=False)
    assert (made.requests, made.stopped) == (0, "")
    assert posted(made, 0.0).first


def test_as_many_posts_are_in_flight_as_allowed_but_one_after_an_unknown_outcome() -> None:
    made, now = after_the_first(0.0, count=20, in_flight=3)
    flying = [posted(made, now) for _ in range(3)]
    assert not isinstance(made.next(now), Post)
    made.ended(flying[0], "unknown", "lost", now)
    assert not isinstance(made.next(now), Post)
    made.ended(flying[1], "booked", "", now)
    assert isinstance(made.next(now), Post)
    assert made.unknown_in_a_row == 0


@pytest.mark.parametrize(("good", "stops"), [(1, False), (3, True)])
def test_three_outcomes_in_a_row_that_are_unknown_stop_the_run(good: int, stops: bool) -> None:
    made, now = after_the_first(0.0, count=20)
    for number in range(4):
        post = posted(made, now)
        made.ended(post, "refused" if number == good else "unknown", "lost", now)
        if made.stopped:
            break
    assert bool(made.stopped) is stops
    assert made.stopped == ("3 outcomes in a row are unknown: lost" if stops else "")


def test_an_accepted_post_ends_the_count_of_unknown_outcomes() -> None:
    made, now = after_the_first(0.0, count=20)
    for outcome in ("unknown", "unknown", "", "unknown", "unknown"):
        post = posted(made, now)
        if outcome:
            made.ended(post, "unknown", "lost", now)
        else:
            made.accepted(post, "job_1", now)
    assert made.stopped == ""


def test_without_a_connection_the_pauses_grow_to_a_minute_and_end_after_half_an_hour() -> None:
    made, now = schedule(1), 0.0
    pauses: list[float] = []
    while not made.halted:
        made.not_sent(posted(made, now), now)
        if not made.halted:
            pause = made.next(now)
            assert isinstance(pause, float)
            pauses.append(pause)
            now += pause
    assert pauses[:8] == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    assert 1800.0 <= now < 1860.0
    assert made.stopped == "no connection could be made for 30 minutes"
    assert made.next(now) is None
    assert [row.key for row in made.to_send] == ["invoice-0"]


@pytest.mark.parametrize(("seconds", "halts"), [(1799.9, False), (1800.0, True)])
def test_half_an_hour_without_a_connection_is_thirty_minutes(seconds: float, halts: bool) -> None:
    made = schedule(1)
    made.not_sent(posted(made, 50.0), 50.0)
    made.not_sent(posted(made, 50.0 + seconds), 50.0 + seconds)
    assert made.halted is halts


def test_several_that_meet_the_same_trouble_pause_once_and_a_response_ends_it() -> None:
    made, now = after_the_first(0.0, count=20)
    flying = [posted(made, now) for _ in range(3)]
    for post in flying:
        made.not_sent(post, now)
    assert made.next(now) == 1.0
    assert made.trouble == "no connection can be made; trying again"
    made.not_sent(posted(made, now + 1.0), now + 1.0)
    assert made.next(now + 1.0) == 2.0
    made.ended(posted(made, now + 3.0), "refused", "no", now + 3.0)
    assert made.trouble == ""
    made.not_sent(posted(made, now + 4.0), now + 4.0)
    assert made.next(now + 4.0) == 1.0


def test_what_is_held_back_waits_for_its_time_and_what_was_first_stays_first() -> None:
    made = schedule()
    made.not_sent(posted(made, 0.0), 0.0, 20.0)
    assert (made.next(0.0), made.next(19.0), made.trouble) == (20.0, 1.0, "")
    post = posted(made, 20.0)
    assert (post.first, post.row.key) == (True, "invoice-0")
    made.not_sent(post, 20.0, 5.0)
    made.resumes_at = 100.0
    made.not_sent(posted(made, 100.0), 100.0, 0.0)
    assert made.resumes_at == 100.0


def test_a_key_in_progress_elsewhere_is_tried_again_for_ten_minutes() -> None:
    made, now = schedule(1), 70.0
    tried: list[float] = []
    while isinstance(post := made.next(now), Post | float):
        if isinstance(post, float):
            now += post
            continue
        assert post.first
        tried.append(now)
        made.in_progress(post, 100.0 if now < 370.0 else 3.0, now)
    pauses = [after - before for before, after in pairwise(tried)]
    assert pauses[:8] == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    assert pauses[-2:] == [4.0, 4.0]
    assert 670.0 <= tried[-1] < 674.0


def test_keys_that_another_call_may_be_sending_come_after_the_first_row() -> None:
    made = schedule(2, in_flight=1)
    made.others(rows(5)[4:], 0.0)
    first = posted(made, 0.0)
    assert first.row.key == "invoice-0"
    made.ended(first, "booked", "", 1.0)
    later = posted(made, 1.0)
    assert (later.row.key, later.first) == ("invoice-4", False)
    made.ended(later, "booked", "", 2.0)
    assert posted(made, 2.0).row.key == "invoice-1"


def test_a_run_of_such_keys_alone_tries_the_first_of_them_first() -> None:
    made = schedule(0)
    made.others(rows(1), 100.0)
    made.others(rows(2)[1:], 5.0)
    assert made.next(4.5) == 0.5
    first = posted(made, 5.0)
    assert (first.first, first.row.key) == (True, "invoice-1")
    made.ended(first, "booked", "", 6.0)
    assert made.next(99.5) == 0.5


def test_what_is_left_counts_each_job_once_and_each_post_twice() -> None:
    made, now = after_the_first(0.0, count=5)
    made.follow([(row, "job_9") for row in rows(2)], now + 100.0)
    made.others(rows(1), now + 100.0)
    assert made.left == 2 * (4 + 1) + 2
    post = posted(made, now)
    assert made.left == 2 * 5 + 2
    made.accepted(post, "job_1", now)
    assert made.left == 2 * 4 + 3
    made.stop("enough")
    look, now = wait_for(made, now)
    assert (made.left, made.looking) == (2 * 4 + 3, 1)
    made.ended(look, "booked", "", now)
    assert (made.left, made.looking) == (2 * 4 + 2, 0)


def test_a_stopped_run_posts_no_more_and_follows_its_jobs_and_a_halted_one_does_nothing() -> None:
    made, now = after_the_first(0.0)
    made.accepted(posted(made, now), "job_1", now)
    made.stop("first")
    made.stop("second")
    assert made.stopped == "first"
    look, now = wait_for(made, now)
    assert isinstance(look, Look)
    made.gave_up(look, "the disk is full", now)
    assert (made.halted, made.stopped, made.looking, made.left) == (True, "first", 0, 1 + 2)
    assert made.next(now + 100.0) is None


def test_no_more_tasks_a_minute_are_given_than_allowed() -> None:
    made = schedule(9, in_flight=9, most=2)
    made.ended(posted(made, 0.0), "booked", "", 0.0)
    posted(made, 10.0)
    assert (made.next(10.0), made.next(59.0)) == (50.0, 1.0)
    posted(made, 60.0)
    assert made.next(60.0) == 10.0


def test_while_a_task_is_under_way_there_is_something_to_wait_for() -> None:
    made = schedule(1)
    post = posted(made, 0.0)
    assert made.next(0.0) == 1.0
    made.accepted(post, "job_0", 0.0)
    look, now = wait_for(made, 0.0)
    assert made.next(now) == 1.0
    made.ended(look, "booked", "", now)
    assert (made.next(now), made.posting, made.looking, made.left) == (None, 0, 0, 0)
    assert made.requests == 2


def test_the_job_that_is_due_first_is_asked_first() -> None:
    made = schedule(0)
    for number, due in enumerate((9.0, 5.0, 7.0)):
        made.follow([(rows(1)[0], f"job_{number}")], due)
    asked: list[tuple[str, float]] = []
    now = 0.0
    for _ in range(3):
        look, now = wait_for(made, now)
        assert isinstance(look, Look)
        asked.append((look.job_id, now))
        made.ended(look, "failed", "", now)
    assert asked == [("job_1", 5.0), ("job_2", 7.0), ("job_0", 9.0)]


def test_a_job_that_is_pending_is_a_response_that_ends_a_pause() -> None:
    made = schedule(0)
    made.follow([(rows(1)[0], "job_1")], 0.0)
    look, now = wait_for(made, 0.0)
    made.not_sent(look, now)
    assert (made.trouble != "", made.requests, made.looking) == (True, 0, 0)
    look, now = wait_for(made, now)
    assert isinstance(look, Look)
    made.pending(look, now)
    assert (made.trouble, made.requests) == ("", 1)
