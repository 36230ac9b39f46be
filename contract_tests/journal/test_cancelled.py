"""A call that is cancelled while its claim is committed leaves no key in flight."""

import threading

from contract_tests.journal.processes import claimed
from contract_tests.journal.support import states
from propexo_client._engine.commits import Handover
from propexo_client._engine.keys import _give_back
from propexo_client.journal import Journal


def claiming(journal: Journal, key: str) -> Handover[object]:
    return Handover(lambda: claimed(journal, key), _give_back)  # type: ignore[arg-type]


def test_a_claim_that_nobody_waits_for_any_more_is_given_back(journal: Journal) -> None:
    handover = claiming(journal, "credit:1")
    handover.abandon()

    handover.run()
    assert states(journal) == {"credit:1": "released"}


def test_a_claim_handed_over_to_a_task_that_was_cancelled_is_given_back(journal: Journal) -> None:
    handover = claiming(journal, "credit:1")
    assert handover.run() is not None

    handover.abandon()

    assert states(journal) == {"credit:1": "released"}


def test_a_claim_is_given_back_once_whoever_comes_last(journal: Journal) -> None:
    for number in range(40):
        handover = claiming(journal, f"credit:{number}")
        both = [threading.Thread(target=handover.abandon), threading.Thread(target=handover.run)]
        for thread in both[:: 1 if number % 2 else -1]:
            thread.start()
        for thread in both:
            thread.join()

    assert set(states(journal).values()) == {"released"}
    assert all(len(journal.history(f"credit:{number}")) == 2 for number in range(40))
