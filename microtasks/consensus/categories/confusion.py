"""Who confuses what with what: each worker's confusion matrix, held in place by the crowd until answers speak.

Maximum likelihood overfits when workers gave few answers. Here the row of worker j and true class k has a
Dirichlet prior whose mean says "right as often as j is right, and wrong the way the crowd is wrong about k". How
many answers such a prior is worth is learnt from the crowd itself: both the Beta distribution of the workers'
accuracies and the strength of the rows' prior maximise the Dirichlet-multinomial likelihood of the counts, by the
fixed points of Minka, "Estimating a Dirichlet distribution" (2000). So a crowd whose workers differ only in how
careful they are gets nearly one number per worker, and one with leanings gets whole matrices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microtasks.consensus.categories import layers
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats, on_grid
from microtasks.consensus.gamma import digamma

#: Steps of the fixed points when counts are final; rounds of EM take one each, since the next one goes on.
STEPS = 20
#: Beta counts of accuracy and answers' worth of a row's prior before any answer: three right to one wrong.
RIGHT, WRONG, WORTH = 3.0, 1.0, 4.0
#: What is learnt keeps near these until the crowd speaks: a gamma hyperprior that weighs as much as the first answers
#: of four workers (each moves the fixed point's denominator by a quarter). So one answer has a defined matrix.
HOLD = 1.0
#: What is learnt stays within these.
LEAST, MOST = 0.05, 10_000.0
#: Answers' worth of each class's popularity in what the crowd says when it is wrong.
POPULAR = 5.0
#: No mean of a prior falls below this share.
FLOOR = 1e-6
#: Sums of fractional gains sit on this grid: exact up to 2^33 of them.
GAIN_BITS = 20
#: Beliefs are summed on this grid: exact for thirty million answers.
BELIEF_BITS = 28


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """What the crowd's matrices have in common: Beta counts of accuracy, and answers' worth of each row's prior."""

    right: float = RIGHT
    wrong: float = WRONG
    worth: float = WORTH


START = Shrinkage()


def confusions(table: Table, belief: Floats) -> Floats:
    """Return each worker's posterior mean chance of saying class k of a task that truly is class j.

    `belief` is (tasks, classes): what each task is believed to be in the end, by whatever method. The result
    is (workers, classes, classes), indexed [worker, true class j, said class k]; each row [worker, j] sums to
    one and no chance is zero. It costs workers times classes squared numbers (`dawid_skene.fits` says when
    that is too much). Renaming classes permutes the result and changes no bit.
    """
    found = rows(table, belief)
    found /= found.sum(axis=2, keepdims=True)
    return found


def rows(table: Table, belief: Floats) -> Floats:
    """Return the Dirichlet counts of those matrices: what was counted and, added to it, the learnt prior."""
    crowd = layers.arrange(table)
    found = crowd.by_worker(on_grid(crowd.inwards(belief), BELIEF_BITS))
    return raised(found, popularity(table), START, STEPS)[0]


def popularity(table: Table) -> Floats:
    """Return how often each class is answered, one answer for each added."""
    votes = np.bincount(table.answer, weights=table.weight, minlength=table.classes)
    share: Floats = (votes + 1.0) / (votes.sum() + table.classes)
    return share


def shrunk(
    found: Floats, popular: Floats, start: Shrinkage, steps: int = 1
) -> tuple[Floats, Shrinkage]:
    """Turn counts (workers, classes, said) into posterior mean chances, and learn the shrinkage on the way."""
    mean, learnt = raised(found, popular, start, steps)
    mean /= mean.sum(axis=2, keepdims=True)
    return mean, learnt


def raised(
    found: Floats, popular: Floats, start: Shrinkage, steps: int
) -> tuple[Floats, Shrinkage]:
    """Add the prior's counts to those found, on a grid so that their sums are exact."""
    diagonal = np.arange(found.shape[2])
    right = found[:, diagonal, diagonal].sum(axis=1)
    given = found.sum(axis=(1, 2))
    learnt = start
    for _ in range(steps):
        learnt = _of_workers(right, given, learnt)
    mean = _means(
        found, (right + learnt.right) / (given + learnt.right + learnt.wrong), popular
    )
    for _ in range(steps):
        learnt = _of_rows(found, mean, learnt)
    mean *= learnt.worth
    mean += found
    return on_grid(mean), learnt


def _means(found: Floats, accuracy: Floats, popular: Floats) -> Floats:
    classes = len(popular)
    errors = found.sum(axis=0) + POPULAR * popular
    np.fill_diagonal(errors, 0.0)
    errors = on_grid(errors)
    errors /= errors.sum(axis=1, keepdims=True)
    mean: Floats = (1.0 - accuracy)[:, None, None] * errors
    mean[:, np.arange(classes), np.arange(classes)] = accuracy[:, None]
    floored: Floats = np.maximum(mean, FLOOR)
    return floored


def _of_workers(right: Floats, given: Floats, last: Shrinkage) -> Shrinkage:
    """Take one step of the fixed point for the Beta distribution of the workers' accuracies."""
    both = last.right + last.wrong
    spread = _total(digamma(given + both) - digamma(np.array([both])))
    hits = _total(digamma(right + last.right) - digamma(np.array([last.right])))
    misses = _total(
        digamma(given - right + last.wrong) - digamma(np.array([last.wrong]))
    )
    return Shrinkage(
        _within((last.right * hits + HOLD * RIGHT) / (spread + HOLD)),
        _within((last.wrong * misses + HOLD * WRONG) / (spread + HOLD)),
        last.worth,
    )


def _of_rows(found: Floats, mean: Floats, last: Shrinkage) -> Shrinkage:
    """Take one step of the fixed point for how many answers a row's prior is worth."""
    prior = last.worth * mean
    gains = _total(mean * (digamma(found + prior) - digamma(prior)))
    given = found.sum(axis=2)
    whole = on_grid(prior).sum(axis=2)
    spread = _total(digamma(given + whole) - digamma(whole))
    worth = (last.worth * gains + HOLD * WORTH) / (spread + HOLD)
    return Shrinkage(last.right, last.wrong, _within(worth))


def _total(values: Floats) -> float:
    return float(on_grid(values, GAIN_BITS).sum())


def _within(value: float) -> float:
    return min(max(value, LEAST), MOST)
