"""Who confuses what with what: each worker's confusion matrix, held in place by the crowd until answers speak.

Maximum likelihood overfits when workers gave few answers, so each row has a Dirichlet prior of a few answers'
worth: one part the crowd's own confusion, one part the worker's overall accuracy, one part flat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats, on_grid


@dataclass(frozen=True, slots=True)
class Prior:
    """Answers' worth of prior per confusion row; near zero it leaves Dawid and Skene's maximum likelihood."""

    crowd: float = 1.0  #: the crowd's own confusion
    own: float = 1.0  #: the worker's accuracy over all classes, errors spread evenly
    flat: float = 1.0  #: for each class alike


USUAL = Prior()
#: Before any answer the crowd is taken to be right this often, with this many answers' worth per class.
ASSUMED_ACCURACY, ASSUMED_ANSWERS = 0.7, 5.0


def confusions(table: Table, belief: Floats, strength: Prior = USUAL) -> Floats:
    """Return each worker's posterior mean chance of saying class k of a task that truly is class j.

    `belief` is (tasks, classes): what each task is believed to be in the end, by whatever method. The result
    is (workers, classes, classes), indexed [worker, true class j, said class k]; each row [worker, j] sums to
    one and no chance is zero. It costs workers times classes squared numbers (`fits` in `dawid_skene` says
    when that is too much). Renaming classes permutes the result and changes no bit.
    """
    return shrunk(counts(table, on_grid(belief)), 1, strength)


def counts(table: Table, belief: Floats) -> Floats:
    """Return the weight of each worker's answers by column of `belief` (on the grid) and said class.

    `belief` is (tasks, columns), a column for each class or kind of task; the result (workers, columns, classes).
    """
    people, classes, columns = len(table.workers), table.classes, belief.shape[1]
    cells = table.worker * classes + table.answer
    found = np.empty((people, columns, classes))
    for column in range(columns):
        weights = belief[table.task, column] * table.weight
        flat = np.bincount(cells, weights=weights, minlength=people * classes)
        found[:, column, :] = flat.reshape(people, classes)
    return found


def shrunk(found: Floats, subtypes: int, strength: Prior) -> Floats:
    """Turn counts into each worker's posterior mean chance of each answer, given each true class and subtype."""
    classes = found.shape[2]
    columns = np.arange(classes * subtypes)
    truth = columns // subtypes
    crowd = on_grid(found.sum(axis=0) + _assumed(classes, subtypes))
    crowd /= crowd.sum(axis=1, keepdims=True)
    right = on_grid(found[:, columns, truth]).sum(axis=1)
    given = on_grid(found).sum(axis=(1, 2))
    mean = (right.sum() + ASSUMED_ACCURACY) / (given.sum() + 1.0)
    accuracy = (right + 2 * mean) / (given + 2)
    prior = strength.crowd * crowd[None] + strength.flat
    wrong = (1 - accuracy) / (classes - 1)
    prior = prior + strength.own * wrong[:, None, None]
    prior[:, columns, truth] += strength.own * (accuracy - wrong)[:, None]
    raised = on_grid(found + prior)
    chance: Floats = raised / raised.sum(axis=2, keepdims=True)
    return chance


def _assumed(classes: int, subtypes: int) -> Floats:
    wrong = (1 - ASSUMED_ACCURACY) / (classes - 1)
    square = np.full((classes, classes), wrong)
    np.fill_diagonal(square, ASSUMED_ACCURACY)
    spread: Floats = np.repeat(square, subtypes, axis=0) * ASSUMED_ANSWERS * classes
    return spread
