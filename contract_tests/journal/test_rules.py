"""Who may write what, and when: the whole table, so that whatever is not in it is forbidden."""

import pytest

from contract_tests.journal import situations
from contract_tests.journal.situations import (
    CONTENT,
    DAY,
    FIELDS,
    KEY,
    MINUTE,
    OPERATION,
    SITUATIONS,
    START,
    STEPS,
    after,
    appended,
    claim,
    job,
    mark,
    person,
    result,
    retry,
    writer,
)
from propexo_client.errors import InvalidArgument, KeyInProgress, KeyReused
from propexo_client.journal import Entry, State, rules
from propexo_client.journal.events import ANY_CONTENT, SENDABLE
from propexo_client.journal.history import given_up, settles_at
from propexo_client.messages import fingerprint

CALLERS = """
                claim    retry    released  refused  unknown  accepted
nothing         sending  -        -         -        -        -
released        sending  -        -         -        -        accepted
refused         sending  -        -         -        -        accepted
not_posted      sending  -        -         -        -        accepted
gave_up         sending  -        -         -        -        accepted
sending         -        -        released  refused  unknown  accepted
sending_2nd     -        -        released  refused  unknown  accepted
accepted        -        -        -         -        -        accepted
unknown         -        -        -         -        -        accepted
partial         -        -        -         -        -        accepted
restored        -        -        -         -        -        -
failed          -        sending  -         -        -        accepted
late_failed     -        -        -         -        -        accepted
retrying        -        -        failed    failed   unknown  accepted
retry_accepted  -        -        -         -        -        accepted
retry_unknown   -        -        -         -        -        accepted
retry_released  -        sending  -         -        -        accepted
posted_job      -        -        -         -        -        posted
posted_mark     -        -        -         -        -        posted
posted_person   -        -        -         -        -        posted
failed_posted   -        -        -         -        -        posted
double          -        -        -         -        -        double
"""
PROOF = """
                late_released  late_unknown  late_accepted  job_posted  job_failed  job_partial  mark_1  mark_9
nothing         -              -             -              -           -           -            -       -
released        -              -             -              -           -           -            posted  posted
refused         -              -             -              -           -           -            posted  posted
not_posted      -              -             -              -           -           -            posted  posted
gave_up         -              -             -              posted      -           unknown      posted  posted
sending         -              -             -              -           -           -            posted  posted
sending_2nd     -              -             accepted       -           -           -            posted  posted
accepted        -              -             -              posted      failed      unknown      posted  posted
unknown         -              -             -              -           -           -            posted  posted
partial         -              -             -              posted      -           -            posted  posted
restored        -              -             -              -           -           -            posted  posted
failed          -              -             -              posted      -           unknown      posted  posted
late_failed     -              -             accepted       posted      -           unknown      posted  posted
retrying        -              -             accepted       posted      -           -            posted  posted
retry_accepted  -              -             accepted       posted      failed      unknown      posted  posted
retry_unknown   -              -             accepted       posted      -           -            posted  posted
retry_released  -              -             accepted       posted      -           unknown      posted  posted
posted_job      -              -             -              -           -           -            -       double
posted_mark     -              -             -              -           -           -            double  double
posted_person   -              -             -              -           -           -            posted  posted
failed_posted   -              -             -              posted      -           -            posted  posted
double          -              -             -              -           -           -            -       double
"""  # noqa: E501
PEOPLE = """
                p_posted  p_not  p_not_day   p_sooner    p_early     p_give_up   restore
nothing         -         -      -           -           -           -           unknown
released        posted    no     no          no          no          no          unknown
refused         posted    no     no          no          no          no          unknown
not_posted      posted    no     no          no          no          no          unknown
gave_up         posted    no     no          no          no          no          unknown
sending         posted    no     not_posted  not_posted  wait        no          -
sending_2nd     posted    no     not_posted  not_posted  wait        no          -
accepted        posted    no     not_posted  not_posted  not_posted  no          -
unknown         posted    no     not_posted  not_posted  not_posted  no          -
partial         posted    no     not_posted  not_posted  not_posted  no          -
restored        posted    no     not_posted  not_posted  not_posted  no          -
failed          posted    no     no          no          not_posted  not_posted  -
late_failed     posted    no     no          no          not_posted  no          -
retrying        posted    no     failed      failed      wait        no          -
retry_accepted  posted    no     failed      failed      not_posted  no          -
retry_unknown   posted    no     failed      failed      not_posted  no          -
retry_released  posted    no     no          no          not_posted  not_posted  -
posted_job      no        no     no          no          no          no          -
posted_mark     no        no     no          no          no          no          -
posted_person   no        no     not_posted  not_posted  not_posted  no          -
failed_posted   no        no     no          no          not_posted  not_posted  -
double          no        no     no          no          no          no          -
"""


def cells() -> dict[tuple[str, str], str]:
    table: dict[tuple[str, str], str] = {}
    for part in (CALLERS, PROOF, PEOPLE):
        columns, *rows = (line.split() for line in part.strip().splitlines())
        for name, *values in rows:
            table |= {(name, step): value for step, value in zip(columns, values, strict=True)}
    return table


def test_the_table_covers_every_situation_and_every_step() -> None:
    assert set(cells()) == {(name, step) for name in SITUATIONS for step in STEPS}


@pytest.mark.parametrize("name", SITUATIONS)
def test_only_what_the_table_says_may_follow(name: str) -> None:
    history = after(*SITUATIONS[name])
    table = cells()

    assert {step: result(history, take) for step, take in STEPS.items()} == {
        step: table[name, step] for step in STEPS
    }


@pytest.mark.parametrize("name", SITUATIONS)
def test_an_event_follows_the_last_one_and_has_a_nonce_of_its_own(name: str) -> None:
    history = after(*SITUATIONS[name])

    for step in STEPS.values():
        try:
            event = step(history, START + DAY)
        except (KeyInProgress, InvalidArgument):
            continue
        if event is not None:
            assert (event.key, event.seq) == (KEY, len(history) + 1)
            assert event.nonce not in {"", *(earlier.nonce for earlier in history)}


def test_nothing_but_a_call_a_refusal_or_a_person_makes_a_key_sendable() -> None:
    freeing = {step for (_, step), value in cells().items() if value in set(SENDABLE)}

    assert freeing == {"released", "refused", "p_not_day", "p_sooner", "p_early", "p_give_up"}


def test_attempts_are_counted_even_when_an_old_writer_comes_late() -> None:
    history = after(
        *SITUATIONS["sending_2nd"],
        writer(State.RELEASED),
        writer(State.ACCEPTED, "J1", earlier=1),
        job(State.FAILED),
        retry,
    )

    assert [event.attempt for event in history if event.state is State.SENDING] == [1, 2, 3]
    assert history[-2].attempt == 1


def test_a_nonce_belongs_to_one_append_not_to_a_process() -> None:
    history = after(claim, writer(State.RELEASED), claim)

    assert rules.outcome(history, history[0], State.RELEASED) is None


def test_other_content_is_refused_with_both_shown() -> None:
    entry = Entry(after(claim, writer(State.ACCEPTED, "J1")), START)
    other = {**FIELDS, "amount_in_cents": 999}

    with pytest.raises(KeyReused) as caught:
        rules.check_content(entry, OPERATION, other, fingerprint(OPERATION, other))

    assert "amount_in_cents 12500, now 999" in str(caught.value)
    assert (caught.value.before["amount_in_cents"], caught.value.now["amount_in_cents"]) == (
        12500,
        999,
    )
    assert not caught.value.money_may_have_moved


@pytest.mark.parametrize("name", ["released", "refused", "not_posted", "gave_up"])
def test_a_free_key_takes_other_content(name: str) -> None:
    other = {**FIELDS, "amount_in_cents": 999}
    history = after(*SITUATIONS[name])
    rules.check_content(Entry(history, START), OPERATION, other, fingerprint(OPERATION, other))

    event = rules.sending(history, KEY, OPERATION, other, fingerprint(OPERATION, other))

    assert event is not None
    assert Entry((*history, event), START).fields == other


def test_a_retry_keeps_content_and_fingerprint_and_names_the_job_it_retries() -> None:
    entry = Entry(after(*SITUATIONS["retrying"]), START)

    assert (entry.last.operation, entry.job_id, entry.attempt) == ("retry_write", "J1", 2)
    assert (entry.operation, entry.fields, entry.fingerprint) == (OPERATION, FIELDS, CONTENT)


def test_an_unknown_retry_names_no_job_as_the_one_to_follow() -> None:
    assert Entry(after(*SITUATIONS["retry_unknown"]), START).job_id is None


def test_only_the_job_that_failed_last_is_retried() -> None:
    history = after(*SITUATIONS["retry_accepted"], job(State.FAILED, "J2"))

    assert rules.sending_again(history, "J1") is None
    assert rules.sending_again(history, "J2") is not None


def test_a_job_given_up_is_never_retried_by_us() -> None:
    history = after(
        *SITUATIONS["gave_up"], claim, writer(State.ACCEPTED, "J3"), job(State.FAILED, "J3")
    )

    assert given_up(history) == {"J1"}
    assert rules.sending_again(history, "J1") is None
    assert rules.sending_again(history, "J3") is not None


def test_a_failed_key_is_not_freed_or_retried_while_another_attempt_may_be_executed() -> None:
    history = after(*SITUATIONS["late_failed"])

    assert (history[-1].state, history[-1].attempt) == ("failed", 1)
    assert rules.sending_again(history, "J1") is None
    with pytest.raises(InvalidArgument, match="may still be executed"):
        rules.settled(Entry(history, START + MINUTE), "not_posted", "Ada", give_up_job=True)
    assert result(history, person("not_posted", later=2 * DAY, give_up_job=True)) == "not_posted"


def test_key_in_progress_says_how_long_it_may_take() -> None:
    entry = Entry(after(claim), START + 20)

    with pytest.raises(KeyInProgress) as caught:
        rules.check_progress(entry)

    assert caught.value.retry_after == MINUTE - 20


def test_a_key_is_overdue_from_its_deadline_on() -> None:
    history = after(claim)

    assert not Entry(history, START + MINUTE - 0.001).overdue
    assert Entry(history, START + MINUTE).overdue


@pytest.mark.parametrize(
    ("name", "since"),
    [("sending", MINUTE), ("unknown", MINUTE), ("accepted", MINUTE), ("restored", 0.0)],
)
def test_not_posted_passes_24_hours_after_the_deadline_and_not_a_moment_sooner(
    name: str, since: float
) -> None:
    history = after(*SITUATIONS[name])
    due = START + since + DAY

    with pytest.raises(InvalidArgument, match="may still be executed"):
        rules.settled(Entry(history, due - 0.001), "not_posted", "seen by Ada")
    assert rules.settled(Entry(history, due), "not_posted", "Ada").state is State.NOT_POSTED


def test_the_latest_deadline_of_all_attempts_counts_whatever_a_clock_says() -> None:
    history = after(*SITUATIONS["sending_2nd"])
    late = appended(history[:1], history[1], START)
    skewed = (history[0], *late[1:], *history[2:-1], appended((), history[-1], START - DAY)[0])

    assert settles_at(skewed) == START + MINUTE + DAY


def test_a_restored_key_settles_a_day_after_the_restore_not_after_an_old_deadline() -> None:
    history = after(*SITUATIONS["released"])
    restored = appended(history, situations.restore(history), START + 9 * DAY)

    assert restored[-1].fingerprint == ANY_CONTENT
    assert settles_at(restored) == START + 10 * DAY
    assert Entry(restored, START).fields == {}


def test_a_person_is_told_what_to_do_about_a_failed_key() -> None:
    history = after(*SITUATIONS["failed"])

    with pytest.raises(InvalidArgument, match="failed as job J1, which anybody can still retry"):
        rules.settled(Entry(history, START + 9 * DAY), "not_posted", "Ada", sooner=True)


def test_a_person_may_take_back_what_only_a_person_said() -> None:
    history = after(*SITUATIONS["posted_person"], writer(State.ACCEPTED, "J9"))

    assert result(history, person("not_posted", later=2 * DAY)) == "not_posted"
    proven = after(*SITUATIONS["posted_person"], mark(1, "R1"))
    assert result(proven, person("not_posted", later=2 * DAY)) == "no"


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
