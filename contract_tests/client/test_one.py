"""`.one()`: the only record of a list, or an error that shows who else it could be."""

import asyncio
from typing import Any

import pytest

from propexo_client import AsyncPropexo, Environment, NoMatch, Propexo, SeveralMatches
from propexo_client.testing import FakePropexo


def client(fake: FakePropexo) -> Propexo:
    return Propexo(
        fake.token, environment=Environment.SANDBOX, transport=fake.transport(), clock=fake.clock
    )


@pytest.fixture
def fake() -> FakePropexo:
    fake = FakePropexo()
    for number, lease in enumerate("aabbbc"):
        fake.add("Charge", id=f"charge_{number}", lease_id=lease, amount_in_cents=number)
    return fake


def test_the_only_record_is_returned(fake: FakePropexo) -> None:
    with client(fake) as propexo:
        assert propexo.charges.list(lease_id="c").one().id == "charge_5"
        found = propexo.charges.list(lease_id="b").one(lambda charge: charge.amount_in_cents == 3)
        assert found.id == "charge_3"


def test_several_are_shown_and_none_is_taken(fake: FakePropexo) -> None:
    with client(fake) as propexo, pytest.raises(SeveralMatches) as caught:
        propexo.charges.list(lease_id="b").one()
    assert [charge.id for charge in caught.value.candidates] == ["charge_2", "charge_3", "charge_4"]
    assert caught.value.is_complete
    assert "3 records match" in str(caught.value)
    assert "charge_2, charge_3, charge_4" in str(caught.value)
    assert isinstance(caught.value, LookupError)


def test_none_is_an_error_that_names_the_filters(fake: FakePropexo) -> None:
    with client(fake) as propexo, pytest.raises(NoMatch, match="filters lease_id"):
        propexo.charges.list(lease_id="z").one()


def test_reading_stops_at_the_page_that_shows_a_second_one(fake: FakePropexo) -> None:
    with client(fake) as propexo, pytest.raises(SeveralMatches, match="at least 2") as caught:
        propexo.charges.list(page_size=1).one()
    assert len(fake.requests) == 2
    assert not caught.value.is_complete


def test_a_single_one_is_only_known_at_the_end_of_the_list(fake: FakePropexo) -> None:
    with client(fake) as propexo:
        found = propexo.charges.list(page_size=1).one(lambda charge: charge.lease_id == "c")
    assert found.id == "charge_5"
    assert len(fake.requests) == 6


def test_what_was_read_already_is_over_and_what_is_left_of_a_page_counts(fake: FakePropexo) -> None:
    with client(fake) as propexo:
        charges = propexo.charges.list(lease_id="a")
        assert next(charges).id == "charge_0"
        assert charges.one().id == "charge_1"


def test_the_awaitable_twin_does_the_same(fake: FakePropexo) -> None:
    async def run() -> tuple[Any, Any]:
        async with AsyncPropexo(
            fake.token,
            environment=Environment.SANDBOX,
            transport=fake.transport(),
            clock=fake.clock,
        ) as propexo:
            found = await propexo.charges.list(lease_id="c").one()
            with pytest.raises(SeveralMatches) as caught:
                await propexo.charges.list(lease_id="a").one()
            return found, caught.value

    found, several = asyncio.run(run())
    assert found.id == "charge_5"
    assert len(several.candidates) == 2
