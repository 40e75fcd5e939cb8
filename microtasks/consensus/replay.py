"""A crowd asked once more: its answers come in random order, and a card hears only those that it still asks for.

This is the site in small, without its database: the live clock closes cards, estimates run as the answers grow and
take closings back, at most once for each card. So it shows, on crowds whose truth is known, how many answers a
policy saves and what that costs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from microtasks.consensus import evidence, live, stopping
from microtasks.consensus.categories.table import Table
from microtasks.consensus.evidence import Evidence
from microtasks.consensus.exact import Floats, Ints
from microtasks.consensus.stopping import Policy, next_estimate


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which answers were asked for, and what all tasks are believed to be in the end (tasks, classes)."""

    asked: NDArray[np.bool_]
    belief: Floats
    reopened: int
    estimates: int


def replay(
    table: Table,
    policy: Policy,
    rng: np.random.Generator,
    decide: Callable[[Table], Floats],
) -> Outcome:
    """Ask a crowd under a policy, whose maximum is for each card the answers that there are of it.

    `decide` is the batch method: it returns each task's class probabilities.
    """
    site = _Site(table, policy, rng, decide)
    while True:
        site.ask_all()
        if not site.estimate():
            return Outcome(site.asked, site.belief, int(site.again.sum()), site.runs)


class _Site:
    """The cards of one replay and what is known of the people who answer them."""

    def __init__(
        self,
        table: Table,
        policy: Policy,
        rng: np.random.Generator,
        decide: Callable[[Table], Floats],
    ) -> None:
        self.table, self.policy, self.rng, self.decide = table, policy, rng, decide
        tasks = len(table.tasks)
        self.piles = _piles(table.task, tasks, rng)
        self.most = np.array([len(pile) for pile in self.piles])
        self.counted = np.zeros(tasks, dtype=np.int64)
        self.is_open = self.most > 0
        self.again = np.zeros(tasks, dtype=bool)
        self.asked = np.zeros(len(table.task), dtype=bool)
        self.belief = np.zeros((tasks, table.classes))
        self.waiting = deque(table.task[rng.permutation(len(table.task))].tolist())
        self.runs, self.due = 0, next_estimate(0)
        self.known = _unknown(table.classes, len(table.workers))
        self.scores: list[list[int]] = [self.known.prior.tolist()] * tasks

    def ask_all(self) -> None:
        """Let the open cards have answers, in the order of the queue, until none asks for more."""
        total = int(self.asked.sum())
        while self.waiting:
            task = self.waiting.popleft()
            if self.is_open[task]:
                self._ask(task)
                total += 1
                if total >= self.due:
                    self.estimate()

    def estimate(self) -> bool:
        """Run the batch clock; say whether a closed card is asked again."""
        part = _part(self.table, self.asked)
        rows = np.unique(self.table.task[self.asked])
        belief = self.decide(part)
        self.belief[rows] = belief
        self.known = evidence.learn(part, belief)
        self._add_up()
        self.runs, self.due = self.runs + 1, next_estimate(int(self.asked.sum()))
        return self._correct(self.belief.max(axis=1))

    def _ask(self, task: int) -> None:
        answer = self.piles[task][self.counted[task]]
        self.asked[answer] = True
        self.counted[task] += 1
        worker, said = self.table.worker[answer], self.table.answer[answer]
        row = self.known.workers[worker, said].tolist()
        self.scores[task] = live.heard(self.scores[task], row)
        confidence = max(live.chances(self.scores[task]))
        is_met = self.policy.is_met(int(self.counted[task]), confidence)
        self.is_open[task] = not is_met and self.counted[task] < self.most[task]

    def _add_up(self) -> None:
        heard = np.flatnonzero(self.asked)
        rows = self.known.workers[self.table.worker[heard], self.table.answer[heard]]
        scores = np.tile(self.known.prior, (len(self.table.tasks), 1))
        np.add.at(scores, self.table.task[heard], rows)
        self.scores = scores.tolist()

    def _correct(self, confidence: Floats) -> bool:
        answers, policy = self.counted, self.policy
        is_met = (answers >= policy.min_answers) & (confidence >= policy.confidence)
        missed = confidence < policy.confidence - stopping.CLEARLY_BELOW
        back = ~self.is_open & missed & ~self.again & (answers < self.most)
        self.is_open[is_met] = False
        self.is_open[back] = self.again[back] = True
        more = np.repeat(np.flatnonzero(back), (self.most - answers)[back])
        self.waiting.extend(self.rng.permutation(more).tolist())
        return bool(back.any())


def _piles(task: Ints, tasks: int, rng: np.random.Generator) -> list[Ints]:
    """Return each task's answers in random order."""
    shuffled = rng.permutation(len(task))
    order = shuffled[np.argsort(task[shuffled], kind="stable")]
    sizes = np.bincount(task, minlength=tasks)
    return np.split(order, np.cumsum(sizes)[:-1])


def _part(table: Table, asked: NDArray[np.bool_]) -> Table:
    """Return the answers that were asked for, with the tasks that have any."""
    rows, task = np.unique(table.task[asked], return_inverse=True)
    return Table(
        tasks=tuple(table.tasks[row] for row in rows.tolist()),
        workers=table.workers,
        classes=table.classes,
        task=task.astype(np.int64),
        worker=table.worker[asked],
        answer=table.answer[asked],
        weight=table.weight[asked],
    )


def _unknown(classes: int, people: int) -> Evidence:
    """Return what an answer weighs before the first estimate."""
    odds = live.UNKNOWN / (1 - live.UNKNOWN) * (classes - 1)
    row = np.full((classes, classes), -round(log(odds) * live.UNIT))
    np.fill_diagonal(row, 0)
    everybody = np.broadcast_to(row, (people, classes, classes))
    return Evidence(np.zeros(classes, dtype=np.int64), row, everybody)
