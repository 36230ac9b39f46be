"""Workers killed at random moments over a vendor that makes trouble: ours and the naive way."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from contract_tests.crash.conftest import KILLS, SEED
from contract_tests.crash.vendor import Vendor
from contract_tests.crash.workers import Setting

pytestmark = pytest.mark.crash
_SETTINGS = 4


@pytest.mark.parametrize("way", ["blocking", "awaitable"])
def test_no_key_is_booked_twice_and_none_is_lost(
    way: Literal["blocking", "awaitable"],
    places: tuple[str, ...],
    vendor: Vendor,
    figures: Callable[[str], None],
) -> None:
    kills = -(-KILLS // _SETTINGS)
    said = Setting(places=places, url=vendor.url, way=way, kills=kills, seed=SEED).run()
    keys, books = said["keys"], vendor.books

    twice = [key for key in keys if books[key] > 1]
    figures(
        f"{way} with keys, {'file' if len(places) > 1 else 'PostgreSQL'}: {kills} kills, "
        f"{len(keys)} keys, {len(twice)} booked twice, "
        f"{sum(books[key] == 0 for key in keys)} never, {said['unsettled']} settled by a person"
    )
    assert twice == []
    assert [key for key in keys if books[key] == 0] == []
    assert said["wrong"] == []
    assert set(said["codes"]) == {0}, said["stderr"]
    assert set(said["states"].values()) <= {"accepted", "posted"}


def test_the_naive_way_books_keys_twice_under_the_same_kills(
    vendor: Vendor, tmp_path: Path, figures: Callable[[str], None]
) -> None:
    done = tmp_path / "done"
    done.touch()
    kills = -(-KILLS // _SETTINGS)
    said = Setting(places=(str(done),), url=vendor.url, way="naive", kills=kills, seed=SEED).run()
    counts = [vendor.books[key] for key in said["keys"]]

    figures(
        f"check, post, record: {kills} kills, {len(counts)} keys, "
        f"{sum(count > 1 for count in counts)} booked twice or more, {counts.count(0)} never, "
        f"{sum(counts) - sum(count > 0 for count in counts)} posts too many"
    )
    assert max(counts) > 1
