"""The one-coin model: each worker is right with one probability, whatever the class.

Zhang, Chen, Zhou and Jordan, "Spectral methods meet EM" (2014), give the model; here it is fitted by EM with a
Beta prior whose mean is the crowd's accuracy. Wrong answers fall on the other classes in proportion to how
often the crowd gives them, and classes are equally likely beforehand: with a learnt class prior this small
model loses rare classes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from microtasks.consensus.categories import confusion, majority
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import LOG_BITS, Floats, on_grid, softmax

#: Answers' worth of belief that a worker is like the crowd.
PRIOR_STRENGTH = 2.0
TOLERANCE = 1e-3
ROUNDS = 60


def posterior(
    table: Table, known: Mapping[int, int] | None = None, rounds: int = ROUNDS
) -> Floats:
    """Fit by EM from vote shares and return each task's class probabilities, (tasks, classes)."""
    popularity = confusion.popularity(table)
    belief = majority.settled(majority.shares(table), known)
    for _ in range(rounds):
        accuracy = _accuracy(table, on_grid(belief))
        before, belief = belief, softmax(_scores(table, accuracy, popularity))
        belief = majority.settled(belief, known)
        if np.abs(belief - before).max() < TOLERANCE:
            break
    return belief


def _accuracy(table: Table, belief: Floats) -> Floats:
    agreement = belief[table.task, table.answer] * table.weight
    people = len(table.workers)
    right = np.bincount(table.worker, weights=agreement, minlength=people)
    given = np.bincount(table.worker, weights=table.weight, minlength=people)
    crowd = (right.sum() + 1.4) / (given.sum() + 2.0)
    mean = (right + PRIOR_STRENGTH * crowd) / (given + PRIOR_STRENGTH)
    clipped: Floats = np.clip(mean, 1e-6, 1 - 1e-6)
    return clipped


def _scores(table: Table, accuracy: Floats, popularity: Floats) -> Floats:
    # What every class shares is left out; per class remain what its own voters add and its others' normaliser.
    odds = np.log(accuracy / (1 - accuracy))[table.worker]
    rest = np.log(1 - popularity)
    gain = odds + (rest - np.log(popularity))[table.answer]
    cells = table.task * table.classes + table.answer
    size = len(table.tasks) * table.classes
    gains = on_grid(gain, LOG_BITS) * table.weight
    own = np.bincount(cells, weights=gains, minlength=size).astype(np.float64)
    given = np.bincount(table.task, weights=table.weight, minlength=len(table.tasks))
    shared = given[:, None] * rest[None, :]
    scores: Floats = own.reshape(-1, table.classes) - shared
    return scores
