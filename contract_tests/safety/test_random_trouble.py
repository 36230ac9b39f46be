"""Thousands of random scenarios: nothing is booked twice, and nothing is lost from sight.

`make test` plays the first few hundred, `make test-slow` the others.
"""

import logging
import random
from collections import Counter

import pytest

from contract_tests.safety.caller import MISSING_AND_HELD, Caller
from contract_tests.safety.worlds import in_process
from propexo_client import PostedWrite
from propexo_client.testing import FakePropexo, Fault, JobLife

BATCHES = [
    range(200),
    *(pytest.param(range(at, at + 200), marks=pytest.mark.slow) for at in range(200, 4000, 200)),
]

FAULTS = list(Fault)
PLACES = (None, None, "POST", "GET", "get_write_status", "retry_write", "list_resident_charges")
ENDS = ("SUCCESS", "SUCCESS", "SUCCESS", "FAILURE", "PARTIAL_SUCCESS", "SOMETHING_NEW")
BEFORE_BOOKING = (400, 401, 403, 404, 409, 422, 429, 500, 503, 301)
AFTER_BOOKING = (200, 201, 204, 302, 400, 403, 404, 406, 408, 409, 422, 429, 500, 503, 504, 522)
BODIES = (b"", b"{}", b"[]", b"null", b"<html>", b'{"job_id": ""}', b'{"meta": {"job_id": null}}')
ERROR = b'{"error": {"code": "invalid_request", "message": "no"}}'


def trouble(fake: FakePropexo, chance: random.Random) -> None:
    """Plan random faults, responses and jobs."""
    for _ in range(chance.randint(0, 6)):
        fake.next_job(
            JobLife(
                polls=chance.choice([0, 0, 1, 3, 6]),
                seconds=chance.choice([0, 0, 5, 100]),
                ends=chance.choice(ENDS),
                errors=chance.choice([(), ("the lease is closed",)]),
                readable_after=chance.choice([0, 30]),
                record_id=chance.random() < 0.8,
            )
        )
    for _ in range(chance.randint(0, 8)):
        place = chance.choice(PLACES)
        if chance.random() < 0.7:
            fake.fail_next(chance.choice(FAULTS), times=chance.choice([1, 1, 3]), on=place)
        else:
            after = chance.random() < 0.5
            status = chance.choice(AFTER_BOOKING if after else BEFORE_BOOKING)
            body = chance.choice(BODIES if after else (*BODIES, ERROR, ERROR, ERROR))
            fake.respond_next(status, body, after_booking=after, on=place)


def play(seed: int) -> Counter[str]:
    """Play one scenario and check it; return how often each outcome was held."""
    chance = random.Random(seed)
    fake = FakePropexo(rate_limit=chance.choice([4, 150]), enforce_rate_limit=chance.random() < 0.3)
    trouble(fake, chance)
    options = {"on_rate_limit": chance.choice(["wait", "raise"])}
    descriptions = [f"credit {number}" for number in range(chance.randint(1, 3))]
    with in_process(fake, is_async=chance.random() < 0.2, **options) as world:
        caller = Caller(world, chance)
        for description in descriptions:
            caller.intend(description)
        fake.clear_faults()
        fake.clock.sleep(60)
        caller.settle()
    booked = Counter(str(row["description"]) for row in fake.credits)
    for description in descriptions:
        held = caller.held[description]
        name = type(held).__name__
        assert booked[description] <= 1, f"seed {seed}: {description} was booked twice"
        if booked[description] == 0:
            assert name in MISSING_AND_HELD, f"seed {seed}: {description} was lost as {name}"
        if isinstance(held, PostedWrite):
            assert booked[description] == 1, f"seed {seed}: {description} was never booked"
    assert fake.posts >= fake.booked
    return Counter(type(held).__name__ for held in caller.held.values())


@pytest.mark.parametrize("batch", BATCHES, ids=str)
def test_random_trouble_never_books_twice_and_loses_nothing(
    batch: range, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="propexo_client")
    caplog.set_level(logging.CRITICAL, logger="httpx")
    outcomes: Counter[str] = Counter()
    for seed in batch:
        outcomes += play(seed)
    assert {"PostedWrite", "OutcomeUnknown", "WriteFailed"} <= set(outcomes)
    assert {"Rejected", "Unauthorized", "Forbidden", "NotFound"} & set(outcomes)
    assert outcomes.total() >= len(batch)
