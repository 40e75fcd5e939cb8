"""What an answer weighs: the batch clock's knowledge of a crowd, cut to what the live clock can add up in no time.

An answer's evidence is a row of penalties, one for each class that it speaks against: how much less likely this
worker says so when the truth is another class. They are whole numbers of `UNIT`ths of a nat, so that their sums
are the same in any order, and none is positive, so that an answer never speaks against the class it names.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from microtasks.consensus.categories import confusion
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats, Ints, on_grid
from microtasks.consensus.live import UNIT

#: No single answer counts for more than odds of 30 against a class (nats): the best record was made on other cards.
CAP = 3.4
#: A worker is believed by what is likely at worst: so many standard deviations under the best guess, which rests on
#: the answers given and on a stranger's worth of them. Few answers, judged by a consensus they took part in, look
#: better than they are. One deviation was picked on three crowds (bluebird, rte and dog) with their truth in view.
DEVIATIONS, STRANGER, FAINT = 1.0, 4.0, 1e-3
#: Beyond so many classes a worker is known by accuracy alone: a matrix would be mostly prior, and large.
MOST_CLASSES = 16
#: Cells of all workers' matrices together beyond which they are not made.
MOST_CELLS = 20_000_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """A crowd's evidence in `UNIT`ths of a nat, indexed [said class, true class].

    `prior` is (classes,): what is known of a task before any answer. `crowd` is (classes, classes): the weight of
    an answer of somebody unknown. `workers` is (workers, classes, classes).
    """

    prior: Ints
    crowd: Ints
    workers: Ints


def fits(table: Table) -> bool:
    """Say whether this crowd's matrices are worth making and small enough."""
    cells = len(table.workers) * table.classes**2
    return table.classes <= MOST_CLASSES and cells <= MOST_CELLS


def learn(table: Table, belief: Floats) -> Evidence:
    """Learn from what each task is believed to be (tasks, classes) how much each worker's answers weigh.

    Each worker's confusion matrix is shrunk towards the crowd's; somebody unknown has what is left without answers.
    """
    # A worker more who has answered nothing shows what the crowd expects of somebody it does not know.
    widened = replace(table, workers=(*table.workers, ""))
    chances = confusion.confusions(widened, belief)
    weighed = _penalties(chances, _doubt(widened, on_grid(belief), chances))
    return Evidence(_prior(on_grid(belief)), weighed[-1], weighed[:-1])


def _prior(belief: Floats) -> Ints:
    sizes = belief.sum(axis=0) + 1.0
    units: Ints = np.rint(np.log(sizes / sizes.max()) * UNIT).astype(np.int64)
    return units


def _doubt(table: Table, belief: Floats, chances: Floats) -> Floats:
    """Return how far each (worker, true, said) chance may be off: the deviation of a Dirichlet of that many answers."""
    people, classes = chances.shape[:2]
    given = np.empty((people, classes, 1))
    for column in range(classes):
        weights = belief[table.task, column] * table.weight
        given[:, column, 0] = np.bincount(table.worker, weights, people)
    doubt: Floats = np.sqrt(chances * (1 - chances) / (given + STRANGER))
    return DEVIATIONS * doubt


def _penalties(chances: Floats, doubt: Floats) -> Ints:
    """Turn (workers, true, said) chances into (workers, said, true) penalties, each as small as it may well be."""
    least = np.log(np.maximum(chances - doubt, FAINT))
    most = np.log(np.minimum(chances + doubt, 1 - FAINT)).transpose(0, 2, 1)
    own = np.diagonal(least, axis1=1, axis2=2)[:, :, None]
    against = np.clip(most - own, -CAP, 0.0)
    diagonal = np.arange(chances.shape[1])
    against[:, diagonal, diagonal] = 0.0
    units: Ints = np.rint(against * UNIT).astype(np.int64)
    return units
