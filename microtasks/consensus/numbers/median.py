"""The median of measures with outliers, each worker weighed by how near the others' medians they come."""

from __future__ import annotations

import numpy as np

from microtasks.consensus.exact import Floats, Ints, on_grid
from microtasks.consensus.numbers.said import Said

#: Answers' worth of belief that a worker lies as far off as the crowd.
STRENGTH = 4.0
ROUNDS = 3
#: No worker counts for more than so many others.
MOST = 4.0


def weights(said: Said) -> Floats:
    """Return each answer's weight: one over its worker's mean distance from the medians, shrunk towards the crowd.

    That is the likelihood's choice where errors are Laplace's. Distances are counted up to four times the crowd's.
    """
    worker, people = said.table.worker, len(said.table.workers)
    answers = np.bincount(worker, minlength=people)
    weight = said.table.weight
    for _ in range(ROUNDS):
        apart = np.abs(said.value - medians(said.table.task, said.value, weight)[said.table.task])  # fmt: skip
        usual = float(np.sort(apart).mean())
        if usual == 0:
            break
        shrunk = np.bincount(worker, on_grid(np.minimum(apart / usual, MOST)), minlength=people)  # fmt: skip
        nearness = (answers + STRENGTH) / np.maximum(shrunk + STRENGTH, 1e-9)
        weight = on_grid(np.minimum(nearness, MOST), 20)[worker] * said.table.weight
    return weight


def medians(task: Ints, value: Floats, weight: Floats) -> Floats:
    """Return each task's weighted median; between two middle values, their mean."""
    order = np.lexsort((value, task))
    of, values = task[order], value[order]
    upto = np.cumsum(weight[order])
    totals = np.bincount(task, weight)
    ends = np.cumsum(totals)
    half = (ends - totals / 2)[of]
    last = len(values) - 1
    # Weights are whole multiples of a power of two, so that sums are exact and ties are seen.
    low = np.bincount(of, upto < half).astype(np.int64)
    high = np.bincount(of, upto <= half).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(np.bincount(task))[:-1]])
    middle: Floats = (
        values[np.minimum(starts + low, last)] / 2
        + values[np.minimum(starts + high, last)] / 2
    )
    return middle
