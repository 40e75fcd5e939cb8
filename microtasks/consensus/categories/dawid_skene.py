"""Dawid-Skene with priors: each worker has a confusion matrix, held in place by the crowd until answers speak.

Dawid and Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm" (1979). Their
estimate overfits when workers gave few answers, so each row has a Dirichlet prior of a few answers' worth:
one part the crowd's own confusion, one part the worker's overall accuracy, one part flat. `subtypes` splits
each class into that many kinds of task (an easy yes, a hard yes), each with its own confusion: workers who err
together on hard tasks are then not mistaken for independent witnesses (the idea of Li, Rubinstein and Cohn,
"Exploiting worker correlation for label aggregation", 2019).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus.categories import majority
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import LOG_BITS, Floats, on_grid, softmax


@dataclass(frozen=True, slots=True)
class Prior:
    """Answers' worth of prior per confusion row; near zero it leaves the authors' maximum likelihood."""

    crowd: float = 1.0  #: the crowd's own confusion
    own: float = 1.0  #: the worker's accuracy over all classes, errors spread evenly
    flat: float = 1.0  #: for each class alike


USUAL = Prior()
#: Before any answer the crowd is taken to be right this often, with this many answers' worth per class.
ASSUMED_ACCURACY, ASSUMED_ANSWERS = 0.7, 5.0
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
        counts = _counts(table, on_grid(belief))
        prior = _log_prior(on_grid(belief).sum(axis=0), table.classes, subtypes)
        before = belief
        belief = softmax(_scores(table, _confusion(counts, subtypes, strength)) + prior)
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


def _counts(table: Table, belief: Floats) -> Floats:
    people, classes, columns = len(table.workers), table.classes, belief.shape[1]
    cells = table.worker * classes + table.answer
    counts = np.empty((people, columns, classes))
    for column in range(columns):
        weights = belief[table.task, column] * table.weight
        flat = np.bincount(cells, weights=weights, minlength=people * classes)
        counts[:, column, :] = flat.reshape(people, classes)
    return counts


def _confusion(counts: Floats, subtypes: int, strength: Prior) -> Floats:
    """Return each worker's posterior mean chance of each answer, given each true class and subtype."""
    classes = counts.shape[2]
    columns = np.arange(classes * subtypes)
    truth = columns // subtypes
    crowd = counts.sum(axis=0) + _assumed(classes, subtypes)
    crowd /= crowd.sum(axis=1, keepdims=True)
    right = on_grid(counts[:, columns, truth]).sum(axis=1)
    given = counts.sum(axis=(1, 2))
    mean = (right.sum() + ASSUMED_ACCURACY) / (given.sum() + 1.0)
    accuracy = (right + 2 * mean) / (given + 2)
    prior = strength.crowd * crowd[None] + strength.flat
    wrong = (1 - accuracy) / (classes - 1)
    prior = prior + strength.own * wrong[:, None, None]
    prior[:, columns, truth] += strength.own * (accuracy - wrong)[:, None]
    raised = counts + prior
    chance: Floats = raised / raised.sum(axis=2, keepdims=True)
    return chance


def _assumed(classes: int, subtypes: int) -> Floats:
    wrong = (1 - ASSUMED_ACCURACY) / (classes - 1)
    square = np.full((classes, classes), wrong)
    np.fill_diagonal(square, ASSUMED_ACCURACY)
    spread: Floats = np.repeat(square, subtypes, axis=0) * ASSUMED_ANSWERS * classes
    return spread


def _log_prior(sizes: Floats, classes: int, subtypes: int) -> Floats:
    by_class = sizes.reshape(classes, subtypes)
    class_share = (by_class.sum(axis=1) + 1.0) / (sizes.sum() + classes)
    within = by_class + SUBTYPE_COUNT
    within = within / within.sum(axis=1, keepdims=True)
    prior: Floats = np.log(class_share[:, None] * within).reshape(-1)
    return prior


def _scores(table: Table, confusion: Floats) -> Floats:
    surprise = on_grid(np.log(confusion), LOG_BITS)
    scores = np.empty((len(table.tasks), confusion.shape[1]))
    for column in range(confusion.shape[1]):
        weights = surprise[table.worker, column, table.answer] * table.weight
        scores[:, column] = np.bincount(
            table.task, weights=weights, minlength=len(table.tasks)
        )
    return scores
