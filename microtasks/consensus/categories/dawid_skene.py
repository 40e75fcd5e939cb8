"""Dawid-Skene with priors: each worker has a confusion matrix, held in place by the crowd until answers speak.

Dawid and Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm" (1979). Their
estimate overfits when workers gave few answers, so each row has a Dirichlet prior of a few answers' worth:
one part the crowd's own confusion, one part the worker's overall accuracy, one part flat. `subtypes` splits
each class into that many kinds of task (an easy yes, a hard yes), each with its own confusion: workers who err
together on hard tasks are then not mistaken for independent witnesses (the idea of Li, Rubinstein and Cohn,
"Exploiting worker correlation for label aggregation", 2019).
"""

from __future__ import annotations

import numpy as np

from microtasks.consensus.categories import confusion, majority
from microtasks.consensus.categories.confusion import USUAL, Prior
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import LOG_BITS, Floats, on_grid, softmax

#: A small count per subtype lets subtypes that the answers do not need die out.
SUBTYPE_COUNT = 0.1
TOLERANCE = 1e-3
ROUNDS = 60
#: Cells of all workers' confusion matrices beyond which this model is not tried.
MOST_CELLS = 20_000_000


def fits(table: Table, subtypes: int = 1) -> bool:
    """Say whether the confusion matrices of this crowd are small enough to be estimated."""
    columns = table.classes * subtypes
    cells = max(len(table.workers) * table.classes, len(table.tasks)) * columns
    return cells <= MOST_CELLS


def posterior(table: Table, subtypes: int = 1, strength: Prior = USUAL) -> Floats:
    """Fit by EM from vote shares and return each task's class probabilities."""
    belief = _start(majority.shares(table), subtypes)
    for _ in range(ROUNDS):
        counts = confusion.counts(table, on_grid(belief))
        prior = _log_prior(on_grid(belief).sum(axis=0), table.classes, subtypes)
        before = belief
        belief = softmax(
            _scores(table, confusion.shrunk(counts, subtypes, strength)) + prior
        )
        if np.abs(belief - before).max() < TOLERANCE:
            break
    by_class: Floats = belief.reshape(-1, table.classes, subtypes).sum(axis=2)
    return by_class


def _start(shares: Floats, subtypes: int) -> Floats:
    # Subtypes begin as levels of agreement: the same start for every order of rows and every spelling of names.
    centres = (np.arange(subtypes) + 0.5) / subtypes
    nearness = np.exp(-2.0 * (subtypes * (shares[:, :, None] - centres)) ** 2)
    nearness /= nearness.sum(axis=2, keepdims=True)
    start: Floats = (shares[:, :, None] * nearness).reshape(len(shares), -1)
    return start


def _log_prior(sizes: Floats, classes: int, subtypes: int) -> Floats:
    by_class = sizes.reshape(classes, subtypes)
    class_share = (by_class.sum(axis=1) + 1.0) / (sizes.sum() + classes)
    within = by_class + SUBTYPE_COUNT
    within = within / within.sum(axis=1, keepdims=True)
    prior: Floats = np.log(class_share[:, None] * within).reshape(-1)
    return prior


def _scores(table: Table, chances: Floats) -> Floats:
    surprise = on_grid(np.log(chances), LOG_BITS)
    scores = np.empty((len(table.tasks), chances.shape[1]))
    for column in range(chances.shape[1]):
        weights = surprise[table.worker, column, table.answer] * table.weight
        scores[:, column] = np.bincount(
            table.task, weights=weights, minlength=len(table.tasks)
        )
    return scores
