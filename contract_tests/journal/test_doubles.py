"""Two bookings under one key, and what only looks like two."""

from contract_tests.journal.situations import (
    SITUATIONS,
    after,
    claim,
    job,
    mark,
    result,
    writer,
)
from propexo_client.journal import State, rules


def test_a_job_accepted_after_it_was_posted_is_kept_so_that_its_success_is_a_double() -> None:
    history = after(
        *SITUATIONS["sending_2nd"],
        mark(1, "R1"),
        writer(State.ACCEPTED, "J2"),
        job(State.POSTED, "J2", "R2"),
    )

    assert [event.state for event in history[-3:]] == ["posted", "posted", "double"]
    assert (history[-1].record_id, history[-1].detail["other_record"]) == ("R1", "R2")


def test_a_job_and_its_row_on_the_ledger_are_one_booking() -> None:
    by_mark = after(claim, mark(1, "R1"), writer(State.ACCEPTED, "J1"))

    assert result(by_mark, job(State.POSTED, "J1", "R5")) == "posted"
    assert result(by_mark, job(State.POSTED, "J1", "R1")) == "posted"
    assert result(after(*SITUATIONS["posted_job"]), mark(1, "R8")) == "-"


def test_the_row_of_a_retried_job_carries_the_mark_of_the_first_attempt() -> None:
    history = after(*SITUATIONS["retry_accepted"], job(State.POSTED, "J2", "R2"))

    assert result(history, mark(1, "R2")) == "-"
    assert result(history, mark(1, "R3")) == "-"


def test_two_jobs_that_succeeded_are_a_double_unless_they_name_one_record() -> None:
    history = after(*SITUATIONS["retry_accepted"], job(State.POSTED, "J2", "R2"))

    assert result(history, job(State.POSTED, "J1", "R1")) == "double"
    assert result(history, job(State.POSTED, "J1")) == "double"
    assert result(history, job(State.POSTED, "J1", "R2")) == "-"


def test_two_jobs_that_succeeded_and_name_no_record_are_a_double() -> None:
    history = after(*SITUATIONS["retry_accepted"], job(State.POSTED, "J2"))

    assert result(history, job(State.POSTED, "J1")) == "double"
    assert result(history, job(State.POSTED, "J2")) == "-"


def test_two_rows_that_carry_the_mark_of_a_key_are_a_double() -> None:
    history = after(*SITUATIONS["accepted"])
    event = rules.booked_twice(history, rows=["R1", "R2"])
    assert event is not None
    assert event.state is State.DOUBLE
    assert rules.booked_twice((*history, event), rows=["R1", "R2"]) is None


def test_the_same_proof_is_written_once() -> None:
    history = after(*SITUATIONS["double"])

    assert result(history, mark(2, "R2")) == "-"
    assert result(history, mark(3, "R3")) == "double"
