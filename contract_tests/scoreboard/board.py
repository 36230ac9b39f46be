"""The scoreboard: every change, the verdict expected, and which layer noticed it."""

import functools
import os
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias

from contract_tests.scoreboard import layers, mechanical, oracle
from contract_tests.scoreboard.catalogue import MUTATIONS, Mutation
from contract_tests.scoreboard.mechanical import Change
from scripts.document.slices import Content
from scripts.drift import Severity
from scripts.support.progress import Progress

Run: TypeAlias = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]
"""Applies a function to everything, as `map` does."""


@dataclass(frozen=True)
class Row:
    """What became of a catalogued change."""

    mutation: Mutation
    verdict: Severity
    noticed: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether drift gave it the verdict expected, and a harmless change alarmed no layer."""
        if str(self.verdict) != self.mutation.expected:
            return False
        return bool(self.noticed) if self.mutation.kind == "harmful" else self.is_quiet

    @property
    def is_quiet(self) -> bool:
        """Whether no layer raised an alarm over a change that hurts nobody."""
        return self.mutation.kind != "harmless" or not self.noticed


@dataclass(frozen=True)
class Judged:
    """What became of a mechanical change."""

    change: Change
    harmful: bool
    verdict: Severity

    @property
    def caught(self) -> bool:
        """Whether drift found a warning or worse."""
        return self.verdict >= Severity.WARNING

    @property
    def missed(self) -> bool:
        """Whether it can hurt and drift let it pass."""
        return self.harmful and not self.caught


def catalogue(names: Iterable[str] = tuple(layers.LAYERS), run: Run = map) -> list[Row]:
    """Run every catalogued change through the layers named."""
    found = run(functools.partial(_notice, tuple(names)), range(len(MUTATIONS)))
    return [Row(mutation, *each) for mutation, each in zip(MUTATIONS, found, strict=True)]


def _notice(names: Iterable[str], index: int) -> tuple[Severity, tuple[str, ...]]:
    content = deepcopy(layers.catalogued_pin())
    MUTATIONS[index].apply(content)
    changed = layers.Changed(content, layers.catalogued_pin())
    noticed = tuple(name for name in names if layers.LAYERS[name](changed))
    return changed.report.verdict, noticed


def mechanics(sample: int | None, seed: int, run: Run = map) -> list[Judged]:
    """Judge mechanical changes, by drift and by the oracle: all, or as many as `sample` says."""
    count = len(_changes())
    chosen = sorted(random.Random(seed).sample(range(count), min(sample or count, count)))
    return list(run(_judge, chosen))


def judge(
    changes: Iterable[Change], document: Content, used: dict[str, set[str]]
) -> Iterator[Judged]:
    """Judge changes by drift and by the oracle; `used` is the direction of every component."""
    for change in changes:
        yield Judged(
            change=change,
            harmful=oracle.is_harmful(change, document, _directions(change, used)),
            verdict=layers.Changed(change.apply(document), document).report.contract_verdict,
        )


@functools.cache
def _changes() -> list[Change]:
    return list(mechanical.changes(layers.pin()))


@functools.cache
def _used() -> dict[str, set[str]]:
    return oracle.directions(layers.pin())


def _judge(index: int) -> Judged:
    return next(judge([_changes()[index]], layers.pin(), _used()))


def in_parallel(what: str, progress: Progress) -> Run:
    """Return a `map` that uses all processors, and shows how far it is."""

    def run(function: Callable[[Any], Any], work: Sequence[Any]) -> Iterator[Any]:
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            for number, done in enumerate(pool.map(function, work, chunksize=5), 1):
                progress.update(f"scoreboard: {number} of {len(work)} {what}")
                yield done

    return run


def _directions(change: Change, used: dict[str, set[str]]) -> set[str]:
    return used[str(change.holder[2])] if change.holder[0] == "components" else {"request"}
