"""From each task's mean to the number that another answer is best foretold by: few answers deserve less than full trust.

A mean of few scattered answers lies too far out, and where answers are skewed a mean with a great spread lies too high.
How much so is learnt from the crowd: left-out answers are foretold from a constant, the mean and the spread of the
others. Each is taken in only if tasks that took no part in the learning are then foretold better.
"""

from __future__ import annotations

import numpy as np

from microtasks.consensus.exact import Floats, Ints, on_grid
from microtasks.consensus.numbers.mean import Means

#: Tasks without which nothing is learnt.
ENOUGH = 30


def levelled(task: Ints, means: Means) -> Floats:
    """Return each task's number."""
    usable = np.bincount(task)[task] > 1
    if len(means.mean) < ENOUGH or not usable.all():
        return means.mean
    told = _features(means.others, means.others_spread)
    final = _features(means.mean, means.spread)
    best, found = _plain_error(means), means.mean
    for columns in ([0, 1], [0, 1, 2]):
        error, weights = _cross(task, told[:, columns], means.given, len(means.mean))
        if error < best:
            best, found = error, final[:, columns] @ weights
    return found


def _features(mean: Floats, spread: Floats) -> Floats:
    # Small next to the rest and exact in sums: spreads are in squared units of the crowd's own.
    return on_grid(np.stack([np.ones_like(mean), mean, np.minimum(spread, 64)], axis=1))


def _plain_error(means: Means) -> float:
    return float(on_grid((means.given - means.others) ** 2).mean())


def _cross(task: Ints, told: Floats, given: Floats, tasks: int) -> tuple[float, Floats]:
    """Return the squared error when each task is foretold from the rest, and the weights that all tasks give."""
    width = told.shape[1]
    products = np.empty((tasks, width, width))
    towards = np.empty((tasks, width))
    for row in range(width):
        towards[:, row] = np.bincount(task, on_grid(told[:, row] * given))
        for column in range(width):
            both = on_grid(told[:, row] * told[:, column])
            products[:, row, column] = np.bincount(task, both)
    whole, aim = products.sum(axis=0), towards.sum(axis=0)
    steady = 1e-6 * np.eye(width)
    left = np.linalg.solve(whole - products + steady, (aim - towards)[:, :, None])
    foretold = (told * left[task, :, 0]).sum(axis=1)
    error = float(on_grid((given - foretold) ** 2).mean())
    return error, np.linalg.solve(whole + steady, aim)
