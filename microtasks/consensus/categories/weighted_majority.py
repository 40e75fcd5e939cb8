"""Votes weighed by how often their workers agree with the others: majority that listens to whom it knows.

The weight of a worker who is right with probability p among k classes is log(p (k - 1) / (1 - p)), which is best
when errors are independent and alike (Nitzan and Paroush, "Optimal decision rules in uncertain dichotomous choice
situations", 1982). Reliability is the share of the other workers of each task who said the same, taken back from
agreement to accuracy, shrunk towards the crowd's.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from microtasks.consensus.categories import majority
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import LOG_BITS, Floats, on_grid

#: Answers' worth of belief that a worker is like the crowd, and the crowd's accuracy before any answer.
PRIOR_STRENGTH, PRIOR_ACCURACY = 4.0, 0.7
#: No worker is believed beyond this; those no better than chance weigh next to nothing, never less.
SUREST, LEAST_WEIGHT = 0.99, 0.01
ROUNDS = 3


def posterior(table: Table, known: Mapping[int, int] | None = None) -> Floats:
    """Return each task's shares of weighted votes, smoothed by a quarter of an average vote of doubt."""
    belief = majority.settled(majority.shares(table), known)
    for _ in range(ROUNDS):
        weight = on_grid(_weights(table, belief), LOG_BITS)
        belief = majority.settled(_shares(table, weight[table.worker]), known)
    return belief


def _weights(table: Table, belief: Floats) -> Floats:
    """Return each worker's weight from how far their answers are believed."""
    people = len(table.workers)
    agreed = on_grid(belief)[table.task, table.answer] * table.weight
    right = np.bincount(table.worker, agreed, people)
    given = np.bincount(table.worker, table.weight, people)
    crowd = (right.sum() + PRIOR_ACCURACY) / (given.sum() + 1.0)
    accuracy = (right + PRIOR_STRENGTH * crowd) / (given + PRIOR_STRENGTH)
    accuracy = np.minimum(accuracy, SUREST)
    odds = np.log(accuracy * (table.classes - 1) / (1.0 - accuracy))
    weights: Floats = np.maximum(odds, LEAST_WEIGHT)
    return weights


def _shares(table: Table, weight: Floats) -> Floats:
    votes = np.bincount(
        table.task * table.classes + table.answer,
        weight * table.weight,
        len(table.tasks) * table.classes,
    ).reshape(-1, table.classes)
    doubt = majority.DOUBT * float(on_grid(weight).sum()) / len(weight)
    total = votes.sum(axis=1, keepdims=True)
    smoothed: Floats = (votes + doubt / table.classes) / (total + doubt)
    return smoothed
