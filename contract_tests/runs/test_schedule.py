"""The schedule of a run by itself: what it does next, when, and when it gives up."""

import pytest

from contract_tests.runs.schedules import after_the_first, moments, posted, rows, schedule, wait_for
from propexo_client.runs.schedule import Look, Post


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
