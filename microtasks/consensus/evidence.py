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
    weighed = _penalties(confusion.confusions(widened, belief))
    return Evidence(_prior(on_grid(belief)), weighed[-1], weighed[:-1])


def _prior(belief: Floats) -> Ints:
    sizes = belief.sum(axis=0) + 1.0
    units: Ints = np.rint(np.log(sizes / sizes.max()) * UNIT).astype(np.int64)
    return units


def _penalties(chances: Floats) -> Ints:
    """Turn (workers, true, said) chances into (workers, said, true) penalties against the said class's own chance."""
    logs = np.log(chances).transpose(0, 2, 1)
    own = np.diagonal(logs, axis1=1, axis2=2)[:, :, None]
    against = np.clip(logs - own, -CAP, 0.0)
    units: Ints = np.rint(against * UNIT).astype(np.int64)
    return units
