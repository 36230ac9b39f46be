"""When a run pauses: no connection, a full rate limit, or a key that another call is sending."""

from itertools import pairwise

import pytest

from contract_tests.runs.schedules import after_the_first, posted, rows, schedule, wait_for
from propexo_client.runs.schedule import Look, Post


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
