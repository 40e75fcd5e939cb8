"""How often each worker is right, shrunk towards the crowd: a few answers must neither shame nor crown anybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus import beta
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats, Ints, on_grid

#: Answers' worth of belief that a worker is like the crowd, and the crowd's own prior: right 17 times in 20.
STRENGTH = 4.0
CROWD_RIGHT, CROWD_GIVEN = 3.4, 4.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Each worker's accuracy with the ends of its 95 % interval, and the answers it rests on."""

    accuracy: Floats
    low: Floats
    high: Floats
    answers: Ints


def rates(worker: Ints, right: Floats, people: int) -> Rates:
    """Estimate workers' accuracies from the probability that each of their answers is right.

    A worker's own answer took part in the decision it is held against, so this is agreement with the
    consensus: an upper estimate of accuracy where answers per task are few.
    """
    given = np.bincount(worker, minlength=people)
    hits = np.bincount(worker, weights=on_grid(right), minlength=people)
    crowd = (hits.sum() + CROWD_RIGHT) / (given.sum() + CROWD_GIVEN)
    alpha = hits + STRENGTH * crowd
    misses = np.maximum(given - hits, 0) + STRENGTH * (1 - crowd)
    # A crowd that was never seen to err leaves no misses; a thousandth keeps the beta proper.
    misses = np.maximum(misses, 1e-3)
    low, high = beta.interval(alpha, misses)
    mean = alpha / (alpha + misses)
    return Rates(mean, low, high, given)


def confusion_counts(table: Table, belief: Floats) -> Floats:
    """Return (workers, true class, said class): expected counts, each answer shared out by what its task may be."""
    people, classes = len(table.workers), table.classes
    cells = table.worker * classes + table.answer
    sure = on_grid(belief)
    found = np.empty((people, classes, classes))
    for column in range(classes):
        weights = sure[:, column][table.task]
        flat = np.bincount(cells, weights, minlength=people * classes)
        found[:, column, :] = flat.reshape(people, classes)
    return found


def crowd_confusion(table: Table, belief: Floats) -> Floats:
    """Return (true class, said class): how often the crowd as a whole says each class, rows adding up to one.

    Half an answer is added to each cell, so that what was never seen is not called impossible.
    """
    sure = on_grid(belief)[table.task]
    said = [
        np.bincount(table.answer, column, minlength=table.classes) for column in sure.T
    ]
    raised = np.stack(said) + 0.5
    chance: Floats = raised / raised.sum(axis=1, keepdims=True)
    return chance
