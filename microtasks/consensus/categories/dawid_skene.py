"""Dawid-Skene: each worker has a confusion matrix, each task a class, and either explains the answers to the other.

Dawid and Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm" (1979), with the
learnt priors of `confusion`. EM starts from vote shares. `auto` stops it after a few rounds: from such a start one
round is already nearly as good as any estimate can be (Zhang, Chen, Zhou and Jordan, "Spectral methods meet EM",
2014), and where workers err together further rounds drift from what the crowd means by its labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from microtasks.consensus.categories import confusion, layers, majority
from microtasks.consensus.categories.layers import Layers
from microtasks.consensus.categories.table import Table
from microtasks.consensus.exact import Floats, on_grid, softmax

TOLERANCE = 1e-3
ROUNDS = 60
#: Rounds in the default method. On the ten crowds of the tests anything from 3 to 12 is within 0.2 points.
FEW_ROUNDS = 6
#: Cells of all workers' confusion matrices, or of all tasks' beliefs, beyond which this model is not tried.
MOST_MATRICES, MOST_BELIEFS = 4_000_000, 20_000_000


def fits(table: Table, subtypes: int = 1) -> bool:
    """Say whether the confusion matrices of this crowd are small enough to be estimated."""
    columns = table.classes * subtypes
    matrices = len(table.workers) * table.classes * columns
    return matrices <= MOST_MATRICES and len(table.tasks) * columns <= MOST_BELIEFS


@dataclass(frozen=True, slots=True)
class Fit:
    """What EM ended with: belief (classes, places) and confusion chances (workers, classes, said)."""

    belief: Floats
    chances: Floats
    rounds: int


def posterior(
    table: Table,
    known: Mapping[int, int] | None = None,
    rounds: int | None = None,
    worth: float | None = None,
) -> Floats:
    """Fit by EM from vote shares and return each task's class probabilities, (tasks, classes).

    `worth` sets how many answers each row's prior is worth instead of learning it; near zero this is the
    authors' maximum likelihood.
    """
    crowd = layers.arrange(table, known)
    return crowd.outwards(fit(table, crowd, rounds, worth).belief)


def fit(
    table: Table,
    crowd: Layers,
    rounds: int | None = None,
    worth: float | None = None,
) -> Fit:
    """Alternate between confusion matrices and beliefs until these move by less than the tolerance.

    At most `ROUNDS` times, or as often as told.
    """
    most = ROUNDS if rounds is None else rounds
    popular = confusion.popularity(table)
    belief = start(table, crowd)
    learnt = confusion.START
    done = 0
    while True:
        summed = on_grid(belief, confusion.BELIEF_BITS)
        found = crowd.by_worker(summed)
        if worth is not None:
            learnt = confusion.Shrinkage(worth=worth)
        chances, learnt = confusion.shrunk(found, popular, learnt, int(worth is None))
        before, belief = belief, believe(crowd, chances, summed)
        done += 1
        if (
            done >= most
            or np.abs(np.subtract(belief, before, out=before)).max() < TOLERANCE
        ):
            return Fit(belief, chances, done)


def start(table: Table, crowd: Layers) -> Floats:
    """Return vote shares, (classes, places), with what is known put in."""
    shares = crowd.inwards(majority.shares(table))
    if crowd.known:
        scores = np.log(np.maximum(shares, 1e-12))
        crowd.settle(scores)
        shares = softmax(scores, axis=0)
    return shares


def believe(crowd: Layers, chances: Floats, summed: Floats) -> Floats:
    """Return the classes' probabilities, (classes, places), given the matrices and the classes' shares."""
    scores = crowd.by_task(np.log(chances))
    share = (summed.sum(axis=1) + 1.0) / (crowd.tasks + crowd.classes)
    scores += np.log(share)[:, None]
    crowd.settle(scores)
    return softmax(scores, axis=0)
