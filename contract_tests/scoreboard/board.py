"""The scoreboard: every change, what it is owed, and which layer noticed it."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass

from contract_tests.scoreboard import layers, mechanical, oracle
from contract_tests.scoreboard.catalogue import MUTATIONS, Mutation
from contract_tests.scoreboard.mechanical import Change
from scripts.document.slices import Content
from scripts.drift import Severity

WORKERS = 2


@dataclass(frozen=True)
class Row:
    """What became of a catalogued change."""

    mutation: Mutation
    verdict: Severity
    noticed: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether drift gave it what it is owed, and a harmless change alarmed no layer."""
        if str(self.verdict) != self.mutation.owes:
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


def catalogue(names: Iterable[str] = tuple(layers.LAYERS)) -> list[Row]:
    """Run every catalogued change through the layers named."""
    chosen = {name: layers.LAYERS[name] for name in names}
    return [_row(mutation, chosen) for mutation in MUTATIONS]


def _row(mutation: Mutation, chosen: dict[str, layers.Layer]) -> Row:
    changed = deepcopy(layers.pin())
    mutation.apply(changed)
    return Row(
        mutation=mutation,
        verdict=layers.report(changed).verdict,
        noticed=tuple(name for name, layer in chosen.items() if layer(changed)),
    )


def mechanics(step: int = 1) -> list[Judged]:
    """Judge every `step`-th mechanical change, by drift and by the oracle."""
    batches = [(start, WORKERS * step) for start in range(0, WORKERS * step, step)]
    with ProcessPoolExecutor(WORKERS) as pool:
        return [judged for batch in pool.map(_judge, batches) for judged in batch]


def judge(
    changes: Iterable[Change], document: Content, used: dict[str, set[str]]
) -> Iterator[Judged]:
    """Judge changes by drift and by the oracle; `used` is the direction of every component."""
    for change in changes:
        yield Judged(
            change=change,
            harmful=oracle.is_harmful(change, document, _directions(change, used)),
            verdict=layers.report(change.apply(document)).contract_verdict,
        )


def _judge(batch: tuple[int, int]) -> list[Judged]:
    start, step = batch
    document = layers.pin()
    chosen = list(mechanical.changes(document))[start::step]
    return list(judge(chosen, document, oracle.directions(document)))


def _directions(change: Change, used: dict[str, set[str]]) -> set[str]:
    return used[str(change.holder[2])] if change.holder[0] == "components" else {"request"}
