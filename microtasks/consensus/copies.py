"""Pairs of workers who share errors: one person with two names, one who copies, or two who were told the same.

Right answers coincide because they are right. So only a worker's errors are looked at: where one erred, how often did the
other say the very same? Others who answered the task say how likely that was: errors that many fall for count little.
Only pairs that share rare errors are looked at, so that the work grows with the answers and not with their pairs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import fsum

import numpy as np
from numpy.typing import NDArray

from microtasks.consensus.exact import Floats, Ints, on_grid
from microtasks.consensus.suspects import FALSE, Flag

#: An error that more workers of a task share is no lead to a pair.
MOST_SHARING = 6
#: Shared rare errors that make a pair worth a look, and the most pairs that are looked at, those with most first.
FEWEST, MOST_PAIRS = 3, 20_000
#: Answers' worth of belief that an error of this task is shared as errors usually are.
STRENGTH = 2.0
#: However often others share an error, a pair may always have come to it apart with this chance left.
MOST_LIKELY = 0.95


@dataclass(frozen=True, slots=True)
class Answers:
    """Parallel arrays: task, worker, what was said (equal answers have equal codes), the chance that it is right."""

    task: Ints
    worker: Ints
    said: Ints
    right: Floats
    people: int


def find(answers: Answers) -> dict[tuple[int, int], Flag]:
    """Return flagged pairs (i, j): the sentence is to be read with the one's name before it and the other's in it.

    The chance that a pair shares so many errors is bounded by Chernoff's inequality, both ways, and held against
    5 % over the number of all pairs of workers.
    """
    errs = answers.right < 0.5
    if errs.sum() < FEWEST:
        return {}
    leads = list(_leads(answers, errs))
    if not leads:
        return {}
    heard = _Heard.of(answers, errs, {worker for pair in leads for worker in pair})
    level = np.log(FALSE / (answers.people * (answers.people - 1)))
    found = {}
    for one, other in leads:
        ways = [heard.shared(one, other), heard.shared(other, one)]
        if max(bound for *_, bound in ways) > level:
            continue
        for (i, j), (same, errors, chances, _) in zip(
            ((one, other), (other, one)), ways, strict=True
        ):
            reason = f"{same} of {errors} errors in tasks that both did are the same as those of {{}}; {chances:.1f} would be usual"  # fmt: skip
            found[i, j] = Flag("copies", reason)
    return found


def _leads(answers: Answers, errs: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of workers who share rare errors, each once."""
    rows = (answers.task[errs], answers.said[errs], answers.worker[errs])
    task, said, worker = np.unique(np.stack(rows), axis=1)
    fresh = np.diff(task, prepend=-1) | np.diff(said, prepend=-1)
    begins = np.flatnonzero(fresh)
    sizes = np.diff(begins, append=len(worker))
    pairs = []
    for size in range(2, MOST_SHARING + 1):
        group = worker[begins[sizes == size][:, None] + np.arange(size)]
        pairs += [group[:, i] * answers.people + group[:, j] for i, j in combinations(range(size), 2)]  # fmt: skip
    codes, times = np.unique(np.concatenate(pairs), return_counts=True)
    most = np.sort(times)[::-1][:MOST_PAIRS]
    bar = max(FEWEST, int(most[-1]) if len(most) == MOST_PAIRS else 0)
    for code in codes[times >= bar].tolist():
        yield divmod(code, answers.people)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the workers who are looked at said, and how often errors are shared in this crowd.

    `by_worker` maps a worker's tasks to what was said, how many said so of how many, and whether it was an error.
    """

    by_worker: Mapping[int, Mapping[int, tuple[int, int, int, bool]]]
    usual: float
    proneness: Floats

    @classmethod
    def of(cls, answers: Answers, errs: NDArray[np.bool_], wanted: set[int]) -> _Heard:
        given = np.bincount(answers.task)[answers.task]
        cells = answers.task * (int(answers.said.max()) + 1) + answers.said
        _, code, times = np.unique(cells, return_inverse=True, return_counts=True)
        sharing = times[code]
        usual = ((sharing - 1)[errs].sum() + 1) / ((given - 1)[errs].sum() + 2)
        errors = np.bincount(
            answers.worker, on_grid(1 - answers.right), minlength=answers.people
        )
        each = np.bincount(answers.worker, minlength=answers.people)
        crowd = (errors.sum() + 1) / (each.sum() + 2)
        proneness = (errors + 4 * crowd) / (each + 4) / crowd
        rows = np.isin(answers.worker, sorted(wanted))
        columns = (answers.worker, answers.task, answers.said, sharing, given, errs)
        by_worker: dict[int, dict[int, tuple[int, int, int, bool]]] = {}
        for worker, task, *rest in zip(*(c[rows].tolist() for c in columns), strict=True):  # fmt: skip
            by_worker.setdefault(worker, {})[task] = tuple(rest)
        return cls(by_worker, float(usual), proneness)

    def shared(self, one: int, other: int) -> tuple[int, int, float, float]:
        """Return of one's errors: how many the other shares, of how many, how many are usual, and the log bound."""
        mine, theirs = self.by_worker[one], self.by_worker[other]
        few, many = sorted((mine, theirs), key=len)
        same, chances = 0, []
        for task in few:
            if task not in many or not mine[task][3]:
                continue
            said, sharing, given, _ = mine[task]
            alike = theirs[task][0] == said
            same += alike
            others = sharing - 1 - alike
            share = (others + STRENGTH * self.usual) / (given - 2 + STRENGTH)
            chances.append(min(share * self.proneness[other], MOST_LIKELY))
        return same, len(chances), fsum(chances), _bound(np.sort(chances), same)


def _bound(chances: Floats, same: int) -> float:
    """Return the log of Chernoff's bound on the chance of at least so many successes."""
    if same <= chances.sum():
        return 0.0
    tilt = np.linspace(0.0, 8.0, 81)
    grown = np.log1p(chances[:, None] * np.expm1(tilt)[None]).sum(axis=0)
    return float((grown - tilt * same).min())
