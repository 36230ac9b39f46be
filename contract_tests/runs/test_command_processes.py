"""The command line in processes of its own: interrupted, and beside another."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import IO

import pytest

from contract_tests.runs.conftest import Place
from contract_tests.runs.support import credit, write_csv
from propexo_client.__main__ import main
from propexo_client.journal import Journal, State
from propexo_client.testing import Fault


def process(place: Place) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "propexo_client", "run", str(place.file), "--mark"]
    return subprocess.Popen(
        [*command, "--journal", str(place.path)],
        env={**os.environ, "PYTHONPATH": str(Path(main.__code__.co_filename).parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def after_posts(place: Place, count: int) -> None:
    while place.fake.posts < count:
        time.sleep(0.01)


def until_it_says(text: str, output: IO[str]) -> None:
    assert any(text in line for line in iter(output.readline, ""))


def test_control_c_stops_after_the_responses_in_flight_and_says_what_is_open(place: Place) -> None:
    write_csv(place.file, [credit(number) for number in range(200)])
    running = process(place)
    after_posts(place, 3)
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=30)
    assert running.returncode == 4
    assert "Stopped early: interrupted" in out
    states = {entry.state for entry in Journal(place.path).entries()}
    assert states <= {State.ACCEPTED, State.POSTED}
    assert place.fake.booked == len(list(Journal(place.path).entries())) < 200


def test_a_second_control_c_stops_at_once_and_loses_nothing(place: Place) -> None:
    write_csv(place.file, [credit(number) for number in range(200)])
    running = process(place)
    after_posts(place, 1)
    place.fake.fail_next(Fault.TIMEOUT_AFTER_BOOKING, times=4, on="POST")
    after_posts(place, 5)
    running.send_signal(signal.SIGINT)
    assert running.stderr is not None
    until_it_says("interrupted; again, to stop at once", running.stderr)
    assert running.poll() is None  # four responses are in flight
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert (running.returncode, err.splitlines()[-1]) == (
        4,
        "Stopped at once. Nothing is lost: run it again.",
    )
    states = [entry.state for entry in Journal(place.path).entries()]
    assert states.count(State.SENDING) == 4


@pytest.mark.slow  # mostly waiting
def test_two_processes_post_one_file_together(place: Place) -> None:
    write_csv(place.file, [credit(number) for number in range(400)])
    running = [process(place) for _ in range(2)]
    for each in running:
        each.communicate(timeout=60)
    assert [each.returncode for each in running] == [0, 0]
    assert (place.fake.posts, place.fake.booked) == (400, 400)
    entries = list(Journal(place.path).entries())
    posted_by = Counter(entry.history[0].who for entry in entries)
    assert len(posted_by) == 2
    assert min(posted_by.values()) >= 20
