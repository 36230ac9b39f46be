"""Who may write what, and when: the whole table, so that whatever is not in it is forbidden."""

import pytest

from contract_tests.journal.situations import (
    CONTENT,
    DAY,
    FIELDS,
    KEY,
    OPERATION,
    SITUATIONS,
    START,
    STEPS,
    after,
    claim,
    job,
    result,
    retry,
    writer,
)
from propexo_client.errors import InvalidArgument, KeyInProgress, KeyReused
from propexo_client.journal import Entry, State, rules
from propexo_client.journal.events import SENDABLE
from propexo_client.journal.history import given_up
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
    assert caught.value.before["operation"] == caught.value.now["operation"] == OPERATION
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


def test_a_job_that_is_known_is_not_written_again() -> None:
    for name in ("accepted", "failed", "retry_accepted", "posted_job", "double"):
        history = after(*SITUATIONS[name])

        assert rules.own_job(history, 1, "J1") is None
        assert result(history, writer(State.ACCEPTED, "J1", earlier=0)) == "-"


@pytest.mark.parametrize("end", [State.RELEASED, State.REFUSED])
def test_a_failed_job_is_retried_whatever_became_of_attempts_that_were_not_executed(
    end: State,
) -> None:
    history = after(claim, writer(end), claim, writer(State.ACCEPTED, "J2"), job(State.FAILED))

    assert rules.sending_again(history, "J2") is not None
