"""Every interleaving of two or three workers, a vendor, evidence and people, over the real flow.

The axioms, which no search can prove: nothing executes a day after its connection was opened; a
refusal that the outcome table knows was not executed; the journal forgets nothing.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from contract_tests.journal.explorer.broken import WAYS
from contract_tests.journal.explorer.search import Found, explore
from contract_tests.journal.explorer.state import Setting
from contract_tests.journal.explorer.world import Explorer

TWO = (("A", "A"), ("A", "A"))

SETTINGS = {
    "kills": Setting(TWO, kills=2),
    "kills and lost responses": Setting(TWO, kills=1, lost=1, late=1),
    "a disk that fails": Setting(TWO, disk=1),
    "cancellation": Setting(TWO, cancels=1),
    "a stalled sender and a person": Setting(TWO, lost=1, person=1),
    "other content": Setting((("A", "B"), ("B", "A")), lost=1, kills=1),
    "a job that fails": Setting((("A", "retry"), ("retry",)), failing=1, colleague=1, evidence=1),
    "a retry that is killed": Setting((("A", "retry"), ("retry",)), failing=1, evidence=1, kills=1),
}
LARGE = {
    "a little of all": Setting((("A",), ("A",)), kills=1, disk=1, late=1, person=1, cancels=1),
    "kills, losses, disk, person": Setting(TWO, kills=2, lost=1, late=1, disk=1, person=1),
    "refusals and limits": Setting(
        (("A", "A"), ("A",)), refused=1, limited=1, unconnected=1, lost=1, person=1, kills=1
    ),
    "failing jobs and people": Setting(TWO, failing=1, colleague=1, evidence=1, person=2, lost=1),
    "retries": Setting(
        (("A", "retry"), ("retry",)), failing=2, colleague=1, evidence=1, person=1, kills=1, disk=1
    ),
    "cancellation": Setting(TWO, cancels=2, disk=1, late=1, person=1),
    "three workers": Setting((("A",), ("A",), ("A",)), kills=1, lost=1, late=1, person=1),
    "many days": Setting((("A",), ("A", "A")), late=2, person=2, lost=1, settled=2, evidence=1),
    "other content": Setting((("A", "B"), ("B", "A")), lost=1, kills=1, person=1, refused=1),
    "an outcome for a newer claim": WAYS["writes not tied to nonce"].setting,
}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep out of the log what a search would write there."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", SETTINGS)
def test_no_state_is_wrong(name: str) -> None:
    assert explore(Explorer(SETTINGS[name])) > 1000


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", LARGE)
def test_no_state_of_a_larger_world_is_wrong(name: str) -> None:
    assert explore(Explorer(LARGE[name])) > 10_000


@pytest.mark.parametrize("name", WAYS)
def test_the_search_finds_every_way_to_break_it(name: str) -> None:
    broken = WAYS[name]
    with broken.patch(), pytest.raises(Found) as found:
        explore(broken.explorer())
    assert len(found.value.way) >= 3


@pytest.mark.slow
def test_it_is_the_breaking_that_is_found() -> None:
    settings = {
        replace(way.setting, forgets=0, sees="ledger, writes, jobs")
        for name, way in WAYS.items()
        if name != "writes not tied to nonce"  # that one is large, and among the slow ones
    }
    for setting in settings:
        explore(Explorer(setting))
